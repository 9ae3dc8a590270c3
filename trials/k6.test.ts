import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { k6 } from "../suites/load/k6/k6.ts";
import { standIn } from "../suites/load/k6/testing/stand-in.ts";
import { readIntervals } from "../core/load/load-folder.ts";
import type { Interval } from "../core/load/interval.ts";
import { runLoad } from "../suites/load/run-load.ts";
import type { LoadOptions } from "../suites/load/run-load.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";
import type { Variant } from "./trial.ts";

/*
 * The script that k6 would run, run by a stand-in for k6 over real sockets. No k6 runs in this repository, so nothing here
 * shows that k6 itself does as its documentation says.
 */

const open = new AsyncDisposableStack();
afterEach(() => open.disposeAsync);

interface Loaded {
  readonly judgement: RunJudgement;
  readonly folder: string;
  readonly intervals: readonly Interval[];
}

async function loaded(
  variant: Partial<Variant>,
  { settings = {}, ...options }: Partial<LoadOptions> & { readonly settings?: Readonly<Record<string, string>> } = {},
): Promise<Loaded> {
  const trial = await openTrial({ role: "bank", ...variant });
  const folder = mkdtempSync(join(tmpdir(), "liantiao-load-"));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const { log } = await runLoad({
      packDirectory: PACK_FOLDER,
      statementFile: trial.statementFile,
      profile: "smoke",
      rate: 5,
      seconds: 4,
      seed: 1,
      threads: 1,
      // A busy machine may be late with every arrival.
      mostLate: 1,
      outDirectory: folder,
      replay: "",
      engine: await k6({ ...process.env, K6_BIN: standIn(settings) }),
      ...options,
    });
    const judge = judging();
    const reading = readLogFile(log, judge.event);
    if (!reading.ok) throw new Error(reading.problem.en);
    const intervals: Interval[] = [];
    readIntervals(folder, (interval) => intervals.push(interval));
    return { judgement: judge.judgement(reading.torn), folder, intervals };
  } finally {
    await trial.close();
  }
}

const verdicts = ({ checks }: RunJudgement): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map(({ check, standing }) => [check, standing]));

const sum = (intervals: readonly Interval[], of: (interval: Interval) => number): number =>
  intervals.reduce((total, interval) => total + of(interval), 0);

describe("a load by the script of k6", () => {
  test.each(["rsa2048", "sm2", "ed25519"])("is judged by the books where parties sign with %s", async (scheme) => {
    const { judgement, folder, intervals } = await loaded({ scheme });
    console.log(
      JSON.stringify(judgement.checks.map((c) => [c.check, c.standing, c.reason?.en])),
      intervals.map((i) => JSON.stringify({ ...i, latencies: 0 })).join("\n"),
      readFileSync(join(folder, "k6", "k6.log"), "utf8"),
    );
    expect(new Set(Object.values(verdicts(judgement)))).toEqual(new Set(["pass"]));
    expect(sum(intervals, ({ due }) => due)).toBe(20);
    expect(sum(intervals, ({ endings }) => endings.success)).toBeGreaterThan(40);
    expect(readFileSync(join(folder, "orders-0.ndjson"), "utf8").split("\n").length).toBeGreaterThan(40);
  });
});
