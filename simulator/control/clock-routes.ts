import { Hono } from "hono";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Simulator } from "../simulator.ts";
import { ControlError, body } from "./control-error.ts";

/** The simulator's clock, and a reset of what is switched on. */
export function clockRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.post("/reset", async (context) => {
    await reset(simulator);
    return context.body(null, 204);
  });

  routes.get("/clock", (context) =>
    context.json({ now: simulator.clock.runtime.now(), offset_ms: simulator.clock.offsetMs }),
  );
  routes.post("/clock", async (context) => context.json(moveClock(simulator, await body(context))));
  return routes;
}

/** The calendar of a pack, and the times of messages, hold between these moments. */
const [EARLIEST, LATEST] = [Date.parse("2000-01-01T00:00:00Z"), Date.parse("2100-01-01T00:00:00Z")];

/** Moves the clock by so many ms, exactly. @throws ControlError where it would show a moment that it cannot show. */
function moveBy({ clock }: Simulator, ms: number): void {
  const moment = clock.runtime.now() + ms;
  if (!(moment >= EARLIEST && moment < LATEST))
    throw new ControlError({
      en: "the clock stays between 2000-01-01 and 2099-12-31; nothing was moved",
      zh: "时钟限于 2000-01-01 至 2099-12-31；未作调整",
    });
  clock.advance(Math.round(ms));
}

/** Sets the clock to a moment in ms since the epoch. */
const moveTo = (simulator: Simulator, ms: number): void => moveBy(simulator, ms - simulator.clock.runtime.now());

function moveClock(simulator: Simulator, order: Readonly<Record<string, Json>>): { now: number; offset_ms: number } {
  const { clock } = simulator;
  if (typeof order["advance_seconds"] === "number") moveBy(simulator, order["advance_seconds"] * 1000);
  else if (typeof order["now"] === "number") moveTo(simulator, order["now"]);
  else if (order["reset"] === true) clock.reset();
  else throw new ControlError(oneOfOrders('{"advance_seconds": N}', '{"now": MILLISECONDS}', '{"reset": true}'));
  return { now: clock.runtime.now(), offset_ms: clock.offsetMs };
}

/** What the body may be. */
const oneOfOrders = (first: string, second: string, third: string): Bilingual => ({
  en: `say ${first}, ${second} or ${third}`,
  zh: `报文体须为 ${first}、${second} 或 ${third}`,
});

/** The clock hook of docs/hooks.md: a moment, a step forward, or back to the host's clock. */
export function setClock(simulator: Simulator, order: Readonly<Record<string, Json>>): void {
  const { clock } = simulator;
  const { now, advanceSeconds } = order;
  if (typeof advanceSeconds === "number") moveBy(simulator, advanceSeconds * 1000);
  else if (now === null) clock.reset();
  else if (typeof now === "string" && !Number.isNaN(Date.parse(now))) moveTo(simulator, Date.parse(now));
  else
    throw new ControlError(
      oneOfOrders('{"now": "2026-11-22T23:59:50+08:00"}', '{"advanceSeconds": N}', '{"now": null}'),
    );
}

/** Switches off faults and clears the journal; money and orders stay, as they would at a bank. */
export async function reset(simulator: Simulator): Promise<void> {
  simulator.switchboard.switchOff();
  simulator.journal.clear();
  simulator.clock.reset();
}
