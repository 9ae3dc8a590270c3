import type {
  ExchangeSeen,
  PreflightFinished,
  RequirementRow,
  RunEvent,
  RunStarted,
  ServiceLevelFinished,
  SkipCause,
  Waiver,
} from "./event.ts";
import type { Finding } from "./finding.ts";
import type { Bilingual, Level, Verdict } from "./verdict.ts";

/** How a check stands at the end of a run: its verdict, or `unfinished` when it was planned and never came back. */
export type CheckStanding = Verdict | "unfinished";

/** How a requirement stands: the worst of its checks, or `untested` when no check was planned for it. */
export type Standing = CheckStanding | "untested";

/** From worst to best. `unfinished` is worse than `skipped`: it was to be judged, and its outcome is unknown. */
export const STANDINGS: readonly Standing[] = [
  "fail",
  "error",
  "inconclusive",
  "unfinished",
  "skipped",
  "pass",
  "untested",
];

export type ExitCode = 0 | 1 | 2 | 3 | 99;

export type Outcome = "passed" | "failed" | "configuration" | "undecided" | "service-level";

/** Why a run does not end with 0. The order of `REASONS` is the precedence of the exit codes. */
export type ReasonCode = (typeof REASONS)[number]["code"];

export const REASONS = [
  { code: "no-head", exitCode: 2 },
  { code: "preflight-configuration", exitCode: 2 },
  { code: "must-failed", exitCode: 1 },
  { code: "preflight-failed", exitCode: 3 },
  { code: "check-error", exitCode: 3 },
  { code: "must-inconclusive", exitCode: 3 },
  { code: "must-unfinished", exitCode: 3 },
  { code: "must-skipped", exitCode: 3 },
  { code: "partial", exitCode: 3 },
  { code: "nothing-judged", exitCode: 3 },
  { code: "service-level", exitCode: 99 },
] as const;

/** One reason that held, with the checks, preflights or service levels it is about. */
export interface Reason {
  readonly code: ReasonCode;
  readonly exitCode: Exclude<ExitCode, 0>;
  readonly subjects: readonly string[];
}

export interface CheckJudgement {
  readonly check: string;
  readonly requirement: string;
  readonly area: string;
  readonly level: Level;
  readonly title: Bilingual;
  readonly standing: CheckStanding;
  readonly planned: boolean;
  readonly durationMs: number;
  readonly reason?: Bilingual;
  readonly skipCause?: SkipCause;
  /** See `isExcused`. */
  readonly excused?: true;
  readonly error?: string;
  readonly finding?: Finding;
  /** The waiver in force that answers for this fail. */
  readonly waiver?: Waiver;
}

export interface RequirementJudgement {
  readonly row: RequirementRow;
  readonly standing: Standing;
  /** A fail that a waiver in force answers for. It stays a fail. */
  readonly waived: boolean;
  readonly checks: readonly CheckJudgement[];
}

/**
 * `unknown`: names no requirement of the pack; `unused`: in force, but the requirement passed; `untested`: in force,
 * and nothing was shown.
 */
export interface WaiverJudgement {
  readonly waiver: Waiver;
  readonly state: "applied" | "expired" | "unused" | "untested" | "unknown";
}

/** `seen`: the answer came, and the log does not say how it was provoked. */
export type CodeCoverage = "state" | "fixture" | "seen" | "never";

export interface CodeJudgement {
  readonly code: string;
  readonly status: number;
  readonly title: Bilingual;
  readonly coverage: CodeCoverage;
  readonly times: number;
}

/** Zero samples show nothing, so a service level without a sample is not met whatever it says. */
export interface ServiceLevelJudgement {
  readonly level: ServiceLevelFinished;
  readonly met: boolean;
}

export type StandingCounts = Readonly<Record<Standing, number>>;

