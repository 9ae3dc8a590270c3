import { addedCounts } from "./latency-counts.ts";
import type { LatencyCounts } from "./latency-counts.ts";
import type { Tally } from "./level.ts";
import { ENDINGS } from "./sample.ts";
import type { Ending } from "./sample.ts";

/** What one interval of a load showed. All intervals of a load are of one length. */
export interface Interval {
  /** Which one it is, counted from 0; it begins at `index` times the length. */
  readonly index: number;
  /** Arrivals that were due, that began late, and that were not begun since too many were under way. */
  readonly due: number;
  readonly late: number;
  readonly dropped: number;
  readonly endings: Readonly<Record<Ending, number>>;
  /** For each level of the load, in their order: calls and good ones. */
  readonly levels: readonly Tally[];
  /** Answers without a signature that verifies. */
  readonly unsigned: number;
  /** Codes that answers carried, and how often. */
  readonly codes: Readonly<Record<string, number>>;
  /** By interface. */
  readonly latencies: Readonly<Record<string, IntervalLatencies>>;
}

/** The latencies of answered calls, from when a call was to begin and from when it was sent. */
export interface IntervalLatencies {
  readonly sinceScheduled: LatencyCounts;
  readonly sinceSent: LatencyCounts;
}

/** Lengths of an interval in seconds: each divides a minute, so that slices of levels are made of whole ones. */
const LENGTHS = [1, 2, 5, 10, 30, 60];

/** Intervals that a load should not exceed where its length allows. */
const MOST_INTERVALS = 3_600;

/** Seconds of an interval in a load of a length: short where there is room, so that files and memory stay bounded. */
export const intervalSecondsOf = (loadSeconds: number): number =>
  LENGTHS.find((each) => loadSeconds / each <= MOST_INTERVALS) ?? 60;

/** What several generators saw in the same interval, as if one had. */
export function together(one: Interval, other: Interval): Interval {
  return {
    index: one.index,
    due: one.due + other.due,
    late: one.late + other.late,
    dropped: one.dropped + other.dropped,
    unsigned: one.unsigned + other.unsigned,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both have every ending
    endings: sumOf(one.endings, other.endings) as Interval["endings"],
    codes: sumOf(one.codes, other.codes),
    levels: one.levels.map(({ total, good }, index) => ({
      total: total + (other.levels[index]?.total ?? 0),
      good: good + (other.levels[index]?.good ?? 0),
    })),
    latencies: latenciesTogether([one.latencies, other.latencies]),
  };
}

/** Latencies of several intervals by interface, as those of one. */
function latenciesTogether(all: readonly Interval["latencies"][]): Interval["latencies"] {
  const names = new Set(all.flatMap((each) => Object.keys(each)));
  return Object.fromEntries(
    [...names].map((id) => [
      id,
      {
        sinceScheduled: addedCounts(all.map((each) => each[id]?.sinceScheduled ?? [])),
        sinceSent: addedCounts(all.map((each) => each[id]?.sinceSent ?? [])),
      },
    ]),
  );
}

/** An interval in which nothing happened yet. */
export const emptyInterval = (index: number, levels: number): Interval => ({
  index,
  due: 0,
  late: 0,
  dropped: 0,
  unsigned: 0,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one for each ending
  endings: Object.fromEntries(ENDINGS.map((ending) => [ending, 0])) as Interval["endings"],
  codes: {},
  levels: Array.from({ length: levels }, () => ({ total: 0, good: 0 })),
  latencies: {},
});

function sumOf(left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    [...new Set([...Object.keys(left), ...Object.keys(right)])].map((name) => [
      name,
      (left[name] ?? 0) + (right[name] ?? 0),
    ]),
  );
}
