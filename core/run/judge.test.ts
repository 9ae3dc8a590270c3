import { describe, expect, test } from "vitest";

import type {
  CheckFinished,
  ExchangeSeen,
  PreflightFinished,
  RunEvent,
  RunStarted,
  ServiceLevelFinished,
  Waiver,
} from "./event.ts";
import { judgeRun } from "./judge.ts";
import type { ExitCode, ReasonCode, RunJudgement } from "./judgement.ts";
import type { Level, Verdict } from "./verdict.ts";

const TODAY = "2026-03-10";
const AT = Date.parse(`${TODAY}T08:00:00Z`);
const both = (text: string): { en: string; zh: string } => ({ en: text, zh: text });

function levelOf(id: string): Level {
  return id.startsWith("S") ? "SHOULD" : "MUST";
}

/** Requirements by id; an id that begins with S is a SHOULD. Checks are named REQUIREMENT.name. */
function start(planned: readonly string[], extra: Partial<RunStarted> = {}): RunStarted {
  const ids = ["M-01", "M-02", "S-01", "M-99"];
  return {
    type: "run.started",
    at: AT,
    run: "r1",
    liantiao: "0.1.0",
    role: "bank",
    sut: { name: "bank", baseUrl: "https://bank.test" },
    pack: { name: "cooperation", title: both("cooperation"), version: "1", digest: "sha256:1" },
    suites: { digest: "sha256:2" },
    statement: { digest: "sha256:3", file: "sut.json" },
    seed: 1,
    effort: "smoke",
    requirements: ids.map((id) => ({
      id,
      area: id.slice(0, 1),
      level: levelOf(id),
      title: both(id),
      text: both(id),
      source: "",
    })),
    errors: ["A", "B", "C", "D"].map((code) => ({ code, status: 400, title: both(code) })),
    waivers: [],
    plan: planned.map((check) => ({ check, requirement: check.split(".")[0] ?? check, title: both(check) })),
    ...extra,
  };
}

function done(check: string, verdict: Verdict, extra: Partial<CheckFinished> = {}): CheckFinished {
  const requirement = check.split(".")[0] ?? check;
  return {
    type: "check.finished",
    at: AT + 1,
    check,
    requirement,
    level: levelOf(requirement),
    verdict,
    durationMs: 5,
    ...(verdict === "pass" ? {} : { reason: both("because") }),
    ...extra,
  };
}

function preflight(ok: boolean, attribution?: PreflightFinished["attribution"]): PreflightFinished {
  return {
    type: "preflight.finished",
    at: AT,
    name: `probe-${attribution ?? "none"}`,
    ok,
    message: both("m"),
    ...(attribution === undefined ? {} : { attribution }),
  };
}

function serviceLevel(ok: boolean, samples = 100): ServiceLevelFinished {
  return {
    type: "service-level.finished",
    at: AT,
    name: "p99",
    title: both("p99"),
    target: "1 ms",
    seen: "2 ms",
    samples,
    ok,
  };
}

const END: RunEvent = { type: "run.finished", at: AT + 9, partial: false };
const excused = { skipCause: "capability" } as const;
const waiver = (expires: string, requirement = "M-01"): Waiver => ({
  requirement,
  owner: "acquiring team",
  reason: "known",
  expires,
});

function codes(judgement: RunJudgement): readonly ReasonCode[] {
  return judgement.reasons.map((reason) => reason.code);
}

interface Row {
  readonly name: string;
  readonly events: readonly RunEvent[];
  readonly exit: ExitCode;
  readonly because: readonly ReasonCode[];
}

const GUESSED: RunStarted["pack"] = { ...start([]).pack, questions: ["envelope"] };

