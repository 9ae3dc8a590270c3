/**
 * What became of one call: carried out, refused as the pack says, an error of the server, an answer that is none of the
 * pack's, or none at all.
 */
export type Ending = "success" | "refused" | "server-error" | "malformed" | "unanswered";

export const ENDINGS: readonly Ending[] = ["success", "refused", "server-error", "malformed", "unanswered"];

/** One call of a load, whatever engine made it. */
export interface Sample {
  readonly interface: string;
  /** When it was to begin, in milliseconds from the begin of the load. */
  readonly scheduledMs: number;
  /** From when it was to begin, and from when it was sent, to the whole answer, or to where it was given up. */
  readonly sinceScheduledMs: number;
  readonly sinceSentMs: number;
  readonly ending: Ending;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly code?: string;
  /** Whether the answer's signature verified; undefined where it was not looked at, or none is wanted. */
  readonly signed?: boolean;
}