/** All that a run says, derived from its events alone. Lists keep the order of the plan or the pack. */
export interface RunJudgement {
  readonly outcome: Outcome;
  readonly exitCode: ExitCode;
  /** Every reason that held, by precedence; empty exactly when the exit code is 0. */
  readonly reasons: readonly Reason[];
  /** ISO date against which waivers were held. */
  readonly today: string;
  readonly head?: RunStarted;
  readonly finishedAt?: number;
  readonly partial: boolean;
  readonly partialReason?: string;
  readonly preflight: readonly PreflightFinished[];
  readonly requirements: readonly RequirementJudgement[];
  readonly checks: readonly CheckJudgement[];
  /** Requirements by level and standing; a waived fail counts under `fail`, and again in `waived`. */
  readonly counts: { readonly MUST: StandingCounts; readonly SHOULD: StandingCounts; readonly waived: number };
  /** Failed checks: unwaived MUSTs first, then unwaived SHOULDs, then the waived. */
  readonly failures: readonly CheckJudgement[];
  readonly waivers: readonly WaiverJudgement[];
  readonly codes: readonly CodeJudgement[];
  /** Codes the SUT answered with that the pack does not declare. */
  readonly undeclaredCodes: readonly { readonly code: string; readonly times: number }[];
  readonly serviceLevels: readonly ServiceLevelJudgement[];
  readonly exchanges: number;
  /** Exchanges left out of the log by its size bound: coverage and latency are then lower bounds. */
  readonly exchangesDropped: number;
}

/**
 * Whether a skip is excused: the statement says that the SUT lacks what the check needs, or the effort asked for left
 * it out while another check of the same requirement passed. A requirement that nothing passed stays unproved.
 */
export function isExcused(check: CheckJudgement): boolean {
  return check.excused === true;
}

/** ISO date (UTC) of the day a log was begun; the day its waivers are held against unless told otherwise. */
export function dayOfRun(events: readonly RunEvent[]): string {
  return new Date(events[0]?.at ?? 0).toISOString().slice(0, 10);
}

/**
 * Judges a run from its events. Pure: the same events and day give the same judgement.
 *
 * `today` is an ISO date; waivers hold up to and including their day. `torn` says that the log's last line was cut off.
 * Throws RangeError when `today` is no ISO date.
 */
export function judgeRun(events: readonly RunEvent[], today: string, torn = false): RunJudgement {
  if (!isIsoDate(today)) throw new RangeError(`today must be an ISO date (YYYY-MM-DD), not ${JSON.stringify(today)}`);
  const first = events[0];
  const head = first?.type === "run.started" ? first : undefined;
  const finished = events.find((event) => event.type === "run.finished");
  const preflight = events.filter((event) => event.type === "preflight.finished");
  const exchanges = events.filter((event) => event.type === "exchange");
  const serviceLevels = events
    .filter((event) => event.type === "service-level.finished")
    .map((level): ServiceLevelJudgement => ({ level, met: level.ok && level.samples > 0 }));

  const inForce = (head?.waivers ?? []).filter((waiver) => !isExpired(waiver, today));
  const checks = judgeChecks(events, head, inForce);
  const requirements = judgeRequirements(head, checks);
  const partial =
    torn || finished === undefined || finished.partial || checks.some((check) => check.standing === "unfinished");
  const reasons = reasonsOf({ head, preflight, checks, partial, serviceLevels });
  const exitCode: ExitCode = reasons[0]?.exitCode ?? 0;

  return {
    outcome: OUTCOMES[exitCode],
    exitCode,
    reasons,
    today,
    ...(head === undefined ? {} : { head }),
    ...(finished === undefined ? {} : { finishedAt: finished.at }),
    partial,
    ...(finished?.reason === undefined ? {} : { partialReason: finished.reason }),
    preflight,
    requirements,
    checks,
    counts: {
      MUST: countStandings(requirements, "MUST"),
      SHOULD: countStandings(requirements, "SHOULD"),
      waived: requirements.filter((requirement) => requirement.waived).length,
    },
    failures: checks.filter((check) => check.standing === "fail").toSorted((a, b) => weightOfFail(a) - weightOfFail(b)),
    waivers: (head?.waivers ?? []).map((waiver) => judgeWaiver(waiver, today, requirements)),
    ...judgeCodes(head, exchanges),
    serviceLevels,
    exchanges: exchanges.length,
    exchangesDropped: events.reduce(
      (sum, event) => sum + (event.type === "log.truncated" ? event.exchangesDropped : 0),
      0,
    ),
  };
}