const ROWS: readonly Row[] = [
  { name: "an empty log", events: [], exit: 2, because: ["no-head", "partial", "nothing-judged"] },
  { name: "a log without its head", events: [done("M-01.a", "pass"), END], exit: 2, because: ["no-head"] },
  { name: "an empty plan", events: [start([]), END], exit: 3, because: ["nothing-judged"] },
  {
    name: "every planned MUST passed",
    events: [start(["M-01.a", "M-02.a"]), done("M-01.a", "pass"), done("M-02.a", "pass"), END],
    exit: 0,
    because: [],
  },
  {
    name: "a MUST failed",
    events: [start(["M-01.a"]), done("M-01.a", "fail"), END],
    exit: 1,
    because: ["must-failed"],
  },
  {
    name: "every MUST passed against a pack with open questions",
    events: [start(["M-01.a"], { pack: GUESSED }), done("M-01.a", "pass"), END],
    exit: 3,
    because: ["questions-open"],
  },
  {
    name: "a MUST failed against a pack with open questions",
    events: [start(["M-01.a"], { pack: GUESSED }), done("M-01.a", "fail"), END],
    exit: 3,
    because: ["questions-open", "must-failed"],
  },
  {
    name: "one check of a MUST failed, another passed",
    events: [start(["M-01.a", "M-01.b"]), done("M-01.a", "fail"), done("M-01.b", "pass"), END],
    exit: 1,
    because: ["must-failed"],
  },
  {
    name: "a SHOULD failed",
    events: [start(["M-01.a", "S-01.a"]), done("M-01.a", "pass"), done("S-01.a", "fail"), END],
    exit: 0,
    because: [],
  },
  {
    name: "a SHOULD was inconclusive or skipped",
    events: [
      start(["M-01.a", "S-01.a", "S-01.b"]),
      done("M-01.a", "pass"),
      done("S-01.a", "inconclusive"),
      done("S-01.b", "skipped"),
      END,
    ],
    exit: 0,
    because: [],
  },
  {
    name: "the check of a SHOULD broke",
    events: [start(["M-01.a", "S-01.a"]), done("M-01.a", "pass"), done("S-01.a", "error"), END],
    exit: 3,
    because: ["check-error"],
  },
  {
    name: "a MUST was inconclusive",
    events: [start(["M-01.a", "M-02.a"]), done("M-01.a", "pass"), done("M-02.a", "inconclusive"), END],
    exit: 3,
    because: ["must-inconclusive"],
  },
  {
    name: "a MUST was skipped for an undeclared capability",
    events: [start(["M-01.a", "M-02.a"]), done("M-01.a", "pass"), done("M-02.a", "skipped", excused), END],
    exit: 0,
    because: [],
  },
  {
    name: "a MUST was skipped without a stated cause",
    events: [start(["M-01.a", "M-02.a"]), done("M-01.a", "pass"), done("M-02.a", "skipped"), END],
    exit: 3,
    because: ["must-skipped"],
  },
  {
    name: "a MUST was skipped because its fixture was forgotten",
    events: [
      start(["M-01.a", "M-02.a"]),
      done("M-01.a", "pass"),
      done("M-02.a", "skipped", { skipCause: "fixture" }),
      END,
    ],
    exit: 3,
    because: ["must-skipped"],
  },
  {
    name: "every check was skipped",
    events: [start(["M-01.a", "S-01.a"]), done("M-01.a", "skipped", excused), done("S-01.a", "skipped", excused), END],
    exit: 3,
    because: ["nothing-judged"],
  },
  {
    name: "only a SHOULD was judged where MUSTs were planned",
    events: [start(["M-01.a", "S-01.a"]), done("M-01.a", "skipped", excused), done("S-01.a", "pass"), END],
    exit: 3,
    because: ["nothing-judged"],
  },
  {
    name: "only SHOULDs were planned and judged",
    events: [start(["S-01.a"]), done("S-01.a", "pass"), END],
    exit: 0,
    because: [],
  },
  {
    name: "the run crashed before its second MUST",
    events: [start(["M-01.a", "M-02.a"]), done("M-01.a", "pass"), { type: "check.started", at: AT, check: "M-02.a" }],
    exit: 3,
    because: ["must-unfinished", "partial"],
  },
  {
    name: "a planned MUST never came back from a run that says it is whole",
    events: [start(["M-01.a", "M-02.a"]), done("M-01.a", "pass"), END],
    exit: 3,
    because: ["must-unfinished", "partial"],
  },
  {
    name: "a planned SHOULD never came back",
    events: [start(["M-01.a", "S-01.a"]), done("M-01.a", "pass"), END],
    exit: 3,
    because: ["partial"],
  },
  {
    name: "the run says that it is partial",
    events: [start(["M-01.a"]), done("M-01.a", "pass"), { ...END, partial: true }],
    exit: 3,
    because: ["partial"],
  },
  {
    name: "the end is missing although all passed",
    events: [start(["M-01.a"]), done("M-01.a", "pass")],
    exit: 3,
    because: ["partial"],
  },
  {
    name: "a MUST failed in a run that crashed later",
    events: [start(["M-01.a", "M-02.a"]), done("M-01.a", "fail")],
    exit: 1,
    because: ["must-failed", "must-unfinished", "partial"],
  },
  {
    name: "the SUT could not be reached",
    events: [start(["M-01.a"]), preflight(false, "network"), { ...END, partial: true }],
    exit: 3,
    because: ["preflight-failed", "must-unfinished", "partial", "nothing-judged"],
  },
  {
    name: "the preflight blames the harness",
    events: [start([]), preflight(false, "harness"), END],
    exit: 3,
    because: ["preflight-failed", "nothing-judged"],
  },
  {
    name: "the preflight blames the SUT",
    events: [start([]), preflight(false, "sut"), END],
    exit: 3,
    because: ["preflight-failed", "nothing-judged"],
  },
  {
    name: "the preflight names no culprit",
    events: [start(["M-01.a"]), preflight(false), done("M-01.a", "pass"), END],
    exit: 3,
    because: ["preflight-failed"],
  },
  {
    name: "the preflight blames the configuration",
    events: [start(["M-01.a"]), preflight(true), preflight(false, "network"), preflight(false, "configuration"), END],
    exit: 2,
    because: ["preflight-configuration", "preflight-failed", "must-unfinished", "partial", "nothing-judged"],
  },
  {
    name: "configuration and a failed MUST",
    events: [start(["M-01.a"]), preflight(false, "configuration"), done("M-01.a", "fail"), END],
    exit: 2,
    because: ["preflight-configuration", "must-failed"],
  },
  {
    name: "a failed MUST, an error and a missed service level",
    events: [start(["M-01.a", "M-02.a"]), done("M-01.a", "fail"), done("M-02.a", "error"), serviceLevel(false), END],
    exit: 1,
    because: ["must-failed", "check-error", "service-level"],
  },
  {
    name: "an error and a missed service level",
    events: [start(["M-01.a", "M-02.a"]), done("M-01.a", "pass"), done("M-02.a", "error"), serviceLevel(false), END],
    exit: 3,
    because: ["check-error", "service-level"],
  },
  {
    name: "only a service level was missed",
    events: [start(["M-01.a"]), done("M-01.a", "pass"), serviceLevel(true), serviceLevel(false), END],
    exit: 99,
    because: ["service-level"],
  },
  {
    name: "a service level held without a sample",
    events: [start(["M-01.a"]), done("M-01.a", "pass"), serviceLevel(true, 0), END],
    exit: 99,
    because: ["service-level"],
  },
  {
    name: "service levels were met",
    events: [start(["M-01.a"]), done("M-01.a", "pass"), serviceLevel(true), END],
    exit: 0,
    because: [],
  },
  {
    name: "a failed MUST is waived",
    events: [start(["M-01.a"], { waivers: [waiver("2026-12-31")] }), done("M-01.a", "fail"), END],
    exit: 0,
    because: [],
  },
  {
    name: "a waiver on its last day",
    events: [start(["M-01.a"], { waivers: [waiver(TODAY)] }), done("M-01.a", "fail"), END],
    exit: 0,
    because: [],
  },
  {
    name: "a waiver the day after",
    events: [start(["M-01.a"], { waivers: [waiver("2026-03-09")] }), done("M-01.a", "fail"), END],
    exit: 1,
    because: ["must-failed"],
  },
  {
    name: "a waiver with a day that is none",
    events: [start(["M-01.a"], { waivers: [waiver("never")] }), done("M-01.a", "fail"), END],
    exit: 1,
    because: ["must-failed"],
  },
  {
    name: "a waiver for another requirement",
    events: [start(["M-01.a"], { waivers: [waiver("2026-12-31", "M-02")] }), done("M-01.a", "fail"), END],
    exit: 1,
    because: ["must-failed"],
  },
  {
    name: "a waiver against an error",
    events: [
      start(["M-01.a", "M-02.a"], { waivers: [waiver("2026-12-31")] }),
      done("M-01.a", "error"),
      done("M-02.a", "pass"),
      END,
    ],
    exit: 3,
    because: ["check-error"],
  },
  {
    name: "a waiver against an inconclusive MUST",
    events: [
      start(["M-01.a", "M-02.a"], { waivers: [waiver("2026-12-31")] }),
      done("M-01.a", "inconclusive"),
      done("M-02.a", "pass"),
      END,
    ],
    exit: 3,
    because: ["must-inconclusive"],
  },
  {
    name: "a waived fail beside an inconclusive check of the same MUST",
    events: [
      start(["M-01.a", "M-01.b"], { waivers: [waiver("2026-12-31")] }),
      done("M-01.a", "fail"),
      done("M-01.b", "inconclusive"),
      END,
    ],
    exit: 3,
    because: ["must-inconclusive"],
  },
  {
    name: "a check outside the plan failed",
    events: [start(["M-01.a"]), done("M-01.a", "pass"), done("M-02.x", "fail"), END],
    exit: 1,
    because: ["must-failed"],
  },
  {
    name: "a check of a requirement the pack does not list was planned and lost",
    events: [start(["M-01.a", "X-01.a"]), done("M-01.a", "pass"), END],
    exit: 3,
    because: ["must-unfinished", "partial"],
  },
];

