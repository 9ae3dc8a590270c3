import type { LoadHead } from "../../../core/load/load-folder.ts";
import type { RunLog } from "../../../core/run/log.ts";
import type { RuleJudgement } from "../companion.ts";
import type { LoadEvidence } from "../judge-load.ts";
import type { Orders } from "../money.ts";
import type { EarlierLog } from "./earlier.ts";
import type { SegmentFolder } from "./segments.ts";

export interface MergeOptions {
  readonly folders: readonly string[];
  readonly outDirectory: string;
  /** The SUT, whose orders are settled and whose books are read again; without it the segments' own verdicts are added. */
  readonly sut?: { readonly packDirectory: string; readonly statementFile: string };
  readonly mostLate?: number;
  /** The command that repeats the merge. */
  readonly replay: string;
  readonly now: () => number;
}

/** A merge on its way to a verdict. */
export interface Merging {
  readonly options: MergeOptions;
  readonly head: LoadHead;
  readonly segments: readonly SegmentFolder[];
  readonly logs: readonly EarlierLog[];
  readonly log: RunLog;
  readonly orders: Orders;
  readonly evidence: Pick<LoadEvidence, "result" | "totals" | "mostLate">;
  /** What the profile asks of its time, judged over all intervals. */
  readonly trends: readonly RuleJudgement[];
}
