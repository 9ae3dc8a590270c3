import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";
import { verify } from "./verify.ts";

const folder = mkdtempSync(join(tmpdir(), "verify-in-time-"));
const servers: http.Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The statement of a SUT that answers one call, and then no more. */
async function silentSut(): Promise<string> {
  let answered = 0;
  const server = http.createServer((_request, response) => {
    if ((answered += 1) === 1) response.writeHead(404).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(join(folder, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "pub.pem"), publicKey.export({ type: "spki", format: "pem" }));
  const file = join(folder, `${servers.length}.json`);
  const algorithm = "WECHATPAY2-ED25519";
  writeFileSync(
    file,
    JSON.stringify({
      name: "silent",
      role: "bank",
      pack: "cooperation",
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      sutPartyId: "BANK01",
      parties: [{ partyId: "P1001", serial: "S1", algorithm, privateKey: "key.pem" }],
      sutKeys: [{ serial: "B1", algorithm, publicKey: "pub.pem" }],
      limits: { timeoutMs: 60_000 },
    }),
  );
  return file;
}

async function run(
  name: string,
  options: { readonly timeBudgetSeconds?: number; readonly signal?: AbortSignal },
): Promise<{ readonly events: readonly RunEvent[]; readonly tookMs: number }> {
  const began = performance.now();
  const { log } = await verify({
    packDirectory: fileURLToPath(new URL("../specs/cooperation", import.meta.url)),
    statementFile: await silentSut(),
    seed: 5,
    effort: "smoke",
    outDirectory: join(folder, name),
    ...options,
  });
  const events = readFileSync(log, "utf8").trim().split("\n");
  return { events: events.map((line) => JSON.parse(line) as RunEvent), tookMs: performance.now() - began };
}

test("a SUT that goes silent during pre-flight does not outlast the time budget", async () => {
  const { events, tookMs } = await run("budget", { timeBudgetSeconds: 2 });
  expect(tookMs).toBeLessThan(20_000);
  expect(events.at(-1)).toMatchObject({ type: "run.finished", partial: true, reason: "time budget spent" });
  expect(events.filter((event) => event.type === "preflight.finished" && !event.ok)).toMatchObject([
    { attribution: "network", remedy: { en: expect.stringContaining("--time-budget") as unknown } },
  ]);
});

test("a run is stopped while pre-flight waits for an answer", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 1_000);
  const { events, tookMs } = await run("stop", { signal: stop.signal });
  expect(tookMs).toBeLessThan(20_000);
  expect(events.at(-1)).toMatchObject({ type: "run.finished", partial: true, reason: "stopped" });
  expect(events.filter((event) => event.type === "preflight.finished" && !event.ok)).toEqual([]);
});