describe("the exit code", () => {
  test.each(ROWS)("the exit code is $exit when: $name", ({ events, exit, because }) => {
    const judgement = judgeRun(events, TODAY);
    expect({ exit: judgement.exitCode, because: codes(judgement) }).toEqual({ exit, because });
  });

  test("the exit code is 3 when the last line of a log that passed is torn", () => {
    const judgement = judgeRun([start(["M-01.a"]), done("M-01.a", "pass"), END], TODAY, true);
    expect(judgement).toMatchObject({ exitCode: 3, partial: true });
  });

  test("the exit code comes with the checks that caused it", () => {
    const judgement = judgeRun(
      [start(["M-01.a", "M-02.a"]), done("M-01.a", "fail"), done("M-02.a", "inconclusive"), END],
      TODAY,
    );
    expect(judgement.reasons.map(({ code, subjects }) => [code, ...subjects])).toEqual([
      ["must-failed", "M-01.a"],
      ["must-inconclusive", "M-02.a"],
    ]);
  });
});

describe("a requirement", () => {
  const planned = ["M-01.a", "M-01.b"];
  const pairs: readonly (readonly [Verdict, Verdict, Verdict])[] = [
    ["pass", "pass", "pass"],
    ["pass", "skipped", "skipped"],
    ["skipped", "inconclusive", "inconclusive"],
    ["inconclusive", "error", "error"],
    ["error", "fail", "fail"],
    ["fail", "pass", "fail"],
  ];
  test.each(pairs)("a requirement with checks that %s and %s stands as %s", (one, other, worst) => {
    const judgement = judgeRun([start(planned), done("M-01.a", one), done("M-01.b", other), END], TODAY);
    expect(judgement.requirements[0]?.standing).toBe(worst);
  });

  test("a requirement stays open while one of its checks is unfinished", () => {
    const judgement = judgeRun([start(planned), done("M-01.a", "pass")], TODAY);
    expect(judgement.requirements[0]?.standing).toBe("unfinished");
  });

  test("a requirement that has no check counts as untested", () => {
    const judgement = judgeRun([start(["M-01.a"]), done("M-01.a", "pass"), END], TODAY);
    expect(judgement.requirements.map(({ row, standing }) => [row.id, standing])).toEqual([
      ["M-01", "pass"],
      ["M-02", "untested"],
      ["S-01", "untested"],
      ["M-99", "untested"],
    ]);
    expect(judgement.counts.MUST).toMatchObject({ pass: 1, untested: 2 });
    expect(judgement.counts.SHOULD).toMatchObject({ pass: 0, untested: 1 });
  });

  test("a requirement keeps its level from the pack when a check claims another", () => {
    const judgement = judgeRun([start(["M-01.a"]), done("M-01.a", "fail", { level: "SHOULD" }), END], TODAY);
    expect(judgement.exitCode).toBe(1);
  });

  test("a requirement stays failed when its check runs again and passes", () => {
    const judgement = judgeRun([start(["M-01.a"]), done("M-01.a", "fail"), done("M-01.a", "pass"), END], TODAY);
    expect(judgement.exitCode).toBe(1);
  });

  test("a requirement turns failed when its check passed first and fails again", () => {
    const judgement = judgeRun([start(["M-01.a"]), done("M-01.a", "pass"), done("M-01.a", "fail"), END], TODAY);
    expect(judgement.exitCode).toBe(1);
  });
});

