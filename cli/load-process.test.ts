import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { startChild } from "./child.ts";
import type { Child } from "./child.ts";

/*
 * Loads as a user runs them, in processes of their own: what is typed wrong, what is interrupted, and what goes away
 * meanwhile. How fast anything is does not matter here: a busy machine may make any of these loads void.
 */

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-load-process-"));
const state = join(folder, "bank");
const sut = join(state, "sut.json");
let bank: Child;

const startBank = async (): Promise<Child> => {
  const child = startChild(["serve", "bank", "--json", "--port", "0", "--state", state], {
    signal: new AbortController().signal,
  });
  await child.firstLine;
  return child;
};

beforeAll(async () => {
  bank = await startBank();
});
afterAll(async () => {
  await bank.end();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...words: readonly string[]) =>
  spawnSync(process.execPath, [MAIN, "load", ...words], { cwd: folder, encoding: "utf8" });

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

/** Starts a load, and waits until it has made an interval. */
async function started(out: string, ...flags: readonly string[]): Promise<Running> {
  const words = ["load", "bank", "--sut", sut, "--rate", "4", "--threads", "1", "--json", "--out", out, ...flags];
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", resolve);
  });
  await expect.poll(() => intervals(out) > 1 || child.exitCode !== null).toBe(true);
  expect(child.exitCode).toBeNull();
  return { child, ended };
}

const intervals = (out: string): number =>
  existsSync(join(folder, out, "intervals.ndjson"))
    ? readFileSync(join(folder, out, "intervals.ndjson"), "utf8").split("\n").length - 1
    : 0;

/** Indices of the intervals of a load, in the order of its file. */
const indices = (out: string): readonly number[] =>
  readFileSync(join(folder, out, "intervals.ndjson"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { readonly index: number }).index);

function judgementIn(out: string): RunJudgement {
  const judge = judging();
  const reading = readLogFile(join(folder, out, "events.ndjson"), judge.event);
  if (!reading.ok) throw new Error(reading.problem.en);
  return judge.judgement(reading.torn);
}

describe("a load is refused", () => {
  test.each([
    ["at a rate of zero", ["bank", "--sut", sut, "--rate", "0"], "from 1 to 1000000"],
    ["of an unknown profile", ["bank", "--sut", sut, "--profile", "smoek"], 'no load profile "smoek"'],
    ["without a statement", ["bank"], "wants the statement"],
    ["of a segment that there is not", ["bank", "--sut", sut, "--segment", "3/2"], "such as 1/2"],
    ["of a part of a platform", ["platform", "--sut", sut, "--segment", "1/2"], "--segment"],
    ["of a segment without a seed", ["bank", "--sut", sut, "--segment", "1/2"], "want one seed"],
    ["that goes on from an empty folder", ["bank", "--sut", sut, "--resume", "nowhere"], "holds no load"],
    ["that is merged of nothing", ["merge", "nowhere", "--out", "merged-none"], "holds no load"],
    ["that is compared with nothing", ["compare", "nowhere", "nowhere"], "holds no load"],
  ])("%s", (_what, words, said) => {
    const { status, stderr, stdout } = run(...words);
    expect(stderr).toContain(said);
    expect(status).toBe(2);
    expect(stdout).not.toMatch(/MUST|verdict/);
  });
});

test("a load that is interrupted once ends in good order, and settles its orders", async () => {
  const { child, ended } = await started("once", "--for", "600");
  child.kill("SIGINT");
  expect(await ended).toBe(3);
  const { partial, partialReason, checks } = judgementIn("once");
  expect([partial, partialReason]).toEqual([true, "stopped"]);
  expect(checks.every(({ standing }) => standing !== "unfinished")).toBe(true);
  expect(existsSync(join(folder, "once", "report.html"))).toBe(true);
});

test("a load that is interrupted twice stops, keeps its files, and has no verdict", async () => {
  const { child, ended } = await started("twice", "--for", "600");
  child.kill("SIGINT");
  child.kill("SIGTERM");
  await ended;
  expect(readdirSync(join(folder, "twice"))).toEqual(expect.arrayContaining(["load.json", "orders-0.ndjson"]));
  const { partial, exitCode } = judgementIn("twice");
  expect([partial, exitCode]).toEqual([true, 3]);
});

test("a load that was killed goes on at its place, and settles what was left", async () => {
  const { child, ended } = await started("killed", "--for", "14");
  child.kill("SIGKILL");
  await ended;
  const before = indices("killed");
  const { status } = run("bank", "--resume", "killed", "--json");
  expect([0, 3, 99]).toContain(status);
  const all = indices("killed");
  expect(all.slice(0, before.length)).toEqual(before);
  expect(all).toEqual([...new Set(all)].toSorted((one, other) => one - other));
  expect(all.at(-1)).toBeGreaterThanOrEqual(13);
  expect(readdirSync(join(folder, "killed"))).toEqual(
    expect.arrayContaining(["orders-0.ndjson", "orders-1-0.ndjson", "events.ndjson.1"]),
  );
  const { notes, partial, failures } = judgementIn("killed");
  expect(notes.map(({ note }) => note)).toContain("load-gap");
  expect([partial, failures]).toEqual([false, []]);
});

test("a load whose results have no room left has no verdict", () => {
  // A child's files may not grow beyond this, as if the disk were full.
  const words = [MAIN, "load", "bank", "--sut", sut, "--rate", "20", "--for", "30", "--threads", "1", "--out", "full"];
  const shell = `trap '' XFSZ; ulimit -f 48; exec "$@"`;
  const { status, stderr } = spawnSync("bash", ["-c", shell, "bash", process.execPath, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_COMPILE_CACHE: "" },
  });
  expect(status).toBe(3);
  expect(stderr).toContain("so it has no verdict");
  expect(existsSync(join(folder, "full", "report.json"))).toBe(false);
});

test("a bank that dies under load is waited for in bounds, and passes nothing", async () => {
  const { ended } = await started("dead", "--for", "8");
  await bank.end();
  const code = await ended;
  try {
    expect([3, 1]).toContain(code);
    const { checks, partial } = judgementIn("dead");
    expect(partial).toBe(false);
    expect(checks.filter(({ check }) => check !== "load.signed" && check !== "load.documented")).toSatisfy(
      (all: RunJudgement["checks"]) => all.every(({ standing }) => standing !== "pass"),
    );
  } finally {
    bank = await startBank();
  }
});
