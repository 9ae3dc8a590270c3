import { Hono } from "hono";
import type { Simulator } from "../simulator.ts";

/** What the simulator is and how it does. */
export function healthRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.get("/health", (context) =>
    context.json({
      status: "ok",
      role: simulator.role,
      party_id: simulator.identity.partyId,
      pack: {
        name: simulator.pack.source.manifest.name,
        version: simulator.pack.source.manifest.version,
        digest: simulator.pack.source.digest,
      },
      now: new Date(simulator.clock.runtime.now()).toISOString(),
      clock_offset_ms: simulator.clock.offsetMs,
      exchanges: simulator.journal.total,
      faults: simulator.switchboard.active,
      memory: { rss_bytes: process.memoryUsage().rss },
      resources: [
        "health",
        "metrics",
        "requests",
        "reset",
        "clock",
        "faults",
        "keys",
        "ledger",
        "notifications",
        "scenarios",
        "rows",
        "operate",
        "hooks",
      ],
    }),
  );

  routes.get("/metrics", (context) => {
    const lines = [
      "# HELP liantiao_exchanges_total Exchanges seen (in) and made (out).",
      "# TYPE liantiao_exchanges_total counter",
    ];
    for (const [label, count] of Object.entries(simulator.journal.counts)) {
      const [direction, id, status, code] = label.split(" ");
      lines.push(
        `liantiao_exchanges_total{direction="${direction}",interface="${id}",status="${status}",code="${code}"} ${count}`,
      );
    }
    lines.push(
      "# TYPE process_resident_memory_bytes gauge",
      `process_resident_memory_bytes ${process.memoryUsage().rss}`,
    );
    return context.text(`${lines.join("\n")}\n`);
  });
  return routes;
}
