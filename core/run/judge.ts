import type {
  LoadKnee,
  CheckFinished,
  ExchangeSeen,
  PreflightFinished,
  RunEvent,
  RunFinished,
  RunNoted,
  RunStarted,
  Waiver,
} from "./event.ts";
import { moduleCoverage, pieceKey } from "./coverage.ts";
import { asTypedHere } from "./invocation.ts";
import { isExcused, REASONS, STANDINGS } from "./judgement.ts";
import type {
  CheckJudgement,
  CodeCoverage,
  CodeJudgement,
  ExitCode,
  Outcome,
  Reason,
  ReasonCode,
  RequirementJudgement,
  RunJudgement,
  KneeJudgement,
  ServiceLevelJudgement,
  Standing,
  StandingCounts,
  WaiverJudgement,
} from "./judgement.ts";
import { whyUnjudged } from "./unjudged.ts";
import type { Level, Verdict } from "./verdict.ts";

/** Judges a run while its events come. It keeps what the judgement tells, and no exchange. */
export interface RunJudge {
  /** Takes the next event of the run. */
  event(event: RunEvent): void;
  /** The judgement of the events taken. `torn` says that the log's last line was cut off. */
  judgement(torn?: boolean): RunJudgement;
}

/**
 * Begins to judge a run. Pure: the same events and day give the same judgement.
 *
 * `today` is an ISO date; waivers hold up to and including their day. Without it they are held against the day (UTC) on
 * which the log was begun. Throws RangeError when `today` is no ISO date.
 */
export function judging(today?: string): RunJudge {
  if (today !== undefined && !isIsoDate(today))
    throw new RangeError(`today must be an ISO date (YYYY-MM-DD), not ${JSON.stringify(today)}`);
  const seen: Seen = {
    head: undefined,
    finished: undefined,
    preflight: [],
    serviceLevels: [],
    knee: undefined,
    notes: [],
    checks: new Map(),
    codes: new Map(),
    pieces: new Set(),
    exchanges: 0,
    exchangesDropped: 0,
  };
  let beganAt: number | undefined;
  return {
    event: (event) => {
      if (beganAt === undefined && event.type === "run.started") seen.head = event;
      beganAt ??= event.at;
      take(seen, event);
    },
    judgement: (torn = false) => judge(seen, today ?? new Date(beganAt ?? 0).toISOString().slice(0, 10), torn),
  };
}

/** Judges a run whose events are all at hand; see `judging`. */
export function judgeRun(events: Iterable<RunEvent>, today?: string, torn = false): RunJudgement {
  const judge = judging(today);
  for (const event of events) judge.event(event);
  return judge.judgement(torn);
}

/** What is kept of the events of a run. */
interface Seen {
  head: RunStarted | undefined;
  finished: RunFinished | undefined;
  readonly preflight: PreflightFinished[];
  readonly serviceLevels: ServiceLevelJudgement[];
  knee: LoadKnee | undefined;
  readonly notes: RunNoted[];
  /** The end of each check, the worse one where it ended twice. */
  readonly checks: Map<string, CheckFinished>;
  readonly codes: Map<string, CodeSeen>;
  /** Keys of the pieces that were covered. */
  readonly pieces: Set<string>;
  exchanges: number;
  exchangesDropped: number;
}

function take(seen: Seen, event: RunEvent): void {
  switch (event.type) {
    case "preflight.finished":
      seen.preflight.push(event);
      break;
    case "exchange":
      seen.exchanges += 1;
      countCode(seen.codes, event);
      break;
    case "piece.covered":
      seen.pieces.add(pieceKey(event.piece));
      break;
    case "check.finished": {
      const before = seen.checks.get(event.check);
      // A check that ran twice in one run keeps its worse verdict: a pass must not paint over a fail.
      if (before === undefined || !isWorse(before.verdict, event.verdict)) seen.checks.set(event.check, event);
      break;
    }
    case "service-level.finished":
      seen.serviceLevels.push({ level: event, met: event.ok && event.samples > 0 });
      break;
    case "load.knee":
      seen.knee = event;
      break;
    case "run.noted":
      if (seen.notes.every(({ note }) => note !== event.note)) seen.notes.push(event);
      break;
    case "log.truncated":
      seen.exchangesDropped += event.exchangesDropped;
      break;
    case "run.finished":
      seen.finished ??= event;
      break;
    case "run.started":
    case "check.started":
    case "load.mark":
      break;
  }
}