function judgeChecks(
  events: readonly RunEvent[],
  head: RunStarted | undefined,
  inForce: readonly Waiver[],
): readonly CheckJudgement[] {
  const rows = new Map((head?.requirements ?? []).map((row) => [row.id, row]));
  const found = new Map<string, CheckJudgement>();
  for (const { check, requirement, title } of head?.plan ?? []) {
    const row = rows.get(requirement);
    found.set(check, {
      check,
      requirement,
      title,
      area: row?.area ?? requirement,
      // A requirement that the pack does not list has no level; the stricter one keeps a hole from passing for a
      // SHOULD.
      level: row?.level ?? "MUST",
      standing: "unfinished",
      planned: true,
      durationMs: 0,
    });
  }
  for (const event of events) {
    if (event.type !== "check.finished") continue;
    const before = found.get(event.check);
    // A check that ran twice in one run keeps its worse verdict: a pass must not paint over a fail.
    if (before !== undefined && isWorse(before.standing, event.verdict)) continue;
    const row = rows.get(event.requirement);
    const waiver =
      event.verdict === "fail" ? inForce.find((candidate) => candidate.requirement === event.requirement) : undefined;
    found.set(event.check, {
      check: event.check,
      requirement: event.requirement,
      area: row?.area ?? event.requirement,
      level: row?.level ?? event.level,
      title: before?.title ?? { en: event.check, zh: event.check },
      standing: event.verdict,
      planned: before?.planned ?? false,
      durationMs: event.durationMs,
      ...(event.reason === undefined ? {} : { reason: event.reason }),
      ...(event.skipCause === undefined ? {} : { skipCause: event.skipCause }),
      ...(event.error === undefined ? {} : { error: event.error }),
      ...(event.finding === undefined ? {} : { finding: event.finding }),
      ...(waiver === undefined ? {} : { waiver }),
    });
  }
  const proved = new Set(
    [...found.values()].filter((check) => check.standing === "pass").map((check) => check.requirement),
  );
  return [...found.values()].map((check) => {
    const excused =
      check.standing === "skipped" &&
      (check.skipCause === "capability" || (check.skipCause === "effort" && proved.has(check.requirement)));
    return excused ? { ...check, excused } : check;
  });
}

/** Anything known is worse than nothing known yet: `unfinished` always gives way. */
function isWorse(before: CheckStanding, now: Verdict): boolean {
  return before !== "unfinished" && STANDINGS.indexOf(before) < STANDINGS.indexOf(now);
}

function judgeRequirements(
  head: RunStarted | undefined,
  checks: readonly CheckJudgement[],
): readonly RequirementJudgement[] {
  const byRequirement = Map.groupBy(checks, (check) => check.requirement);
  const rows = new Map((head?.requirements ?? []).map((row) => [row.id, row]));
  for (const [id, group] of byRequirement) {
    const sample = group[0];
    if (rows.has(id) || sample === undefined) continue;
    const nameless = { en: id, zh: id };
    rows.set(id, { id, area: sample.area, level: sample.level, title: nameless, text: nameless, source: "" });
  }
  return [...rows.values()].map((row) => {
    const own = byRequirement.get(row.id) ?? [];
    // What was excused says nothing of the requirement, unless there is nothing else.
    const telling = own.some((check) => !isExcused(check)) ? own.filter((check) => !isExcused(check)) : own;
    const standing = STANDINGS.find((candidate) => telling.some((check) => check.standing === candidate)) ?? "untested";
    const failed = own.filter((check) => check.standing === "fail");
    return {
      row,
      standing,
      waived: failed.length > 0 && failed.every((check) => check.waiver !== undefined),
      checks: own,
    };
  });
}

interface Grounds {
  readonly head: RunStarted | undefined;
  readonly preflight: readonly PreflightFinished[];
  readonly checks: readonly CheckJudgement[];
  readonly partial: boolean;
  readonly serviceLevels: readonly ServiceLevelJudgement[];
}

