import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import type { RunEvent } from "../core/run/event.ts";
import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { edited, interfacePath, transitionPath } from "../simulator/defects/parts/edit-pack.ts";
import { pausesOf } from "../suites/load/drills/drill.ts";
import type { Drill, DrillAction } from "../suites/load/drills/drill.ts";
import { drillCompanion } from "../suites/load/drills/drills.ts";
import { drillFile, drillNames, readDrill } from "../suites/load/drills/read-drill.ts";
import { vitalsCompanion } from "../suites/load/vitals/vitals.ts";
import { LoadError } from "../suites/load/plan.ts";
import { runLoad } from "../suites/load/run-load.ts";
import type { LoadOptions } from "../suites/load/load-options.ts";
import { sampled } from "./sample.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";
import type { Trial, Variant } from "./trial.ts";
import { testsOfTheDay } from "./tests-of-the-day.ts";

/*
 * Drills on banks that survive them, and on some that do not, under a small load. Bank and generator share the
 * processors of the test, so nothing here says how fast either is: recovery has time, and latency counts for nothing.
 */

const open = new AsyncDisposableStack();
afterEach(() => open.disposeAsync);

/** A drill of the project with short waits and no bound on latency. */
function short(name: string, changes: Partial<Drill> = {}): Drill {
  const reading = readDrill(drillFile(name) ?? "");
  if (!reading.ok) throw new Error(`the drill ${name} is wrong`);
  const { "steady-state-hypothesis": hypothesis } = reading.drill;
  return {
    ...reading.drill,
    recoverySeconds: 6,
    "steady-state-hypothesis": {
      ...hypothesis,
      probes: hypothesis.probes.filter(({ provider }) => provider.measure === "answered-percent"),
    },
    ...changes,
  };
}

interface Drilled {
  readonly judgement: RunJudgement;
  readonly events: readonly RunEvent[];
  readonly verdicts: Readonly<Record<string, string>>;
}

const AT = 3;

/** Room for a drill whose hooks are answered late, since the machine is busy. */
const secondsOf = (drill: Drill): number => AT + pausesOf(drill) + drill.recoverySeconds + 12;

/** Checks that did not pass, with their reasons. */
const undecided = ({ checks }: RunJudgement): readonly string[] =>
  checks
    .filter(({ standing }) => standing !== "pass")
    .map(({ check, standing, reason }) => `${check} ${standing}: ${reason?.en ?? ""}`);

/** A bank under load, with a drill three seconds into it. */
async function drilled(
  variant: Partial<Variant>,
  name: string,
  drill: Drill,
  options: Partial<LoadOptions> = {},
): Promise<Drilled> {
  const trial = await openTrial({ role: "bank", scheme: "ed25519", drills: true, ...variant });
  try {
    return await loaded(trial, {
      seconds: secondsOf(drill),
      companions: [drillCompanion([{ name, drill, at: AT }])],
      ...options,
    });
  } finally {
    await trial.close();
  }
}

async function loaded(trial: Trial, options: Partial<LoadOptions>): Promise<Drilled> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-drill-"));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { log } = await runLoad({
    packDirectory: PACK_FOLDER,
    statementFile: trial.statementFile,
    profile: "smoke",
    rate: 5,
    seed: 1,
    threads: 1,
    mostLate: 1,
    outDirectory: folder,
    replay: "",
    ...options,
  });
  const events: RunEvent[] = [];
  const judge = judging();
  const reading = readLogFile(log, (event) => {
    events.push(event);
    judge.event(event);
  });
  if (!reading.ok) throw new Error(reading.problem.en);
  const judgement = judge.judgement(reading.torn);
  return {
    judgement,
    events,
    verdicts: Object.fromEntries(judgement.checks.map(({ check, standing }) => [check, standing])),
  };
}

/** The statement with a time limit that late answers exceed soon. */
function impatient(trial: Trial, timeoutMs: number): void {
  const statement = JSON.parse(readFileSync(trial.statementFile, "utf8")) as object;
  writeFileSync(trial.statementFile, JSON.stringify({ ...statement, limits: { timeoutMs } }));
}

const DAYS = 9;
const { items, note } = sampled(
  drillNames().filter((name) => name !== "late-answers"),
  DAYS,
  () => "",
);

describe(`a conforming bank (${note})`, () => {
  test.each(items)("passes the drill %s, and its money holds", async (name) => {
    const { verdicts, events, judgement } = await drilled({}, name, short(name));
    expect(judgement.failures).toEqual([]);
    expect(undecided(judgement)).toEqual([]);
    expect(verdicts[`drill.${name}`]).toBe("pass");
    expect(events.filter(({ type }) => type === "load.mark").length).toBeGreaterThan(0);
    expect(judgement.serviceLevels.find(({ level }) => level.name === `drill.${name}`)?.met).toBe(true);
  });
});

