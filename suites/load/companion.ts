import type { PackView } from "../pack-view.ts";
import type { RunScope } from "../run/scope.ts";
import type { Interval } from "../../core/load/interval.ts";
import type { Statement } from "../statement/statement.ts";
import type { NewsDesk } from "./caller-news.ts";
import type { Judged } from "./judge-load.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import type { Orders } from "./money.ts";
import type { LoadRule } from "./rules.ts";

/** A rule, and what was found of it. */
export type RuleJudgement = readonly [LoadRule, Judged];

/** What goes on beside a load while its engine runs: drills, readings of how the SUT fares. */
export interface LoadCompanion {
  /** The rules that it will judge: they stand in the plan of the run from its begin. */
  readonly rules: readonly LoadRule[];
  /** Whether callers have to follow what it does, which not every engine's do. */
  readonly tellsCallers?: boolean;
  /** Looks ahead of anything that is sent at whether it can do its work. @throws LoadError */
  expectReady?(pack: PackView, statement: Statement, loadSeconds: number): void;
  /** Begins with the load. What it does ends when the signal is aborted, which is when the engine has ended. */
  start(beside: Beside): CompanionRun;
}

/** What a companion sees of the load. */
export interface Beside {
  readonly scope: RunScope;
  readonly head: LoadHead;
  readonly outDirectory: string;
  readonly signal: AbortSignal;
  /** Where it tells callers what they know of the SUT. */
  readonly news: NewsDesk;
}

/** A companion at work. */
export interface CompanionRun {
  /** Told when the load begins, with the milliseconds since 1970 of its begin. */
  begun?(at: number): void;
  /** Told each interval of the load once, in order. */
  interval?(interval: Interval): void;
  /** Called when the engine has ended, ahead of the settlement: all that it has done to the SUT is taken back then. */
  ended?(): Promise<void>;
  /**
   * Called when the engine has ended and orders are settled; what a void load shows is not judged. What throws is an
   * error of the harness.
   */
  judge(seen: Settled): Promise<readonly RuleJudgement[]>;
}

/** A load that is over and settled, as a companion judges it. */
export interface Settled {
  readonly orders: Orders;
  /** Whether the load says nothing of the SUT. */
  readonly isVoid: boolean;
}