function reasonsOf({ head, preflight, checks, partial, serviceLevels }: Grounds): readonly Reason[] {
  const musts = checks.filter((check) => check.level === "MUST");
  const failedPreflight = preflight.filter((result) => !result.ok);
  const byConfiguration = failedPreflight.filter((result) => result.attribution === "configuration");
  const judged = checks.filter(isJudged);
  // Where MUSTs were planned, judging nothing but SHOULDs has judged nothing that counts.
  const nothingJudged = judged.length === 0 || (musts.length > 0 && !musts.some(isJudged));

  const held: Readonly<Record<ReasonCode, readonly string[] | undefined>> = {
    "no-head": head === undefined ? [] : undefined,
    "preflight-configuration": some(byConfiguration.map((result) => result.name)),
    "must-failed": some(named(musts.filter((check) => check.standing === "fail" && check.waiver === undefined))),
    "preflight-failed": some(
      failedPreflight.filter((result) => result.attribution !== "configuration").map((result) => result.name),
    ),
    "check-error": some(named(checks.filter((check) => check.standing === "error"))),
    "must-inconclusive": some(named(musts.filter((check) => check.standing === "inconclusive"))),
    "must-unfinished": some(named(musts.filter((check) => check.standing === "unfinished"))),
    "must-skipped": some(named(musts.filter((check) => check.standing === "skipped" && !isExcused(check)))),
    partial: partial ? [] : undefined,
    "nothing-judged": nothingJudged ? [] : undefined,
    "service-level": some(serviceLevels.filter((level) => !level.met).map(({ level }) => level.name)),
  };
  return REASONS.flatMap(({ code, exitCode }) => {
    const subjects = held[code];
    return subjects === undefined ? [] : [{ code, exitCode, subjects }];
  });
}

function named(checks: readonly CheckJudgement[]): readonly string[] {
  return checks.map((check) => check.check);
}

/** No subject means that the reason does not hold. */
function some(subjects: readonly string[]): readonly string[] | undefined {
  return subjects.length === 0 ? undefined : subjects;
}

function isJudged(check: CheckJudgement): boolean {
  return check.standing === "pass" || check.standing === "fail";
}

const OUTCOMES: Readonly<Record<ExitCode, Outcome>> = {
  0: "passed",
  1: "failed",
  2: "configuration",
  3: "undecided",
  99: "service-level",
};

function countStandings(requirements: readonly RequirementJudgement[], level: Level): StandingCounts {
  const of = (standing: Standing): number =>
    requirements.filter((requirement) => requirement.row.level === level && requirement.standing === standing).length;
  return {
    fail: of("fail"),
    error: of("error"),
    inconclusive: of("inconclusive"),
    unfinished: of("unfinished"),
    skipped: of("skipped"),
    pass: of("pass"),
    untested: of("untested"),
  };
}

function weightOfFail(check: CheckJudgement): number {
  if (check.waiver !== undefined) return 2;
  return check.level === "MUST" ? 0 : 1;
}

function judgeWaiver(waiver: Waiver, today: string, requirements: readonly RequirementJudgement[]): WaiverJudgement {
  const requirement = requirements.find((candidate) => candidate.row.id === waiver.requirement);
  if (requirement === undefined) return { waiver, state: "unknown" };
  if (isExpired(waiver, today)) return { waiver, state: "expired" };
  if (requirement.standing === "fail") return { waiver, state: "applied" };
  return { waiver, state: requirement.standing === "pass" ? "unused" : "untested" };
}

/** A day that is no ISO date cannot be compared, so such a waiver excuses nothing. */
function isExpired(waiver: Waiver, today: string): boolean {
  return !isIsoDate(waiver.expires) || waiver.expires < today;
}

function isIsoDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

function judgeCodes(
  head: RunStarted | undefined,
  exchanges: readonly ExchangeSeen[],
): Pick<RunJudgement, "codes" | "undeclaredCodes"> {
  const answered = Map.groupBy(
    exchanges.filter((seen) => seen.code !== undefined && seen.answeredBy !== "counterparty"),
    (seen) => seen.code ?? "",
  );
  const declared = new Map((head?.errors ?? []).map((row) => [row.code, row]));
  return {
    codes: [...declared.values()].map(({ code, status, title }) => {
      const seen = answered.get(code) ?? [];
      return { code, status, title, coverage: coverageOf(seen), times: seen.length };
    }),
    undeclaredCodes: [...answered]
      .filter(([code]) => !declared.has(code))
      .map(([code, seen]) => ({ code, times: seen.length }))
      .toSorted((a, b) => (a.code < b.code ? -1 : 1)),
  };
}

function coverageOf(seen: readonly ExchangeSeen[]): CodeCoverage {
  if (seen.some((exchange) => exchange.provokedBy === "state")) return "state";
  if (seen.some((exchange) => exchange.provokedBy === "fixture")) return "fixture";
  return seen.length === 0 ? "never" : "seen";
}
