import { Hono } from "hono";
import { FAULTS } from "../faults/index.ts";
import type { Simulator } from "../simulator.ts";
import { ControlError, body } from "./control-error.ts";

/** The faults that are switched on, and those that may be. */
export function faultRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.get("/faults", (context) =>
    context.json({
      active: simulator.switchboard.active,
      available: FAULTS.map(({ name, title, settings }) => ({ name, title, settings })),
    }),
  );
  routes.post("/faults", async (context) => {
    const order = await body(context);
    if (typeof order["name"] !== "string")
      throw new ControlError({
        en: `"name" is missing; faults: ${FAULTS.map(({ name }) => name).join(", ")}`,
        zh: `缺少“name”；可用的故障：${FAULTS.map(({ name }) => name).join("、")}`,
      });
    const ids = simulator.pack.source.interfaces.map(({ id }) => id);
    // A fault that waits for an interface which never comes would look like a fault that does nothing.
    if (order["interface"] !== undefined && order["interface"] !== "*" && !ids.includes(String(order["interface"])))
      throw new ControlError({
        en: `the pack has no interface "${String(order["interface"])}"; it has: ${ids.join(", ")}, or * for all`,
        zh: `规范包没有接口“${String(order["interface"])}”；现有：${ids.join("、")}，或以 * 表示全部`,
      });
    return context.json(
      simulator.switchboard.switchOn(order as unknown as Parameters<typeof simulator.switchboard.switchOn>[0]),
      201,
    );
  });
  routes.delete("/faults/:name", (context) =>
    context.json({ switched_off: simulator.switchboard.switchOff(context.req.param("name")) }),
  );
  routes.delete("/faults", (context) => context.json({ switched_off: simulator.switchboard.switchOff() }));
  return routes;
}
