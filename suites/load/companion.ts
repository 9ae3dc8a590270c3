import type { RunScope } from "../run/scope.ts";
import type { Interval } from "../../core/load/interval.ts";
import type { Judged } from "./judge-load.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import type { LoadRule } from "./rules.ts";

/** A rule, and what was found of it. */
export type RuleJudgement = readonly [LoadRule, Judged];

/** What goes on beside a load while its engine runs: drills, readings of how the SUT fares. */
export interface LoadCompanion {
  /** The rules that it will judge: they stand in the plan of the run from its begin. */
  readonly rules: readonly LoadRule[];
  /** Begins with the load. What it does ends when the signal is aborted, which is when the engine has ended. */
  start(beside: Beside): CompanionRun;
}

/** What a companion sees of the load. */
export interface Beside {
  readonly scope: RunScope;
  readonly head: LoadHead;
  readonly outDirectory: string;
  readonly signal: AbortSignal;
}

/** A companion at work. */
export interface CompanionRun {
  /** Told each interval of the load once, in order. */
  interval?(interval: Interval): void;
  /** Called when the engine has ended, ahead of the settlement, which waits for what is still under way here. */
  ended?(): Promise<void>;
  /** Called when the engine has ended and orders are settled. What throws is an error of the harness. */
  judge(): Promise<readonly RuleJudgement[]>;
}
