import type {
  LoadKnee,
  Lack,
  PreflightFinished,
  RequirementRow,
  RunNoted,
  RunStarted,
  ServiceLevelFinished,
  SkipCause,
  Waiver,
} from "./event.ts";
import type { ModuleCoverage } from "./coverage.ts";
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
  // What a guess was held against neither conforms nor fails to.
  { code: "questions-open", exitCode: 3 },
  { code: "must-failed", exitCode: 1 },
  { code: "preflight-failed", exitCode: 3 },
  { code: "check-error", exitCode: 3 },
  { code: "must-inconclusive", exitCode: 3 },
  { code: "must-unfinished", exitCode: 3 },
  { code: "must-skipped", exitCode: 3 },
  { code: "must-unjudged", exitCode: 3 },
  { code: "partial", exitCode: 3 },
  { code: "nothing-judged", exitCode: 3 },
  { code: "service-level", exitCode: 99 },
] as const;

/** One reason that held, with the checks, requirements, preflights or service levels it is about. */
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
  readonly lacks?: Lack;
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
  /** The reason with which the statement leaves it out. */
  readonly excluded?: string;
  /**
   * A MUST of which nothing was judged, though it is demanded, can be observed, and the statement does not leave it out:
   * why, in the words of its checks.
   */
  readonly unjudged?: Bilingual;
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
export type KneeJudgement = Omit<LoadKnee, "type" | "at">;

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
  /** What was seen of each module that the statement claims: interfaces, notifications, codes and changes of state. */
  readonly modules: readonly ModuleCoverage[];
  readonly serviceLevels: readonly ServiceLevelJudgement[];
  /** How far a load that goes up by steps could go; absent for any other run. */
  readonly knee?: KneeJudgement;
  /** What has to be known of the whole run, in the order in which it was noted. */
  readonly notes: readonly RunNoted[];
  readonly exchanges: number;
  /** Exchanges left out of the log by its size bound: coverage and latency are then lower bounds. */
  readonly exchangesDropped: number;
}

/**
 * Whether a skip is excused: nothing demands the check, the statement says that the SUT lacks what it needs, or the
 * effort asked for left it out while another check of the same requirement passed. A requirement that nothing passed
 * stays unproved.
 */
export function isExcused(check: CheckJudgement): boolean {
  return check.excused === true;
}
