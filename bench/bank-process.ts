import { openSqliteStore } from "../simulator/store/sqlite.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { Identity } from "../simulator/identity/identity.ts";
import { startServer } from "../simulator/http/server.ts";
import { liveRuntime } from "../core/runtime/live.ts";
import { compilePack } from "../core/pack/compile.ts";
import { loadPack } from "../core/pack/load.ts";
import { pairScheme } from "../core/signature/schemes.ts";
import { Hono } from "hono";
import { createServer } from "node:http";
import { availableParallelism } from "node:os";
import { PARTY, PARTY_SERIAL } from "./order.ts";
import type { BankOrder } from "./order.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as BankOrder;

async function serveBank(): Promise<{ url: string; scenarios: unknown }> {
  const pack = compilePack(loadPack(new URL("../specs/cooperation", import.meta.url).pathname));
  const scheme = pairScheme(pack.source.manifest.policies.envelope.algorithms[order.algorithm] ?? "");
  let url = "";
  const runtime = liveRuntime({ signingThreads: availableParallelism() });
  const simulator = createSimulator({
    pack,
    role: "bank",
    runtime,
    baseUrl: () => url,
    store: openSqliteStore(order.store, { defer: runtime.defer }),
    deliver: order.notifyUrl !== undefined,
    testMode: false,
    identity: new Identity(
      "BANK01",
      [
        {
          serial: "BENCH-BANK",
          algorithm: order.algorithm,
          key: scheme.privateKey(order.ownKey.privatePem),
          publicPem: order.ownKey.publicPem,
          effectiveAt: 0,
        },
      ],
      [
        {
          record: {
            party_id: PARTY,
            index: "0001",
            notify_prefixes: ["http://127.0.0.1/", ...(order.notifyUrl === undefined ? [] : [order.notifyUrl])],
            ...(order.notifyUrl === undefined ? {} : { notify_url: order.notifyUrl }),
          },
          keys: [{ serial: PARTY_SERIAL, algorithm: order.algorithm, key: scheme.publicKey(order.partyKey) }],
        },
      ],
    ),
  });
  const server = await startServer({ app: simulator.app, hostname: "127.0.0.1", port: 0 });
  url = server.url;
  await simulator.start();
  return { url, scenarios: simulator.scenarios(PARTY) };
}

async function serveStatic(): Promise<{ url: string; scenarios: unknown }> {
  const body = JSON.stringify({ state: "SUCCEEDED", padding: "x".repeat(300) });
  if (order.kind === "static-hono") {
    const app = new Hono();
    app.all("*", (context) => context.body(body, 200, { "Content-Type": "application/json" }));
    return { url: (await startServer({ app, hostname: "127.0.0.1", port: 0 })).url, scenarios: {} };
  }
  const server = createServer((_request, response) => {
    response
      .writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
      .end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, scenarios: {} };
}

const ready = await (order.kind === "bank" ? serveBank() : serveStatic());
process.send?.({ ...ready, pid: process.pid });
process.on("message", (message) => {
  if (message === "memory") {
    globalThis.gc?.();
    process.send?.({ rssBytes: process.memoryUsage().rss });
  }
});
process.on("disconnect", () => process.exit(0));
