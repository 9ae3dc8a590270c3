import { Hono } from "hono";
import type { Simulator } from "../simulator.ts";
import { body, ControlError } from "./control-error.ts";
import type { ControlOptions } from "./control.ts";
import { vitalsOf } from "./vitals.ts";

/** What callers see of a dependency that is down. */
const DEPENDENCY_DOWN = "service-unavailable";

/** The hooks of docs/hooks.md that serve loads and drills; those of the host as it offers them. */
export function drillRoutes(simulator: Simulator, hostHooks: NonNullable<ControlOptions["hostHooks"]>): Hono {
  const routes = new Hono();
  routes.post("/dependency", async (context) => {
    const { up } = await body(context);
    if (typeof up !== "boolean")
      throw new ControlError({ en: 'say {"up": false} or {"up": true}', zh: '请写 {"up": false} 或 {"up": true}' });
    simulator.switchboard.switchOff(DEPENDENCY_DOWN);
    if (!up) simulator.switchboard.switchOn({ name: DEPENDENCY_DOWN });
    return context.body(null, 204);
  });
  routes.post("/vitals", (context) => context.json(vitalsOf(simulator)));
  for (const [name, hook] of Object.entries(hostHooks))
    routes.post(`/${name}`, async (context) => {
      await hook(await body(context));
      return context.body(null, 204);
    });
  return routes;
}
