import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkPack } from "../core/pack/check.ts";
import { loadPack } from "../core/pack/load.ts";
import type { Role } from "../core/pack/types.ts";
import type { CheckFinished } from "../core/run/event.ts";
import { judgedOfReference } from "./dialects/judged-share.ts";
import { DIALECTS, folderOf } from "./dialects/dialect.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { AREAS, SEEDED } from "./dialects/seeded-defects.ts";
import type { Area } from "./dialects/seeded-defects.ts";
import { testsOfTheDay } from "./tests-of-the-day.ts";
import { openTrial } from "./trial.ts";

/*
 * Each dialect is judged by the checks of the reference, of which none was written for it: `verify` on our simulator ends
 * with 0 and judges most of what the reference demands, and a defect of each area is found.
 */

test.each(DIALECTS.filter(({ scheme }) => scheme === undefined))("the pack $pack is sound", (dialect) => {
  expect(checkPack(loadPack(folderOf(dialect)))).toEqual([]);
});

/** Of how much of the reference a run must say something, in percent. */
const JUDGED_PERCENT = 60;

const MAIN = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

function started(args: readonly string[]): { readonly child: ChildProcess; readonly said: () => string } {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => void said.push(chunk));
  return { child, said: () => Buffer.concat(said).toString() };
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once("close", resolve));

/** `serve` and `verify` as processes of their own, as users start them; `look` sees the log of the run. */
async function passesAsAWhole(dialect: Dialect, role: Role, look: (eventLog: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-dialect-"));
  const free = ["--port", "0", "--admin-port", "0", "--notify-port", "0"];
  const party = started([
    "serve",
    role,
    "--pack",
    folderOf(dialect),
    "--state",
    folder,
    ...free,
    ...signedWith(dialect),
  ]);
  const over = ended(party.child);
  try {
    await expect.poll(() => party.child.exitCode ?? party.said()).toContain(`verify ${role}`);
    const out = join(folder, "run");
    const judge = started(["verify", role, "--sut", join(folder, "sut.json"), "--out", out]);
    const code = await ended(judge.child);
    expect({ code, said: code === 0 ? "" : judge.said() }).toEqual({ code: 0, said: "" });
    look(join(out, "events.ndjson"));
  } finally {
    party.child.kill("SIGTERM");
    await over;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Holds that a run of a bank has judged enough of what the reference demands. */
function judgesMost(dialect: Dialect, eventLog: string): void {
  const { judged, demanded, open } = judgedOfReference(eventLog);
  const percent = Math.floor((100 * judged) / demanded);
  console.log(`${nameOf(dialect)}: ${judged} of ${demanded} MUSTs of the reference judged (${percent} %)`);
  expect(percent, `not judged: ${open.join(", ")}`).toBeGreaterThanOrEqual(dialect.judgedPercent ?? JUDGED_PERCENT);
}

const nameOf = ({ pack, scheme }: Dialect): string => (scheme === undefined ? pack : `${pack}, ${scheme}`);

/** What `serve` is told of the algorithm that parties sign with. */
function signedWith(dialect: Dialect): readonly string[] {
  const { algorithms } = loadPack(folderOf(dialect)).manifest.policies.envelope;
  const token = Object.keys(algorithms).find((one) => algorithms[one] === dialect.scheme);
  return token === undefined ? [] : ["--algorithm", token];
}

const schemeOf = ({ scheme }: Dialect): { readonly scheme?: string } => (scheme === undefined ? {} : { scheme });

/** A whole run takes minutes, so that most days hold one of them or none. */
testsOfTheDay(
  "verify on our simulator ends with 0 and judges most of the reference",
  63,
  Object.fromEntries([
    ...DIALECTS.map(
      (dialect) => [nameOf(dialect), () => passesAsAWhole(dialect, "bank", (log) => judgesMost(dialect, log))] as const,
    ),
    ...DIALECTS.filter(({ platform }) => platform === true).map(
      (dialect) =>
        [`${nameOf(dialect)}, the platform`, () => passesAsAWhole(dialect, "platform", judgesSomething)] as const,
    ),
  ]),
);

/** Holds that a run has a pass, so that it did not end with 0 for want of anything to judge. */
function judgesSomething(eventLog: string): void {
  expect(readFileSync(eventLog, "utf8")).toContain('"verdict":"pass"');
}

/** What is looked at by the checks at the end of a run. */
const FEEDING = "contract.valid-request,errors.declared";

async function finds(dialect: Dialect, area: Area): Promise<void> {
  const source = loadPack(folderOf(dialect));
  const { what, found, wrappers } = SEEDED[area](source);
  const trial = await openTrial({ role: "bank", packFolder: folderOf(dialect), wrappers, ...schemeOf(dialect) });
  const isFound = ({ requirement, verdict }: CheckFinished): boolean => verdict === "fail" && found.test(requirement);
  try {
    const lines = await trial.judge({ only: ONLY[area], effort: "standard", stopAfter: isFound });
    expect(
      lines.some(isFound),
      `${dialect.pack}, ${what}: ${JSON.stringify(lines.map(({ check, verdict, reason, error }) => [check, verdict, reason?.en ?? error]))}`,
    ).toBe(true);
  } finally {
    await trial.close();
  }
}

/** Which checks are run for a defect of an area. */
const ONLY: Readonly<Record<Area, string>> = {
  signature: "{SIG-05}",
  idempotency: "{IDM-02}",
  "error codes": "{ERR-04,LIF-01}",
  state: "{LIF-01,LIF-23}",
  notifications: `{NOT-16,LAW-09,${FEEDING}}`,
  money: "{IDM-12,LIF-08,ERR-04}",
};

const TRIED = DIALECTS.flatMap((dialect) =>
  AREAS.filter((area) => dialect.without?.[area] === undefined).map((area) => ({ dialect, area })),
);

testsOfTheDay(
  "a defect of each area is found in each dialect",
  16,
  Object.fromEntries(TRIED.map(({ dialect, area }) => [`${nameOf(dialect)}: ${area}`, () => finds(dialect, area)])),
);

describe("what a dialect leaves out", () => {
  test("is no more than two areas of six", () => {
    for (const { pack, without } of DIALECTS) expect(Object.keys(without ?? {}).length, pack).toBeLessThanOrEqual(2);
  });
});
