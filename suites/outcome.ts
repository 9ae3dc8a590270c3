import type { Lack, SkipCause } from "../core/run/event.ts";
import type { Finding, WireExchange } from "../core/run/finding.ts";
import type { Breach } from "./expectation.ts";
import type { Bilingual } from "../core/run/verdict.ts";

/*
 * How a check ends early. These travel as exceptions so that a check reads as a story; anything else that is thrown is
 * an error of the harness and becomes `error`.
 */

/** What a check says about a fail; the session adds requirement, evidence, seed and replay. */
export interface Failure {
  readonly summary: Bilingual;
  readonly expected: Bilingual;
  readonly seen: Bilingual;
  readonly likelyCause?: Bilingual;
  readonly minimal?: Omit<NonNullable<Finding["minimal"]>, "description"> & { readonly description: Bilingual };
  /** Defaults to the last exchanges of the check. */
  readonly evidence?: readonly WireExchange[];
  /**
   * Of a check that judges what the run saw: the lines that showed it, with which it is to be run again. Absent: the
   * whole run.
   */
  readonly shownBy?: readonly string[];
  /**
   * `answer`: one answer shows the breach by itself, whatever else happened at the SUT. Absent: it rests on balances or
   * states, which others who use the SUT's data change too.
   */
  readonly restsOn?: "answer";
  /** What is wrong with the answer of an interface by itself; see `run/root.ts`. */
  readonly breach?: { readonly kind: Breach; readonly interface: string };
}

/** The SUT broke the requirement. */
export class CheckFailed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.summary.en);
    this.name = "CheckFailed";
    this.failure = failure;
  }
}

/** The check could not be judged: a timeout that no query settled, or an arrangement that failed. */
export class CheckInconclusive extends Error {
  readonly reason: Bilingual;
  constructor(reason: Bilingual) {
    super(reason.en);
    this.name = "CheckInconclusive";
    this.reason = reason;
  }
}

/** Something that the check needs is missing. */
export class CheckSkipped extends Error {
  readonly reason: Bilingual;
  readonly skipCause: SkipCause;
  readonly lacks: Lack | undefined;
  constructor(reason: Bilingual, cause: SkipCause, lacks?: Lack) {
    super(reason.en);
    this.name = "CheckSkipped";
    this.reason = reason;
    this.skipCause = cause;
    this.lacks = lacks;
  }
}