test("a drill whose hook is missing is refused before anything is sent", async () => {
  const refused = await drilled({ without: ["network"] }, "network-cut", short("network-cut")).catch(
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(LoadError);
  expect(refused).toMatchObject({
    where: "/hooks/supports",
    message: expect.stringContaining("needs the control hook network") as string,
    remedy: { en: expect.stringContaining('"supports": ["network"') as string },
  });
});

test("a drill that the load is too short for is refused, and says how long would do", async () => {
  const refused = await drilled({}, "network-cut", short("network-cut"), { seconds: 10 }).catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ where: "--for", allowed: ["18"] });
});

/** Cuts the line behind every few answers for some seconds: their requests have arrived. */
const CUT_ANSWERS = short("network-cut", {
  method: [
    {
      type: "action",
      name: "cut",
      title: { en: "answers cut", zh: "应答被切断" },
      provider: { hook: "network", arguments: { cutAnswers: 3 } },
      pauses: { after: 5 },
    },
  ],
});

/** A bank that takes a payment anew each time its number comes. */
function payingAgain(): NonNullable<Variant["pack"]> {
  const source = loadPack(PACK_FOLDER);
  const create = transitionPath(source, "payment.create");
  return edited(source, [
    { path: [...create, "from"], value: ["ABSENT", "SUCCEEDED"] },
    { path: [...create, "otherwise", "SUCCEEDED"], value: undefined },
    { path: [...interfacePath(source, "payment.create"), "idempotency"], value: undefined },
  ]);
}

const RETRYING = { profile: "unreliable-network" };

async function late(variant: Partial<Variant>): Promise<Drilled> {
  const drill = short("late-answers");
  const trial = await openTrial({ role: "bank", scheme: "ed25519", drills: true, ...variant });
  try {
    // Long enough for a busy machine to answer when nothing is wrong.
    impatient(trial, 2_000);
    return await loaded(trial, {
      ...RETRYING,
      seconds: secondsOf(drill),
      companions: [drillCompanion([{ name: "late-answers", drill, at: AT }])],
    });
  } finally {
    await trial.close();
  }
}

testsOfTheDay("trouble under load", 4, {
  "a bank that a full disk has broken for good fails the drill": async () => {
    let broken = false;
    const { verdicts, judgement } = await drilled(
      {
        wrappers: {
          handle: (inner) => async (request) => {
            if (broken) return { status: 503, headers: [], body: new Uint8Array() };
            const response = await inner(request);
            broken ||= response.status >= 500;
            return response;
          },
        },
      },
      "disk-full",
      short("disk-full"),
    );
    expect(verdicts["drill.disk-full"]).toBe("fail");
    expect(judgement.exitCode).toBe(1);
  },

  "a drill whose hook refuses is neither passed nor failed": async () => {
    const drill = short("network-cut");
    const [cut] = drill.method;
    const wrong = { ...(cut as DrillAction), provider: { hook: "network" as const, arguments: { down: "much" } } };
    const { verdicts, judgement } = await drilled({}, "network-cut", { ...drill, method: [wrong] });
    expect(verdicts["drill.network-cut"]).toBe("inconclusive");
    expect(judgement.checks.find(({ check }) => check === "drill.network-cut")?.reason?.en).toContain("answered 400");
  },

  "answers that are cut off are asked for again, with one effect or several": async () => {
    const conforming = await drilled({}, "cut-answers", CUT_ANSWERS, RETRYING);
    expect(conforming.verdicts).toMatchObject({
      "drill.cut-answers": "pass",
      "load.sent-again": "pass",
      "load.booked-once": "pass",
    });
    const payer = await drilled({ pack: payingAgain() }, "cut-answers", CUT_ANSWERS, RETRYING);
    expect(payer.verdicts).toMatchObject({ "load.sent-again": "fail", "load.booked-once": "fail" });
    expect(payer.judgement.exitCode).toBe(1);
  },

  "answers after the caller's time-out have one effect or several": async () => {
    const conforming = await late({});
    expect(conforming.verdicts).toMatchObject({ "drill.late-answers": "pass", "load.sent-again": "pass" });
    const payer = await late({ pack: payingAgain() });
    expect(payer.verdicts["load.sent-again"]).toBe("fail");
  },
});

test("vitals stand in the run's folder, and a short load says how long would do", async () => {
  const trial = await openTrial({ role: "bank", scheme: "ed25519" });
  const folder = mkdtempSync(join(tmpdir(), "liantiao-vitals-"));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const { judgement } = await loaded(trial, {
      seconds: 4,
      outDirectory: folder,
      companions: [vitalsCompanion({ everySeconds: 1 })],
    });
    const lines = readFileSync(join(folder, "vitals.ndjson"), "utf8").trim().split("\n");
    expect(lines.length).toBeGreaterThan(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      values: { resident_bytes: expect.any(Number), handles: expect.any(Number) },
    });
    const leak = judgement.checks.find(({ check }) => check === "load.no-leak");
    expect(leak).toMatchObject({ standing: "inconclusive" });
    expect(leak?.reason?.en).toMatch(/too short to tell a leak; \d+ s would be enough/);
  } finally {
    await trial.close();
  }
});
