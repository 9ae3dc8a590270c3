import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tls from "node:tls";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";
import { certificateAuthority } from "../core/runtime/certificate.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-tls-"));
const authority = certificateAuthority();
let bank: ChildProcess;
let proxy: net.Server;
let handshakes = 0;

/** In a process of its own: vitest does not host itself. */
async function run(words: readonly string[]): Promise<void> {
  await once(spawn(process.execPath, [...words], { cwd: root, stdio: "ignore" }), "exit");
}

beforeAll(async () => {
  const keys = join(folder, "keys");
  await run([join(root, "examples/rival-bank/make-keys.mjs"), keys]);
  bank = spawn(
    process.execPath,
    [join(root, "examples/rival-bank/bank.mjs"), "--port", "0", "--data", join(folder, "data"), "--keys", keys],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const [line] = (await once(bank.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const inner = new URL((JSON.parse(line.toString()) as { readonly url: string }).url);
  // TLS ends here, as it does at a bank's edge: a private authority, and no connection without a certificate of its.
  proxy = tls
    .createServer(
      { ...authority.issue({ names: ["bank.test"] }), ca: authority.cert, requestCert: true, rejectUnauthorized: true },
      (outer) => {
        handshakes += 1;
        const through = net.connect(Number(inner.port), inner.hostname);
        outer
          .on("error", () => through.destroy())
          .pipe(through)
          .on("error", () => outer.destroy())
          .pipe(outer);
      },
    )
    .on("tlsClientError", () => {});
  await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  proxy.close();
  bank.kill("SIGKILL");
  await once(bank, "exit");
  rmSync(folder, { recursive: true, force: true });
});

test("a run works over TLS with a private authority and a client certificate", async () => {
  const own = authority.issue({ commonName: "P1001" });
  for (const [name, text] of [
    ["ca.pem", authority.cert],
    ["own.pem", own.cert],
    ["own.key.pem", own.key],
  ] as const)
    writeFileSync(join(folder, name), text);
  const algorithm = "WECHATPAY2-SHA256-RSA2048";
  const file = join(folder, "sut.json");
  writeFileSync(
    file,
    JSON.stringify({
      name: "Rival bank behind TLS",
      role: "bank",
      pack: "cooperation",
      baseUrl: `https://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`,
      sutPartyId: "BANK01",
      parties: [{ partyId: "P1001", serial: "P1001-KEY-1", algorithm, privateKey: "keys/P1001.key.pem" }],
      sutKeys: [{ serial: "RIVAL-KEY-1", algorithm, publicKey: "keys/bank.pub.pem" }],
      tls: { ca: "ca.pem", cert: "own.pem", key: "own.key.pem", servername: "bank.test" },
      profile: { interfaces: ["echo", "payment.*"] },
      fixtures: { "customer.funded": { binding_id: "RB-P1001-FUNDED" } },
    }),
  );
  const out = join(folder, "out");
  const script = `import { verify } from ${JSON.stringify(join(root, "suites/verify.ts"))};
    await verify({ packDirectory: ${JSON.stringify(join(root, "specs/cooperation"))}, statementFile: ${JSON.stringify(file)}, seed: 5, effort: "standard", only: "{idempotency.copies*,signature.absent/echo,transport.old*,transport.plain*}", outDirectory: ${JSON.stringify(out)} });`;
  await run(["--input-type=module", "-e", script]);
  const events = readFileSync(join(out, "events.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunEvent);
  expect(events.filter((one) => one.type === "preflight.finished" && !one.ok)).toEqual([]);
  const verdicts = Object.fromEntries(
    events.flatMap((one) => (one.type === "check.finished" ? [[one.check, one.verdict]] : [])),
  );
  expect(verdicts).toMatchObject({
    "idempotency.copies/payment.create": "pass",
    "signature.absent/echo": "pass",
    "transport.plain-http": "pass",
    "transport.old-protocol/cbc-sha1": "pass",
    "transport.old-protocol/tls-1.0": "pass",
    "transport.old-protocol/tls-1.1": "pass",
  });
  // Each copy of a race had a connection of its own.
  expect(handshakes).toBeGreaterThan(20);
});
