import type { LevelBurn } from "../load/burn.ts";
import type { ModuleScope, Piece } from "./coverage.ts";
import type { Finding, WireExchange } from "./finding.ts";
import type { Bilingual, Level, Verdict } from "./verdict.ts";

/**
 * The event log: one JSON document a line (NDJSON). The verdict of a run, and every report, comes from this alone.
 * Public API: fields are added, never renamed. Times are milliseconds since the epoch by the harness's clock.
 */
export type RunEvent =
  | RunStarted
  | PreflightFinished
  | CheckStarted
  | ExchangeSeen
  | PieceCovered
  | CheckFinished
  | ServiceLevelFinished
  | LoadMarked
  | LoadKnee
  | LogTruncated
  | RunNoted
  | RunFinished;

export interface RunStarted {
  readonly type: "run.started";
  readonly at: number;
  readonly run: string;
  readonly liantiao: string;
  readonly role: "bank" | "platform";
  readonly sut: { readonly name: string; readonly baseUrl: string };
  readonly pack: {
    readonly name: string;
    readonly title: Bilingual;
    readonly version: string;
    readonly digest: string;
    /** Ids of its open questions: what it says there is a guess. Absent: it has none. */
    readonly questions?: readonly string[];
  };
  readonly suites: { readonly digest: string };
  readonly statement: { readonly digest: string; readonly file: string };
  readonly seed: number;
  readonly effort: "smoke" | "standard" | "exhaustive";
  /** The glob given with --only, when the run is not the whole profile. */
  readonly only?: string;
  /** The modules given with --modules, when the run is not the whole profile. */
  readonly modules?: readonly string[];
  /** What was put on the SUT, when the run is a load. */
  readonly load?: {
    readonly profile: string;
    readonly title: Bilingual;
    /** Journeys begun a second, at the highest. */
    readonly rate: number;
    readonly seconds: number;
    /** Business days that the SUT's clock was led through meanwhile, and the real seconds of all. */
    readonly accelerated?: { readonly days: number; readonly seconds: number };
  };
  /** Every requirement of the pack that applies to the role, so that untested ones show. */
  readonly requirements: readonly RequirementRow[];
  /** Every error code the pack declares for the interfaces that the statement claims, for coverage. */
  readonly errors: readonly { readonly code: string; readonly status: number; readonly title: Bilingual }[];
  /** What the run can cover of each module; absent in a log from before this was told, and in that of a load. */
  readonly modulesClaimed?: readonly ModuleScope[];
  readonly waivers: readonly Waiver[];
  /**
   * Requirements that the statement leaves out, with its reasons. Absent in a log from before a MUST of which nothing was
   * judged counted against a run.
   */
  readonly exclusions?: readonly Exclusion[];
  /** What will be judged, in order. */
  readonly plan: readonly { readonly check: string; readonly requirement: string; readonly title: Bilingual }[];
}

export interface RequirementRow {
  readonly id: string;
  readonly area: string;
  readonly level: Level;
  readonly title: Bilingual;
  readonly text: Bilingual;
  readonly source: string;
  /** Why nothing that the role shows tells of it, in the words of the pack. */
  readonly unobservable?: Bilingual;
  /** What judges it instead of checks, so that a run of checks need not. */
  readonly judgedBy?: "load";
  /** Checks judge it, and none of them fits what the pack has and the statement claims. */
  readonly unclaimed?: true;
}

/** A requirement that the statement leaves out, with its reason. */
export interface Exclusion {
  readonly requirement: string;
  readonly reason: string;
}

/** A known fail that a named owner accepts until a day. Every report shows it. */
export interface Waiver {
  readonly requirement: string;
  readonly owner: string;
  readonly reason: string;
  /** ISO date, inclusive. */
  readonly expires: string;
}

/** One thing looked at before any check runs; a failed one is attributed and ends the run without judging the SUT. */
export interface PreflightFinished {
  readonly type: "preflight.finished";
  readonly at: number;
  readonly name: string;
  readonly ok: boolean;
  /** `false`: nothing was tried, so nothing is known to be wrong or right; such a result is `ok`. */
  readonly tried?: false;
  readonly attribution?: "configuration" | "network" | "harness" | "sut";
  readonly message: Bilingual;
  readonly remedy?: Bilingual;
}

export interface CheckStarted {
  readonly type: "check.started";
  readonly at: number;
  readonly check: string;
}

/** Every exchange of the harness with the SUT (or of the SUT with the counterparty), redacted. */
export interface ExchangeSeen {
  readonly type: "exchange";
  readonly at: number;
  readonly check: string;
  readonly interface?: string;
  /** The error code of the answer, when it had one. */
  readonly code?: string;
  /** How the code was provoked: by state, or only by a fixture made for it. */
  readonly provokedBy?: "state" | "fixture";
  /**
   * Who answered; absent means the SUT. What the counterparty or a gateway ahead of the SUT answers is evidence, but
   * neither coverage nor latency; nor is that of a control hook, which is no interface of the SUT.
   */
  readonly answeredBy?: "sut" | "counterparty" | "gateway" | "hook";
  readonly exchange: WireExchange;
}