describe("waivers", () => {
  test("waivers are all listed with what became of them", () => {
    const waivers = [
      waiver("2026-12-31"),
      waiver("2026-01-01"),
      waiver("2026-12-31", "M-02"),
      waiver("2026-12-31", "Z-01"),
    ];
    const judgement = judgeRun(
      [start(["M-01.a", "M-02.a"], { waivers }), done("M-01.a", "fail"), done("M-02.a", "pass"), END],
      TODAY,
    );
    expect(judgement.waivers.map(({ state }) => state)).toEqual(["applied", "expired", "unused", "unknown"]);
  });

  test("waivers mark a fail and leave it a fail", () => {
    const judgement = judgeRun(
      [start(["M-01.a"], { waivers: [waiver("2026-12-31")] }), done("M-01.a", "fail"), END],
      TODAY,
    );
    expect(judgement.requirements[0]).toMatchObject({ standing: "fail", waived: true });
    expect(judgement.failures.map(({ waiver: by }) => by?.owner)).toEqual(["acquiring team"]);
    expect(judgement.counts).toMatchObject({ waived: 1, MUST: { fail: 1 } });
  });
});

test("failures are listed by level, the waived ones last", () => {
  const events = [
    start(["M-01.a", "S-01.a", "M-02.a"], { waivers: [waiver("2026-12-31")] }),
    done("M-01.a", "fail"),
    done("S-01.a", "fail"),
    done("M-02.a", "fail"),
    END,
  ];
  expect(judgeRun(events, TODAY).failures.map(({ check }) => check)).toEqual(["M-02.a", "S-01.a", "M-01.a"]);
});

