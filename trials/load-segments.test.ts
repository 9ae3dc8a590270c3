import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readHead, readIntervals } from "../core/load/load-folder.ts";
import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { mergeLoads } from "../suites/load/merge/merge-loads.ts";
import { runLoad } from "../suites/load/run-load.ts";
import type { LoadOptions } from "../suites/load/load-options.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";
import type { Trial } from "./trial.ts";

/*
 * Two processes that make the segments of one load, against one process that makes all of it. All of them share the
 * processors with the bank, so nothing here says how fast it is.
 */

const SCRIPT = fileURLToPath(new URL("load-process.ts", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "liantiao-segments-"));
let trial: Trial;
beforeAll(async () => {
  trial = await openTrial({ role: "bank", scheme: "ed25519" });
});
afterAll(async () => {
  await trial.close();
  rmSync(folder, { recursive: true, force: true });
});

const optionsOf = (out: string, more: Partial<LoadOptions>): LoadOptions => ({
  packDirectory: PACK_FOLDER,
  statementFile: trial.statementFile,
  profile: "smoke",
  rate: 8,
  seconds: 6,
  seed: 5,
  threads: 1,
  // A busy machine may be late with every arrival.
  mostLate: 1,
  outDirectory: join(folder, out),
  replay: "",
  ...more,
});

function inProcess(options: LoadOptions): Promise<number> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(options)], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

function judgementIn(out: string): RunJudgement {
  const judge = judging();
  const reading = readLogFile(join(folder, out, "events.ndjson"), judge.event);
  if (!reading.ok) throw new Error(reading.problem.en);
  return judge.judgement(reading.torn);
}

const verdicts = (out: string): Readonly<Record<string, string>> =>
  Object.fromEntries(judgementIn(out).checks.map(({ check, standing }) => [check, standing]));

/** Arrivals and calls that the intervals of a folder count. A late generator counts an arrival in a later interval. */
function counted(out: string) {
  let [due, calls] = [0, 0];
  readIntervals(join(folder, out), (interval) => {
    due += interval.due;
    calls += Object.values(interval.endings).reduce((sum, count) => sum + count, 0);
  });
  return { due, calls };
}

const merged = (out: string, folders: readonly string[], withSut: boolean) =>
  mergeLoads({
    folders: folders.map((one) => join(folder, one)),
    outDirectory: join(folder, out),
    ...(withSut ? { sut: { packDirectory: PACK_FOLDER, statementFile: trial.statementFile } } : {}),
    mostLate: 1,
    replay: "",
    now: Date.now,
  });

describe("two processes that make one load", () => {
  beforeAll(async () => {
    const codes = await Promise.all([
      inProcess(optionsOf("first", { segment: { index: 0, of: 2 }, threads: 1 })),
      inProcess(optionsOf("second", { segment: { index: 1, of: 2 }, threads: 2 })),
    ]);
    expect(codes).toEqual([0, 0]);
    await runLoad(optionsOf("alone", {}));
  });

  test("judge their own orders each, and leave the balances to the merge", () => {
    for (const out of ["first", "second"])
      expect(verdicts(out)).toMatchObject({
        "load.booked-once": "pass",
        "load.kept": "pass",
        "load.nothing-else": "pass",
        "load.balance": "skipped",
      });
  });

  test("give together what one process gives", async () => {
    const { orders } = await merged("whole", ["second", "first"], true);
    const alone = judgementIn("alone");
    expect(new Set(Object.values(verdicts("whole")))).toEqual(new Set(["pass"]));
    expect(verdicts("whole")).toEqual(verdicts("alone"));
    // Arrivals and journeys are those of the seed, so these are the same and not only alike.
    expect(counted("whole")).toEqual(counted("alone"));
    expect(orders).toBe(ordersIn("alone"));
    const samples = (of: RunJudgement) => of.serviceLevels.map(({ level }) => [level.name, level.samples]);
    expect(samples(judgementIn("whole"))).toEqual(samples(alone));
    expect(readHead(join(folder, "whole"))).toMatchObject({ segment: { index: 0, of: 1 }, engine: "embedded" });
    expect(judgementIn("whole").notes.map(({ note }) => note)).toEqual(["merged"]);
  });

  test("keep what each has judged where no SUT is asked, and leave the balances open", async () => {
    await merged("unasked", ["first", "second"], false);
    expect(verdicts("unasked")).toMatchObject({ "load.booked-once": "pass", "load.balance": "inconclusive" });
    expect(judgementIn("unasked").exitCode).toBe(3);
  });

  test("are merged whatever engine made their files", async () => {
    const file = join(folder, "second", "load.json");
    const own = readFileSync(file, "utf8");
    writeFileSync(file, own.replace('"embedded"', '"k6"'));
    await merged("mixed", ["first", "second"], false);
    writeFileSync(file, own);
    expect(readHead(join(folder, "mixed")).engine).toBe("embedded+k6");
    expect(counted("mixed")).toEqual(counted("alone"));
  });

  test.each([
    ["one that is missing", ["first"], "segments are missing: 2/2"],
    ["one that is there twice", ["first", "first"], "segment 1 of 2 is there more than once"],
    ["one of another load", ["first", "alone"], "no segments of one load: they differ in their number of segments"],
    ["a folder without a load", ["first", "none"], "holds no load"],
  ])("are not merged with %s", async (_what, folders, said) => {
    await expect(merged("never", folders, false)).rejects.toThrow(said);
  });
});

test("a load whose results cannot be written ends at once, and says nothing", async () => {
  const onInterval = (): void => {
    throw new Error("ENOSPC: no space left on device, write");
  };
  await runLoad(optionsOf("unwritten", { seconds: 600, onInterval }));
  expect(new Set(Object.values(verdicts("unwritten")))).toEqual(new Set(["inconclusive"]));
  expect(judgementIn("unwritten").checks[0]?.reason?.en).toContain("no space left");
});

/** Orders that the files of a folder begin. */
const ordersIn = (out: string): number =>
  readFileSync(join(folder, out, "orders-0.ndjson"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"intent"')).length;
