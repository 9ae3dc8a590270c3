import { Hono } from "hono";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { Simulator } from "../simulator.ts";
import { wholeNumber } from "./control-error.ts";
import { journalView } from "./journal-view.ts";
import { LIMIT } from "./rows.ts";

/** The exchanges that the simulator saw and made. */
export function journalRoutes(simulator: Simulator, redact: Redaction): Hono {
  const routes = new Hono();
  routes.get("/requests", (context) => {
    const limit = Math.min(LIMIT, wholeNumber(context.req.query("limit") ?? "100", "limit"));
    const { interface: wanted, target } = context.req.query();
    const since = wholeNumber(context.req.query("since") ?? "0", "since");
    const entries = simulator.journal
      .entries()
      .filter(
        (entry) =>
          entry.at >= since &&
          (wanted === undefined || entry.interface === wanted) &&
          (target === undefined || entry.request.target === target),
      );
    return context.json({
      total: simulator.journal.total,
      requests: entries.slice(Math.max(0, entries.length - limit)).map((entry) => journalView(entry, redact)),
    });
  });
  routes.delete("/requests", (context) => {
    simulator.journal.clear();
    return context.body(null, 204);
  });
  return routes;
}
