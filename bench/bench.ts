import { codecsOf } from "../core/codec/codecs.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, cpus } from "node:os";
import { join } from "node:path";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { envelopeOf } from "../core/envelope/styles.ts";
import { loadPack } from "../core/pack/load.ts";
import { liveRuntime } from "../core/runtime/live.ts";
import { pairScheme } from "../core/signature/schemes.ts";
import { startBank } from "./bank.ts";
import { PARTY } from "./order.ts";
import type { BankOrder } from "./order.ts";
import { documentOf, loadDocumentOf } from "./document.ts";
import type { Where } from "./document.ts";
import { replay } from "./generator.ts";
import { timeGenerator } from "./load-generator.ts";
import { timeKnee } from "./load-knee.ts";
import { measureLoadMemory } from "./load-memory.ts";
import type { Measure } from "./measure.ts";
import { measureRecovery } from "./recovery.ts";
import type { Replay } from "./generator.ts";
import { signLimit, WITHOUT_IFMA } from "./openssl-limit.ts";
import { presignAll } from "./presign.ts";
import { rowOf } from "./row.ts";
import type { Row } from "./row.ts";
import { SIGNING_ROWS, timeEnvelopes, timeSchemes } from "./signing.ts";
import { timeVerify } from "./verify-run.ts";

const CONNECTIONS = 32;
/** Not counted: until then the engine still compiles what is measured. */
const WARM_UP_REQUESTS = 20_000;
/** How long each row of a scheme or an envelope takes. */
const SIGNING_SECONDS = 2;
const { values: flags } = parseArgs({
  options: {
    out: { type: "string" },
    requests: { type: "string", default: "20000" },
    only: { type: "string" },
    "no-document": { type: "boolean" },
    "cpu-prof": { type: "string" },
    // Of the loads: the last step of a ramp in journeys a second, the length of a ramp, and of the load whose memory is read.
    "load-rate": { type: "string", default: "1600" },
    "load-seconds": { type: "string", default: "100" },
    minutes: { type: "string", default: "2" },
  },
});
const count = Number(flags.requests);
if (!Number.isSafeInteger(count) || count < 100)
  throw new Error(`--requests must be a whole number of at least 100, not ${flags.requests}`);

const ramp = { rate: Number(flags["load-rate"]), seconds: Number(flags["load-seconds"]) };
const minutes = Number(flags.minutes);
for (const [name, value] of Object.entries({ "load-rate": ramp.rate, "load-seconds": ramp.seconds, minutes }))
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`);

const { policies } = loadPack(new URL("../specs/cooperation", import.meta.url).pathname).manifest;
const envelope = envelopeOf(policies.envelope, codecsOf(policies));
const tokenOf = (scheme: string): string =>
  Object.entries(envelope.algorithms).find(([, name]) => name === scheme)?.[0] ?? "";
const { offload } = liveRuntime({ signingThreads: cpus().length });

interface Plan {
  readonly name: string;
  readonly scheme: string;
  readonly interface: "payment.create" | "payment.query";
  readonly notify?: boolean;
  /** For the server and for the limit it is measured against. */
  readonly environment?: Readonly<Record<string, string>>;
}

const PLANS: readonly Plan[] = [
  { name: "payment.create rsa2048", scheme: "rsa2048", interface: "payment.create" },
  { name: "payment.create rsa2048 no-ifma", scheme: "rsa2048", interface: "payment.create", environment: WITHOUT_IFMA },
  { name: "payment.create rsa2048 +notify", scheme: "rsa2048", interface: "payment.create", notify: true },
  { name: "payment.create sm2", scheme: "sm2", interface: "payment.create" },
  { name: "payment.create ed25519-answers", scheme: "ed25519", interface: "payment.create" },
  { name: "payment.query rsa2048", scheme: "rsa2048", interface: "payment.query" },
];

async function measure(plan: Plan): Promise<Row> {
  const scheme = pairScheme(plan.scheme);
  const [own, party] = [scheme.generate(), scheme.generate()];
  const folder = mkdtempSync(join(tmpdir(), "liantiao-bench-"));
  const receiver = plan.notify === true ? await startReceiver() : undefined;
  const order: BankOrder = {
    kind: "bank",
    store: join(folder, "bank.sqlite"),
    algorithm: tokenOf(plan.scheme),
    ownKey: own,
    partyKey: party.publicPem,
    ...(receiver === undefined ? {} : { notifyUrl: receiver.url }),
  };
  // --cpu-prof DIR: profiles of the server processes, for chrome://inspect or any reader of .cpuprofile files.
  const bank = await startBank(order, { environment: plan.environment ?? {}, cpuProfileFolder: flags["cpu-prof"] });
  try {
    const signer = { envelope, algorithm: order.algorithm, key: scheme.privateKey(party.privatePem), offload };
    const binding = bank.scenarios["customer.funded"]?.["binding_id"] ?? "";
    // Numbers ascend, as those do that begin with a date.
    const pay = (prefix: string) => (index: number) => ({
      method: "POST",
      target: "/v1/payments",
      data: {
        party_id: PARTY,
        out_trade_no: `${prefix}${String(index).padStart(10, "0")}`,
        binding_id: binding,
        amount: { value: 100 + (index % 900), currency: "CNY" },
        description: "bench",
        ...(plan.notify === true ? {} : { notify_url: "http://127.0.0.1/parked" }),
      },
    });
    const query = (index: number): { method: string; target: string } => ({
      method: "GET",
      target: `/v1/payments/a${String(index % 1000).padStart(10, "0")}?party_id=${PARTY}`,
    });
    const [before, measured] = plan.interface === "payment.query" ? [query, query] : [pay("b"), pay("c")];
    // The payments that are asked for.
    await replay(bank.url, await presignAll(signer, 1000, pay("a")), CONNECTIONS, undefined);
    await replay(bank.url, await presignAll(signer, WARM_UP_REQUESTS, before), CONNECTIONS, undefined);
    const requests = await presignAll(signer, count, measured);
    const result = await replay(bank.url, requests, CONNECTIONS, { envelope, key: scheme.publicKey(own.publicPem) });
    return rowOf(plan.name, result.rps, result.latenciesMs, signLimit(plan.scheme, plan.environment));
  } finally {
    await bank.stop();
    receiver?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Acknowledges every notification without looking at it: the cost measured is the sender's. */
async function startReceiver(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/notify`, close: () => server.close() };
}

