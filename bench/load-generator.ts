import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { loadPack } from "../core/pack/load.ts";
import { NewsDesk } from "../suites/load/caller-news.ts";
import { embedded } from "../suites/load/embedded/embedded.ts";
import { KneeFinder } from "../suites/load/knee.ts";
import { Measures, percentilesOf } from "../suites/load/measures.ts";
import { startBank } from "./bank.ts";
import { replay } from "./generator.ts";
import type { Ramp } from "./load-knee.ts";
import { rowOf } from "./row.ts";
import type { Row } from "./row.ts";
import { restate, serveBank } from "./served-bank.ts";

const PACK = new URL("../specs/cooperation", import.meta.url).pathname;
const CREATES = "payment.create";
const CONNECTIONS = 32;
const STEPS = 5;
const MOST_LATE = 0.01;
const ORDERS_BYTES = 1024 ** 3;

/**
 * How many signed calls a second the embedded generator begins in time, against a server that does nothing (`static
 * hono`). Beside it, in the same run: requests that were signed before, replayed as fast as they are answered, and `wrk`
 * where it is installed.
 */
export async function timeGenerator(token: string, ramp: Ramp): Promise<readonly Row[]> {
  const server = await startBank({
    kind: "static-hono",
    store: "",
    algorithm: "",
    ownKey: { privatePem: "", publicPem: "" },
    partyKey: "",
  });
  try {
    const own = await ceiling(server.url, token, ramp);
    const request = Buffer.from("GET /v1/payments/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    const requests = Array.from({ length: 40_000 }, () => request);
    await replay(server.url, requests.slice(0, 5_000), CONNECTIONS, undefined);
    const { rps } = await replay(server.url, requests, CONNECTIONS, undefined);
    const rows = [{ ...rowOf("load generator", own.rate, [], rps), p50Ms: own.p50Ms, p99Ms: own.p99Ms }];
    const wrk = wrkRate(server.url);
    if (wrk === undefined) {
      console.error(
        "!!! wrk is not installed (Debian: apt-get install wrk): the row `load generator / wrk` is left out",
      );
      return rows;
    }
    return [...rows, { ...rowOf("load generator / wrk", own.rate, [], wrk), p50Ms: own.p50Ms, p99Ms: own.p99Ms }];
  } finally {
    await server.stop();
  }
}

/** The highest step at which the generator was in time, with its latencies over all steps. */
async function ceiling(
  url: string,
  token: string,
  { rate, seconds }: Ramp,
): Promise<{ readonly rate: number; readonly p50Ms: number; readonly p99Ms: number }> {
  // Its keys, and its statement.
  const bank = await serveBank(token);
  try {
    const statementFile = join(bank.folder, "bank", "static.json");
    restate(bank.statement, statementFile, { baseUrl: url, notify: undefined });
    const outDirectory = join(bank.folder, "generator");
    mkdirSync(outDirectory);
    const { manifest, digest } = loadPack(PACK);
    const phases = Array.from({ length: STEPS }, (_, step) => {
      const each = rate / 2 ** (STEPS - 1 - step);
      return { seconds: seconds / STEPS, from: each, to: each };
    });
    const finder = KneeFinder.of({ phases }, [], { intervalSeconds: 1, mostLate: MOST_LATE });
    const measures = Measures.of([CREATES]);
    const result = await embedded.run({
      head: {
        version: 1,
        role: "bank",
        engine: embedded.name,
        pack: { name: manifest.name, version: manifest.version, digest },
        seed: 1,
        startedAt: Date.now(),
        profile: { name: "bench", title: { en: "Bench", zh: "基准" }, pace: "even", phases, mix: { pay: 1 } },
        journeys: { pay: [CREATES] },
        levels: [],
        intervalSeconds: 1,
        segment: { index: 0, of: 1 },
      },
      packDirectory: PACK,
      statementFile,
      threads: Math.max(1, availableParallelism() - 1),
      latencies: measures.byInterface,
      outDirectory,
      ordersLimitBytes: ORDERS_BYTES,
      signal: undefined,
      news: new NewsDesk(),
      onBegin: () => {},
      onInterval: (interval) => finder?.take(interval),
    });
    if (result.problems.length > 0) throw new Error(result.problems[0]);
    const knee = finder?.knee(0);
    for (const step of knee?.steps ?? [])
      console.error(`  ${step.rate}/s ${step.held ? "in time" : `late with ${step.late} of ${step.due}`}`);
    if (knee?.limit === "none")
      console.error("  !!! load generator: every step was in time, so give a higher --load-rate");
    const latencies = measures.byInterface[CREATES];
    const ms = latencies === undefined ? undefined : percentilesOf(latencies.sinceSent).ms;
    const rounded = (value = 0): number => Math.round(value * 100) / 100;
    return { rate: knee?.rate ?? 0, p50Ms: rounded(ms?.["50"]), p99Ms: rounded(ms?.["99"]) };
  } finally {
    await bank.stop();
  }
}

/** Requests a second of `wrk` over as many connections; undefined where it is not installed. */
function wrkRate(url: string): number | undefined {
  try {
    const output = execFileSync("wrk", ["-t1", `-c${CONNECTIONS}`, "-d5s", url], { encoding: "utf8" });
    const rate = Number(/Requests\/sec:\s+([\d.]+)/u.exec(output)?.[1]);
    if (!(rate > 0)) throw new Error(`wrk printed no requests a second:\n${output}`);
    return rate;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
}