function exchange(code: string, extra: Partial<ExchangeSeen>): RunEvent {
  const request = { method: "GET", url: "/", headers: [], body: "", bodyEncoding: "utf8" } as const;
  return {
    type: "exchange",
    at: AT,
    check: "M-01.a",
    code,
    ...extra,
    exchange: {
      label: "x",
      request,
      startedAt: AT,
      durationMs: 1,
      failure: { kind: "reset", message: "", sent: true },
    },
  };
}

test("codes are counted by how they were provoked, from the SUT's own answers only", () => {
  const judgement = judgeRun(
    [
      start(["M-01.a"]),
      exchange("A", { provokedBy: "fixture" }),
      exchange("A", { provokedBy: "state" }),
      exchange("B", { provokedBy: "fixture" }),
      exchange("C", {}),
      exchange("D", { provokedBy: "state", answeredBy: "counterparty" }),
      exchange("NEW", { provokedBy: "state" }),
      done("M-01.a", "pass"),
      END,
    ],
    TODAY,
  );
  expect(judgement.codes.map(({ code, coverage, times }) => [code, coverage, times])).toEqual([
    ["A", "state", 2],
    ["B", "fixture", 1],
    ["C", "seen", 1],
    ["D", "never", 0],
  ]);
  expect(judgement.undeclaredCodes).toEqual([{ code: "NEW", times: 1 }]);
});