const kneeOf = ({ type: _type, at: _at, ...knee }: LoadKnee): KneeJudgement => knee;

function judge(seen: Seen, today: string, torn: boolean): RunJudgement {
  const { head, finished, preflight, serviceLevels } = seen;
  const inForce = (head?.waivers ?? []).filter((waiver) => !isExpired(waiver, today));
  const checks = judgeChecks(seen.checks, head, inForce);
  const requirements = judgeRequirements(head, checks);
  const partial =
    torn || finished === undefined || finished.partial || checks.some((check) => check.standing === "unfinished");
  const reasons = reasonsOf({ head, preflight, checks, requirements, partial, serviceLevels });
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
    preflight: [...preflight],
    requirements,
    checks,
    counts: {
      MUST: countStandings(requirements, "MUST"),
      SHOULD: countStandings(requirements, "SHOULD"),
      waived: requirements.filter((requirement) => requirement.waived).length,
    },
    failures: checks.filter((check) => check.standing === "fail").toSorted((a, b) => weightOfFail(a) - weightOfFail(b)),
    waivers: (head?.waivers ?? []).map((waiver) => judgeWaiver(waiver, today, requirements)),
    ...judgeCodes(head, seen.codes),
    modules: (head?.modulesClaimed ?? []).map((one) => moduleCoverage(one, seen.pieces, new Set(seen.codes.keys()))),
    serviceLevels: [...serviceLevels],
    ...(seen.knee === undefined ? {} : { knee: kneeOf(seen.knee) }),
    notes: [...seen.notes],
    exchanges: seen.exchanges,
    exchangesDropped: seen.exchangesDropped,
  };
}

function judgeChecks(
  ended: ReadonlyMap<string, CheckFinished>,
  head: RunStarted | undefined,
  inForce: readonly Waiver[],
): readonly CheckJudgement[] {
  const rows = new Map((head?.requirements ?? []).map((row) => [row.id, row]));
  const planned = new Map((head?.plan ?? []).map((line) => [line.check, line]));
  const found = [...new Set([...planned.keys(), ...ended.keys()])].map((check): CheckJudgement => {
    const line = planned.get(check);
    const event = ended.get(check);
    const requirement = event?.requirement ?? line?.requirement ?? "";
    const row = rows.get(requirement);
    const base = {
      check,
      requirement,
      title: line?.title ?? { en: check, zh: check },
      area: row?.area ?? requirement,
      // A requirement that the pack does not list has no level; the stricter one keeps a hole from passing for a
      // SHOULD.
      level: row?.level ?? event?.level ?? "MUST",
      planned: line !== undefined,
    };
    return event === undefined
      ? { ...base, standing: "unfinished", durationMs: 0 }
      : { ...base, ...standingOf(event, inForce) };
  });
  const proved = new Set(found.filter((check) => check.standing === "pass").map((check) => check.requirement));
  return found.map((check) => {
    const excused =
      check.standing === "skipped" &&
      (check.skipCause === "not-demanded" ||
        check.skipCause === "capability" ||
        (check.skipCause === "effort" && proved.has(check.requirement)));
    return excused ? { ...check, excused } : check;
  });
}

function standingOf(
  { requirement, verdict, durationMs, reason, skipCause, lacks, error, finding }: CheckFinished,
  inForce: readonly Waiver[],
): Pick<CheckJudgement, "standing" | "durationMs" | "reason" | "skipCause" | "lacks" | "error" | "finding" | "waiver"> {
  const waiver = verdict === "fail" ? inForce.find((candidate) => candidate.requirement === requirement) : undefined;
  return {
    standing: verdict,
    durationMs,
    ...(reason === undefined ? {} : { reason }),
    ...(skipCause === undefined ? {} : { skipCause }),
    ...(lacks === undefined ? {} : { lacks }),
    ...(error === undefined ? {} : { error }),
    ...(finding === undefined ? {} : { finding: { ...finding, replay: asTypedHere(finding.replay) } }),
    ...(waiver === undefined ? {} : { waiver }),
  };
}

