import { readIntervals, IntervalsFile, writeHead } from "../../core/load/load-folder.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import type { Interval } from "../../core/load/interval.ts";
import { Totalling } from "../../core/load/totals.ts";
import type { Totals } from "../../core/load/totals.ts";
import type { RunLog } from "../../core/run/log.ts";
import type { OpenSut } from "../run/open-sut.ts";
import type { RunScope } from "../run/scope.ts";
import type { LoadClock } from "./accelerated/load-clock.ts";
import { NewsDesk } from "./caller-news.ts";
import type { LoadCompanion, RuleJudgement, Settled } from "./companion.ts";
import { embedded } from "./embedded/embedded.ts";
import type { EngineResult, EngineWork, LoadEngine } from "./engine.ts";
import { MOST_LATE } from "./judge-load.ts";
import { KneeFinder } from "./knee.ts";
import type { LoadOptions } from "./load-options.ts";
import { bytesOf, madeFilesIn } from "./load-state.ts";
import type { Measures } from "./measures.ts";
import type { LoadPlan } from "./plan.ts";
import { secondsLeft } from "./resume.ts";
import type { Unfinished } from "./resume.ts";

/**
 * Bytes that the orders of a load may fill: some six million. The settlement holds all of them in memory, in about 350
 * bytes each with what is booked of them.
 */
const ORDERS_LIMIT_BYTES = 1024 ** 3;

/** A load that has begun. */
export interface Running {
  readonly sut: OpenSut;
  readonly plan: LoadPlan;
  readonly scope: RunScope;
  readonly log: RunLog;
  readonly startedAt: number;
  readonly clock?: LoadClock;
  readonly head: LoadHead;
  /** What was made of the load before this part of it. */
  readonly before: Unfinished | undefined;
  readonly companions: readonly LoadCompanion[];
}

/** What the engine made, and what is to be judged of what went on beside it. */
interface UnderLoad {
  readonly result: EngineResult;
  readonly totals: Totals;
  readonly knee: KneeFinder | undefined;
  readonly judgeCompanions: (seen: Settled) => Promise<readonly RuleJudgement[]>;
}

/** The engine at work, with what goes on beside it. */
export async function underLoad(
  options: LoadOptions,
  { scope, head, before, companions, clock }: Running,
  measures: Measures,
): Promise<UnderLoad> {
  const { engine = embedded, outDirectory } = options;
  const ended = new AbortController();
  const news = new NewsDesk();
  const beside = companions.map((one) => one.start({ scope, head, outDirectory, signal: ended.signal, news }));
  let hasBegun = false;
  const begin = (at: number): void => {
    if (hasBegun) return;
    hasBegun = true;
    for (const one of beside) one.begun?.(at);
  };
  const totalling = new Totalling(head.levels, head.intervalSeconds);
  const knee = KneeFinder.of(head.profile, head.levels, {
    intervalSeconds: head.intervalSeconds,
    mostLate: options.mostLate ?? MOST_LATE,
  });
  const take = (interval: Interval): void => {
    totalling.take(interval);
    knee?.take(interval);
    for (const one of beside) one.interval?.(interval);
  };
  if (before !== undefined && before.first > 0)
    readIntervals(outDirectory, (interval) => {
      measures.takeAll(interval);
      take(interval);
    });
  if (before === undefined) writeHead(outDirectory, head);
  const file = new IntervalsFile(outDirectory);
  try {
    const result = await (before !== undefined && secondsLeft(before) === 0 ? nothingLeft : engine).run({
      head,
      packDirectory: options.packDirectory,
      statementFile: options.statementFile,
      ...(options.counterparty === undefined ? {} : { counterparty: options.counterparty }),
      ...(clock === undefined ? {} : { clock: clock.shared }),
      ...(options.notifyUrl === undefined ? {} : { notifyUrl: options.notifyUrl }),
      ...(before === undefined ? {} : { goesOn: partOf(head, before) }),
      threads: options.threads,
      latencies: measures.byInterface,
      outDirectory,
      ordersLimitBytes: Math.max(0, ORDERS_LIMIT_BYTES - bytesOf(madeFilesIn(outDirectory))),
      signal: options.signal,
      news,
      onBegin: begin,
      onInterval: (interval) => {
        // An engine that does not say when it began shows it by its first interval.
        begin(scope.runtime.now() - 1000 * (interval.index + 1) * head.intervalSeconds);
        file.append(interval);
        take(interval);
        options.onInterval?.(interval, head);
      },
    });
    return {
      result: { ...result, problems: [...(before?.problems ?? []), ...result.problems] },
      totals: totalling.totals(),
      knee,
      judgeCompanions: async (seen) => (await Promise.all(beside.map((one) => one.judge(seen)))).flat(),
    };
  } finally {
    ended.abort("the load has ended");
    await Promise.all(beside.map((one) => one.ended?.() ?? Promise.resolve()));
    file.close();
  }
}

/** An engine for a load of which only the settlement was left. */
const nothingLeft: LoadEngine = {
  name: "none",
  run: () => Promise.resolve({ stopped: false, ordersFull: false, ordersFiles: [], problems: [] }),
};

const partOf = ({ parts = [] }: LoadHead, { first }: Unfinished): NonNullable<EngineWork["goesOn"]> => ({
  first,
  part: parts.length,
  startedAt: parts.at(-1)?.startedAt ?? 0,
});
