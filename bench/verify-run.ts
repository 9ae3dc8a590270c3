import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOG_FILE } from "../core/run/log.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { ended, firstLine, residentBytes, started } from "./program-process.ts";
import { rowOf } from "./row.ts";
import type { Row } from "./row.ts";
import { TimeAlone } from "./time-alone.ts";

/** What `verify --effort standard` against a local bank is to stay under. */
const LIMIT_SECONDS = 60;

/** Modules that are judged, the same at all times: a pack that grows makes no run slower than it was. */
const MODULES = "payment,payout,reconciliation,keys";

/** The system keeps the highest value, so that looking seldom misses only the last moments. */
const LOOKED_AT_EVERY_MS = 200;

/** One whole `verify --effort standard` that passed. */
interface VerifyRun {
  readonly seconds: number;
  /** Of these, how long exactly one check was under way: what no further lane makes shorter. */
  readonly secondsAlone: number;
  /** Of the checks that passed, in milliseconds, ascending. */
  readonly durationsMs: readonly number[];
  /** The most memory that `verify` had resident; undefined where the system does not tell (it is Linux that does). */
  readonly peakBytes: number | undefined;
}

/**
 * Checks a second, and how long a check takes beside others. The limit is the pace at which the same plan would take a
 * minute. Throws when the run does not pass.
 */
export async function timeVerify(): Promise<Row> {
  const { seconds, durationsMs } = await verifyRun();
  return rowOf("verify standard", durationsMs.length / seconds, durationsMs, durationsMs.length / LIMIT_SECONDS);
}

/** Runs `verify --effort standard` over the payment modules against `serve bank`, both as processes. Throws when it does not pass. */
export async function verifyRun(): Promise<VerifyRun> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-bench-verify-"));
  let passed = false;
  const bank = started(["serve", "bank", "--json", "--port", "0", "--state", join(folder, "bank")], "pipe");
  try {
    await firstLine(bank);
    const out = join(folder, "run");
    const began = performance.now();
    const words = [
      "--sut",
      join(folder, "bank", "sut.json"),
      "--effort",
      "standard",
      "--modules",
      MODULES,
      "--out",
      out,
      "--json",
    ];
    const judge = started(["verify", "bank", ...words], "ignore");
    let peakBytes: number | undefined;
    const looking = setInterval(() => (peakBytes = residentBytes(judge, "peak") ?? peakBytes), LOOKED_AT_EVERY_MS);
    const code = await ended(judge).finally(() => clearInterval(looking));
    const seconds = (performance.now() - began) / 1000;
    if (code !== 0) throw new Error(`verify ended with ${code}; what it found is in ${out}`);
    passed = true;
    const durations: number[] = [];
    const alone = new TimeAlone();
    const log = readLogFile(join(out, LOG_FILE), (event) => {
      alone.take(event);
      if (event.type === "check.finished" && event.verdict === "pass") durations.push(event.durationMs);
    });
    if (!log.ok) throw new Error(log.problem.en);
    return { seconds, secondsAlone: alone.seconds, durationsMs: durations.toSorted((a, b) => a - b), peakBytes };
  } finally {
    bank.kill("SIGTERM");
    await ended(bank);
    if (passed) rmSync(folder, { recursive: true, force: true });
  }
}