function note(exchangesDropped: number): RunEvent {
  return { type: "log.truncated", at: AT, exchangesDropped, limitBytes: 10 };
}

test("exchanges dropped from the log are summed over its notes", () => {
  expect(judgeRun([start([]), note(1), note(41), END], TODAY).exchangesDropped).toBe(42);
});

test("the day of a run is the UTC day of its first event", () => {
  expect(judgeRun([start([])]).today).toBe(TODAY);
});

test("a day in another format than ISO throws", () => {
  expect(() => judgeRun([], "10.03.2026")).toThrow(RangeError);
});

describe("a MUST of which nothing was judged", () => {
  const ROW = { id: "M-01", area: "M", level: "MUST", title: both("M-01"), text: both("M-01"), source: "" } as const;
  const OTHER = { ...ROW, id: "M-02" };
  const judged = (
    head: Partial<RunStarted>,
    events: readonly RunEvent[],
    planned: readonly string[] = ["M-01.a", "M-02.a"],
  ): RunJudgement =>
    judgeRun(
      [start(planned, { requirements: [ROW, OTHER], exclusions: [], ...head }), done("M-01.a", "pass"), ...events, END],
      TODAY,
    );
  const lacking = done("M-02.a", "skipped", { ...excused, reason: both("needs a second party") });

  test("what the statement lacks keeps a run from 0, and its reason is told", () => {
    const judgement = judged({}, [lacking]);
    expect([judgement.exitCode, codes(judgement)]).toEqual([3, ["must-unjudged"]]);
    expect(judgement.requirements[1]?.unjudged).toEqual(both("needs a second party"));
  });

  test("what the statement excludes with a reason does not", () => {
    const judgement = judged({ exclusions: [{ requirement: "M-02", reason: "one bank only" }] }, [lacking]);
    expect(judgement.exitCode).toBe(0);
    expect(judgement.requirements[1]?.excluded).toBe("one bank only");
  });

  test("what the pack does not have or the statement does not claim does not", () => {
    expect(judged({}, [done("M-02.a", "skipped", { skipCause: "not-demanded" })]).exitCode).toBe(0);
    expect(judged({ requirements: [ROW, { ...OTHER, unclaimed: true }] }, [], ["M-01.a"]).exitCode).toBe(0);
  });

  test("what no check judges keeps a run from 0 unless the pack says why", () => {
    expect(codes(judged({}, [], ["M-01.a"]))).toEqual(["must-unjudged"]);
    expect(
      judged({ requirements: [ROW, { ...OTHER, unobservable: both("no answer shows it") }] }, [], ["M-01.a"]).exitCode,
    ).toBe(0);
  });

  test("what a load judges leaves a run of checks as it is", () => {
    expect(judged({ requirements: [ROW, { ...OTHER, judgedBy: "load" }] }, [], ["M-01.a"]).exitCode).toBe(0);
  });

  test("what a load judged and failed fails the run", () => {
    const requirements = [ROW, { ...OTHER, judgedBy: "load" as const }];
    expect(codes(judged({ requirements }, [done("M-02.a", "fail")]))).toEqual(["must-failed"]);
  });

  test("a narrowed run is held to what it was narrowed to", () => {
    expect(judged({ only: "M-01" }, [], ["M-01.a"]).exitCode).toBe(0);
    expect(judged({ only: "M-0*" }, [lacking]).exitCode).toBe(3);
  });

  test("one check that passed is enough", () => {
    expect(judged({}, [lacking, done("M-02.b", "pass")], ["M-01.a", "M-02.a", "M-02.b"]).exitCode).toBe(0);
  });

  test("a log from before the rule is judged as it was", () => {
    const head = start(["M-01.a", "M-02.a"], { requirements: [ROW, OTHER] });
    expect(judgeRun([head, done("M-01.a", "pass"), lacking, END], TODAY).exitCode).toBe(0);
  });
});