/** A piece of the pack was seen to work for the first time in the run. */
export interface PieceCovered {
  readonly type: "piece.covered";
  readonly at: number;
  readonly piece: Piece;
}

export interface CheckFinished {
  readonly type: "check.finished";
  readonly at: number;
  readonly check: string;
  readonly requirement: string;
  readonly level: Level;
  readonly verdict: Verdict;
  /** Why, for anything but a pass. */
  readonly reason?: Bilingual;
  /** For `skipped`: what kept it from running; absent counts as not excused. */
  readonly skipCause?: SkipCause;
  /** For `skipped`: what would have it run, where that is one thing that the statement or the command line can give. */
  readonly lacks?: Lack;
  readonly finding?: Finding;
  /** For `error`: what broke in the harness. */
  readonly error?: string;
  readonly durationMs: number;
}

/**
 * What kept a check from running. `not-demanded`: the pack has nothing that the check is about, or the statement does not
 * claim it. `capability`: the statement says that the SUT lacks what the check needs (a hook, a second party, a fixture
 * declared as none); excused, and a MUST of which nothing else was judged is one that the statement has to exclude.
 * `effort`: the run was asked for less than the check takes; excused where another check of the requirement passed. The
 * others leave a MUST unproved: `fixture` neither bound nor declared as none, `dependency` something it builds on did not
 * hold.
 */
export type SkipCause = "not-demanded" | "capability" | "fixture" | "effort" | "dependency";

/**
 * What a skipped check lacks: an effort, the test data of a scenario, a control hook, a party that signs with a scheme, a
 * second party, a counterparty, an address with TLS.
 */
export type Lack =
  | { readonly kind: "effort" | "fixture" | "hook" | "scheme"; readonly name: string }
  | { readonly kind: "party" | "counterparty" | "tls" };

/**
 * One service level held against what was measured. Without a sample nothing was shown, so it does not count as met.
 */
export interface ServiceLevelFinished {
  readonly type: "service-level.finished";
  readonly at: number;
  readonly name: string;
  readonly interface?: string;
  readonly title: Bilingual;
  /** As a person reads them, with units: "p99 <= 500 ms". */
  readonly target: string;
  readonly seen: string;
  /** The same in Chinese, where it differs. */
  readonly inChinese?: { readonly target: string; readonly seen: string };
  readonly samples: number;
  readonly ok: boolean;
  /** How fast its error budget was used, and the alerts that this would have raised; of loads alone. */
  readonly burn?: LevelBurn;
}

/** Something that was done to a SUT while a load was on it, such as a step of a drill: a line on its time axis. */
export interface LoadMarked {
  readonly type: "load.mark";
  readonly at: number;
  /** Seconds from the begin of the load. */
  readonly second: number;
  /** What it belongs to, such as the drill. */
  readonly name: string;
  readonly title: Bilingual;
}

/** How far a load could go up by steps while its service levels held. */
export interface LoadKnee {
  readonly type: "load.knee";
  readonly at: number;
  /** Journeys begun a second in the highest step up to which all held; 0 where the first did not. */
  readonly rate: number;
  /** What ended it: missed levels, a generator that was late, a load that was stopped; none: all steps held. */
  readonly limit: "levels" | "generator" | "stopped" | "none";
  readonly steps: readonly {
    readonly rate: number;
    readonly seconds: number;
    readonly held: boolean;
    /** Names of the levels that it missed. */
    readonly missed: readonly string[];
    /** Arrivals that the generator was late with, where they were too many; else 0. */
    readonly late: number;
    readonly due: number;
    /** Milliseconds from when a call was to begin, by interface. */
    readonly p99Ms: Readonly<Record<string, number>>;
  }[];
}

/** Written by the log itself when its size bound is reached: exchanges were left out since the previous such note. */
export interface LogTruncated {
  readonly type: "log.truncated";
  readonly at: number;
  readonly exchangesDropped: number;
  readonly limitBytes: number;
}

/** A note on the whole run that readers of its verdict must know; written once. */
export interface RunNoted {
  readonly type: "run.noted";
  readonly at: number;
  /**
   * `gateway`: a server ahead of the SUT answers some calls. `turned-away`: calls were refused for now, and sent again
   * later. `foreign-movement`: others used the SUT's data meanwhile.
   * `in-most-answers`: most answers of the SUT show one thing that none may. `load-gap`: for some time of a load nothing
   * was sent. `merged`: a load was put together from several. `load-engine`: how the figures of a load
   * came about.
   */
  readonly note:
    | "gateway"
    | "turned-away"
    | "foreign-movement"
    | "in-most-answers"
    | "load-gap"
    | "merged"
    | "load-engine";
  readonly message: Bilingual;
}

export interface RunFinished {
  readonly type: "run.finished";
  readonly at: number;
  /** True when the run was ended before its plan was through. */
  readonly partial: boolean;
  readonly reason?: string;
}
