import { percentileOf, addedCounts, countOf } from "../../../core/load/latency-counts.ts";
import type { Interval } from "../../../core/load/interval.ts";
import { together } from "../../../core/load/interval.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { DrillProbe } from "./drill.ts";

/** Some intervals as one; undefined for none. */
export const asOne = (intervals: readonly Interval[]): Interval | undefined =>
  intervals.length === 0 ? undefined : intervals.reduce((one, other) => together(one, other));

/** Calls that ended in an interval. */
const endedIn = ({ endings }: Interval): number => Object.values(endings).reduce((sum, count) => sum + count, 0);

/** An interval in which nothing was to happen, and nothing did: it shows no state. */
export const isIdle = (interval: Interval): boolean => interval.due === 0 && endedIn(interval) === 0;

/** Seconds without any end of a call after which calls count as not answered; less may be a few slow ones. */
const SILENT_SECONDS = 3;

/** How an interval stands: one that shows nothing by itself is idle. */
export type Condition = "steady" | "bad" | "idle";

/** How each of the intervals of a stretch stands, in their order. */
export function conditionsOf(
  probes: readonly DrillProbe[],
  intervals: readonly Interval[],
  intervalSeconds: number,
): readonly Condition[] {
  const conditions: Condition[] = [];
  /** Places of intervals in a row in which calls began and none ended. */
  let silent: number[] = [];
  for (const [place, interval] of intervals.entries()) {
    const ended = endedIn(interval);
    if (ended > 0) silent = [];
    else if (interval.due > 0) silent.push(place);
    if (ended === 0) conditions.push("idle");
    else conditions.push(departureIn(probes, interval) === undefined ? "steady" : "bad");
    const [first] = silent;
    if (first !== undefined && (place - first + 1) * intervalSeconds >= SILENT_SECONDS)
      for (const each of silent) conditions[each] = "bad";
  }
  return conditions;
}

/** What a probe measures of a stretch of the load; undefined where no call shows it. */
function measured({ provider }: DrillProbe, interval: Interval): number | undefined {
  if (provider.measure === "answered-percent") {
    const { success, refused } = interval.endings;
    const ended = endedIn(interval);
    // Calls began, and none ended for the whole stretch: to customers, nothing is answered.
    if (ended === 0) return interval.due === 0 ? undefined : 0;
    return (100 * (success + refused)) / ended;
  }
  const counts = addedCounts(Object.values(interval.latencies).map(({ sinceScheduled }) => sinceScheduled));
  return countOf(counts) === 0 ? undefined : percentileOf(counts, 95);
}

/** A probe that does not hold, and what it showed. */
export interface Departure {
  readonly probe: DrillProbe;
  readonly seen: number;
}

/** The first probe that does not hold of a stretch of the load; undefined in a steady state. */
export function departureIn(probes: readonly DrillProbe[], interval: Interval): Departure | undefined {
  for (const probe of probes) {
    const seen = measured(probe, interval);
    const [least, most] = probe.tolerance.range;
    if (seen !== undefined && (seen < least || seen > most)) return { probe, seen };
  }
  return undefined;
}

const UNITS: Readonly<Record<DrillProbe["provider"]["measure"], string>> = {
  "answered-percent": "%",
  "p95-ms": "ms",
};

const WORDS: Readonly<Record<DrillProbe["provider"]["measure"], Bilingual>> = {
  "answered-percent": { en: "calls answered as agreed", zh: "得到约定应答的调用" },
  "p95-ms": { en: "95th percentile of latency", zh: "时延 95 分位" },
};

const figure = (value: number): string => String(Number(value.toFixed(1)));

/** What a probe expects, as a person reads it. */
export function expectedOf({ provider: { measure }, tolerance: { range } }: DrillProbe): Bilingual {
  const { en, zh } = WORDS[measure];
  const [from, to] = [figure(range[0]), figure(range[1])];
  return { en: `${en}: ${from} to ${to} ${UNITS[measure]}`, zh: `${zh}：${from} 至 ${to} ${UNITS[measure]}` };
}

/** What was seen in its place. */
export function seenOf({ probe: { provider }, seen }: Departure): Bilingual {
  const { en, zh } = WORDS[provider.measure];
  const value = `${figure(seen)} ${UNITS[provider.measure]}`;
  return { en: `${en}: ${value}`, zh: `${zh}：${value}` };
}
