import { copyFileSync, constants, mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { IntervalsFile, readIntervals, writeHead } from "../../../core/load/load-folder.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import type { Interval } from "../../../core/load/interval.ts";
import { Totalling } from "../../../core/load/totals.ts";
import type { Totals } from "../../../core/load/totals.ts";
import { LOG_FILE, openLog } from "../../../core/run/log.ts";
import type { RuleJudgement } from "../companion.ts";
import { IntervalOrder } from "../embedded/interval-order.ts";
import type { EngineResult } from "../engine.ts";
import { MOST_LATE } from "../judge-load.ts";
import { ordersFilesIn, writeEnd } from "../load-state.ts";
import { Measures, percentilesOf } from "../measures.ts";
import { LoadError } from "../plan.ts";
import type { LoadOutcome } from "../run-load.ts";
import { ordersIn } from "../settled.ts";
import { Trend } from "../trends/trend.ts";
import { trendRulesOf } from "../trends/trends.ts";
import { judgedByLogs, judgedBySut } from "./judge-merged.ts";
import { readEarlier } from "./earlier.ts";
import type { MergeOptions, Merging } from "./merging.ts";
import { booksBeforeAll, endOfAll, headOfAll, readSegments } from "./segments.ts";
import type { SegmentFolder } from "./segments.ts";

/**
 * Makes one load of its segments: their intervals, orders and judgements, with one event log and one verdict.
 *
 * @throws LoadError before anything is written where the folders are not the segments of one load
 */
export async function mergeLoads(options: MergeOptions): Promise<LoadOutcome> {
  const { outDirectory } = options;
  const segments = readSegments(options.folders);
  const head = headOfAll(segments);
  if (options.sut !== undefined && head.role !== "bank")
    throw new LoadError(
      { en: `a load of a ${head.role} has no books to read again`, zh: "平台没有可重新读取的账务" },
      { where: "--sut" },
    );
  const logs = segments.map(({ folder }) => readEarlier(folder));
  mkdirSync(outDirectory, { recursive: true });
  const log = openLog(resolve(join(outDirectory, LOG_FILE)));
  try {
    writeHead(outDirectory, head);
    copyOrders(segments, outDirectory);
    const { totals, measures, trends } = await addedUp(segments, head, outDirectory);
    const result: EngineResult = { ...endOfAll(segments), ordersFiles: ordersFilesIn(outDirectory) };
    writeEnd(outDirectory, result, options.now());
    const orders = ordersIn(outDirectory);
    const evidence = { result, totals, mostLate: options.mostLate ?? MOST_LATE };
    const merging: Merging = { options, head, segments, logs, log, orders, evidence, trends };
    await (options.sut === undefined
      ? judgedByLogs(merging)
      : judgedBySut(merging, options.sut, booksBeforeAll(segments)));
    return outcomeOf(merging, measures, totals);
  } finally {
    log.close();
  }
}

/** The orders of all segments under names of their own. */
function copyOrders(segments: readonly SegmentFolder[], out: string): void {
  for (const { folder, head } of segments)
    for (const file of ordersFilesIn(folder)) {
      const name = basename(file).replace(/^orders-/, `orders-segment-${head.segment.index + 1}-`);
      copyFileSync(file, join(out, name), constants.COPYFILE_FICLONE);
    }
}

async function addedUp(
  segments: readonly SegmentFolder[],
  head: LoadHead,
  outDirectory: string,
): Promise<{ readonly totals: Totals; readonly measures: Measures; readonly trends: readonly RuleJudgement[] }> {
  const totalling = new Totalling(head.levels, head.intervalSeconds);
  const measures = Measures.of([...new Set(Object.values(head.journeys).flat())]);
  const trend = new Trend(head.intervalSeconds);
  const file = new IntervalsFile(outDirectory);
  try {
    const order = new IntervalOrder(segments.length, (interval: Interval) => {
      file.append(interval);
      totalling.take(interval);
      measures.takeAll(interval);
      trend.take(interval);
    });
    for (const [index, { folder }] of segments.entries()) {
      readIntervals(folder, (interval) => order.take(index, interval));
      order.ended(index);
    }
  } finally {
    file.close();
  }
  const trends = trendRulesOf(head.profile).map(({ rule, judge }): RuleJudgement => [rule, judge(head, trend)]);
  return { totals: totalling.totals(), measures, trends };
}

function outcomeOf({ head, orders, options }: Merging, measures: Measures, totals: Totals): LoadOutcome {
  const { profile, journeys, levels } = head;
  return {
    log: resolve(join(options.outDirectory, LOG_FILE)),
    plan: { profile, journeys, levels, interfaces: [...new Set(Object.values(journeys).flat())] },
    totals,
    orders: orders.size,
    latencies: Object.fromEntries(
      Object.entries(measures.byInterface).map(([id, { sinceScheduled, sinceSent }]) => [
        id,
        { sinceScheduled: percentilesOf(sinceScheduled), sinceSent: percentilesOf(sinceSent) },
      ]),
    ),
  };
}