function isWorse(before: Verdict, now: Verdict): boolean {
  return STANDINGS.indexOf(before) < STANDINGS.indexOf(now);
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
    const excluded = head?.exclusions?.find(({ requirement }) => requirement === row.id)?.reason;
    const unjudged = excluded === undefined ? whyUnjudged(row, own, head) : undefined;
    return {
      row,
      standing,
      waived: failed.length > 0 && failed.every((check) => check.waiver !== undefined),
      ...(excluded === undefined ? {} : { excluded }),
      ...(unjudged === undefined ? {} : { unjudged }),
      checks: own,
    };
  });
}

interface Grounds {
  readonly head: RunStarted | undefined;
  readonly preflight: readonly PreflightFinished[];
  readonly checks: readonly CheckJudgement[];
  readonly requirements: readonly RequirementJudgement[];
  readonly partial: boolean;
  readonly serviceLevels: readonly ServiceLevelJudgement[];
}

function reasonsOf({ head, preflight, checks, requirements, partial, serviceLevels }: Grounds): readonly Reason[] {
  const musts = checks.filter((check) => check.level === "MUST");
  const failedPreflight = preflight.filter((result) => !result.ok);
  const byConfiguration = failedPreflight.filter((result) => result.attribution === "configuration");
  const judged = checks.filter(isJudged);
  // Where MUSTs were planned, judging nothing but SHOULDs has judged nothing that counts.
  const nothingJudged = judged.length === 0 || (musts.length > 0 && !musts.some(isJudged));

  const held: Readonly<Record<ReasonCode, readonly string[] | undefined>> = {
    "no-head": head === undefined ? [] : undefined,
    "preflight-configuration": some(byConfiguration.map((result) => result.name)),
    "questions-open": some(head?.pack.questions ?? []),
    "must-failed": some(named(musts.filter((check) => check.standing === "fail" && check.waiver === undefined))),
    "preflight-failed": some(
      failedPreflight.filter((result) => result.attribution !== "configuration").map((result) => result.name),
    ),
    "check-error": some(named(checks.filter((check) => check.standing === "error"))),
    "must-inconclusive": some(named(musts.filter((check) => check.standing === "inconclusive"))),
    "must-unfinished": some(named(musts.filter((check) => check.standing === "unfinished"))),
    "must-skipped": some(named(musts.filter((check) => check.standing === "skipped" && !isExcused(check)))),
    "must-unjudged": some(requirements.filter(({ unjudged }) => unjudged !== undefined).map(({ row }) => row.id)),
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

/** How often the SUT answered with a code, by how it was provoked. */
interface CodeSeen {
  times: number;
  byState: boolean;
  byFixture: boolean;
}

/** Answers of others than the SUT are evidence, and no coverage. */
function countCode(codes: Map<string, CodeSeen>, { code, answeredBy, provokedBy }: ExchangeSeen): void {
  if (code === undefined || (answeredBy ?? "sut") !== "sut") return;
  const seen = codes.get(code) ?? { times: 0, byState: false, byFixture: false };
  codes.set(code, seen);
  seen.times += 1;
  seen.byState ||= provokedBy === "state";
  seen.byFixture ||= provokedBy === "fixture";
}

function judgeCodes(
  head: RunStarted | undefined,
  answered: ReadonlyMap<string, CodeSeen>,
): Pick<RunJudgement, "codes" | "undeclaredCodes"> {
  const declared = new Map((head?.errors ?? []).map((row) => [row.code, row]));
  return {
    codes: [...declared.values()].map(({ code, status, title }): CodeJudgement => {
      const seen = answered.get(code);
      return { code, status, title, coverage: coverageOf(seen), times: seen?.times ?? 0 };
    }),
    undeclaredCodes: [...answered]
      .filter(([code]) => !declared.has(code))
      .map(([code, { times }]) => ({ code, times }))
      .toSorted((a, b) => (a.code < b.code ? -1 : 1)),
  };
}

function coverageOf(seen: CodeSeen | undefined): CodeCoverage {
  if (seen === undefined) return "never";
  if (seen.byState) return "state";
  return seen.byFixture ? "fixture" : "seen";
}
