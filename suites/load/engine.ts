import type { Bilingual } from "../../core/run/verdict.ts";
import type { PackView } from "../pack-view.ts";
import type { Counterparty } from "../run/scope.ts";
import type { Statement } from "../statement/statement.ts";
import type { Interval } from "../../core/load/interval.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import type { NewsDesk } from "./caller-news.ts";
import type { Latencies } from "./measures.ts";
import type { LoadPlan } from "./plan.ts";

/** What every engine is given: a schedule, and where what it makes of it goes. */
export interface EngineWork {
  readonly head: LoadHead;
  readonly packDirectory: string;
  readonly statementFile: string;
  readonly counterparty?: Counterparty;
  /** Where orders ask to be told of, when another process is the counterparty. */
  readonly notifyUrl?: string;
  /** Set where an interrupted load goes on: its first interval, the number of this part, and when it began. */
  readonly goesOn?: { readonly first: number; readonly part: number; readonly startedAt: number };
  /** Threads or processes that make the load at once. */
  readonly threads: number;
  /** Histograms of the whole load by interface. */
  readonly latencies: Readonly<Record<string, Latencies>>;
  readonly outDirectory: string;
  /** Bytes that all files of orders may have together. */
  readonly ordersLimitBytes: number;
  /** Memory of the clock that its calls follow (`LoadClock`); absent: the host's. */
  readonly clock?: SharedArrayBuffer;
  readonly signal: AbortSignal | undefined;
  /** Where the engine hears what callers know of the SUT meanwhile; see `hearsNews`. */
  readonly news: NewsDesk;
  /** Called when the load begins, with the milliseconds since 1970 of its begin. */
  readonly onBegin: (at: number) => void;
  /** Told each interval once, in order, when all of the engine has passed it. */
  readonly onInterval: (interval: Interval) => void;
}

/** What every engine gives once a load is over, or was stopped. */
export interface EngineResult {
  /** Whether it was ended before its schedule was through. */
  readonly stopped: boolean;
  /** Whether the file of orders reached its largest size, so that nothing more was sent. */
  readonly ordersFull: boolean;
  /** The files that orders were written to. */
  readonly ordersFiles: readonly string[];
  /** What broke in the engine itself; a load with problems is void. */
  readonly problems: readonly string[];
}

/** Turns a schedule into samples, and these into intervals and orders. Everything after that is shared. */
export interface LoadEngine {
  readonly name: string;
  /** What readers of its figures must know of how they came about; it stands in the log and in every report. */
  readonly remark?: Bilingual;
  /** Present where the load is over already, and only its results are read: when it began, in milliseconds since 1970. */
  readonly past?: { readonly beganAt: number };
  /** Checks that its results can say nothing of: they are not planned, and the remark says so. */
  readonly leavesOut?: readonly string[];
  /** The plan of an engine whose load is not one of the pack's profiles. @throws LoadError */
  plan?(pack: PackView, statement: Statement): LoadPlan;
  /** Whether its callers follow `EngineWork.news`: a clock that was moved, keys that were changed. */
  readonly hearsNews?: true;
  run(work: EngineWork): Promise<EngineResult>;
}