/** The framework's floor against its own floor: the same fixed answer from Hono and from bare node:http. */
async function measureStatic(): Promise<Row> {
  const request = Buffer.from("GET /v1/payments/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  const rates: Replay[] = [];
  for (const kind of ["static-node", "static-hono"] as const) {
    const server = await startBank({
      kind,
      store: "",
      algorithm: "",
      ownKey: { privatePem: "", publicPem: "" },
      partyKey: "",
    });
    await replay(
      server.url,
      Array.from({ length: 5000 }, () => request),
      CONNECTIONS,
      undefined,
    );
    rates.push(
      await replay(
        server.url,
        Array.from({ length: count * 2 }, () => request),
        CONNECTIONS,
        undefined,
      ),
    );
    await server.stop();
  }
  const [floor, hono] = rates as [Replay, Replay];
  return rowOf("static hono", hono.rps, hono.latenciesMs, floor.rps);
}

const rows: Row[] = [];
/** --only loads is all rows and measures of loads, which have a document of their own. */
const LOADS = "loads";
const wanted = (name: string): boolean =>
  flags.only === undefined ||
  name === flags.only ||
  (flags.only === LOADS && (name.startsWith("load ") || name === "recovery"));
const keep = (one: Row): void => {
  rows.push(one);
  console.error(
    `${one.name.padEnd(34)} ${one.rps.toFixed(0).padStart(7)}/s  p50 ${one.p50Ms} ms  p99 ${one.p99Ms} ms  limit ${one.limitRps.toFixed(0)}/s  share ${one.share}`,
  );
};
for (const plan of PLANS) if (wanted(plan.name)) keep(await measure(plan));
if (wanted("static hono")) keep(await measureStatic());
if (wanted("verify standard")) keep(await timeVerify());

// --only sign and --only seal are all rows of that kind.
const signing = (name: string): boolean =>
  wanted(name) || (SIGNING_ROWS.test(name) && name.startsWith(`${flags.only ?? ""} `));
for (const row of timeSchemes(SIGNING_SECONDS, signing)) keep(row);
for (const row of timeEnvelopes(SIGNING_SECONDS, signing)) keep(row);

for (const scheme of ["rsa2048", "sm2"])
  if (wanted(`load knee ${scheme}`)) keep(await timeKnee(scheme, tokenOf(scheme), ramp));
if (wanted("load generator")) for (const row of await timeGenerator(tokenOf("rsa2048"), ramp)) keep(row);
const measures: Measure[] = [];
const note = (one: Measure): void => {
  measures.push(one);
  console.error(
    `${one.name.padEnd(44)} ${one.seen} ${one.unit}  ${one.against} ${one.limit} ${one.unit}  ratio ${one.ratio}`,
  );
};
if (wanted("load memory")) note(await measureLoadMemory(tokenOf("rsa2048"), minutes));
if (wanted("recovery")) note(await measureRecovery({ envelope, offload }, tokenOf("ed25519"), count));

const json = `${JSON.stringify([...rows, ...measures], undefined, 2)}\n`;
if (flags.out === undefined) console.log(json);
else writeFileSync(flags.out, json);
const where: Where = {
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? "unknown",
  node: process.version,
  connections: CONNECTIONS,
  requests: count,
  warmUp: WARM_UP_REQUESTS,
};
const isLoad = ({ name }: { readonly name: string }): boolean => name.startsWith("load ");
const written = flags["no-document"] !== true;
if (flags.only === undefined && written)
  writeFileSync(
    new URL("../docs/benchmarks.md", import.meta.url),
    documentOf(
      rows.filter((one) => !isLoad(one)),
      where,
    ),
  );
if ((flags.only === undefined || flags.only === LOADS) && written)
  writeFileSync(
    new URL("../docs/benchmarks-load.md", import.meta.url),
    loadDocumentOf(rows.filter(isLoad), measures, where, { ramp, minutes }),
  );
