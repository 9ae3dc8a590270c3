import { isDeepStrictEqual } from "node:util";
import { differenceOf } from "../../../core/load/difference.ts";
import type { Difference } from "../../../core/load/difference.ts";
import { percentileOf } from "../../../core/load/latency-counts.ts";
import { resultOf } from "../../../core/load/level.ts";
import type { Tally } from "../../../core/load/level.ts";
import { readIntervals } from "../../../core/load/load-folder.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { MOST_LATE } from "../judge-load.ts";
import { LoadError } from "../plan.ts";
import { headIn } from "../resume.ts";

/** One thing that two loads show, and which of them shows it better. */
export interface Compared {
  readonly kind: "latency" | "level";
  /** Interface and percentile, such as `payment.create p95`, or the name of a service level. */
  readonly name: string;
  /** In milliseconds, or in shares of calls that are not good. */
  readonly difference: Difference;
  /** Of a level: whether it was met before and after. */
  readonly met?: readonly [boolean, boolean];
}

export interface Comparison {
  readonly compared: readonly Compared[];
  /** `nothing`: there was not enough to compare. */
  readonly outcome: "worse" | "no-worse" | "nothing";
}

/** Percentiles of each interval that are compared. */
const PERCENTILES = [50, 95] as const;

/** What must be the same of two loads for their figures to be comparable. */
const COMMON: readonly (readonly [of: (head: LoadHead) => unknown, en: string, zh: string])[] = [
  [({ role }) => role, "role", "角色"],
  [({ profile }) => [profile.name, profile.pace, profile.mix], "profile", "负载方案"],
  [({ profile }) => profile.phases, "rate or length", "速率或时长"],
  [({ segment }) => segment, "segment", "分段"],
  [({ levels }) => levels, "service levels", "服务水平"],
];

/**
 * Compares an earlier load with a later one, by what their intervals show.
 *
 * @throws LoadError where one of the folders holds no load, where they are of different loads, and where a load says
 *   nothing since its generator was late
 */
export function compareLoads(before: string, after: string): Comparison {
  const [one, other] = [headIn(before, before), headIn(after, after)];
  const differs = COMMON.find(([of]) => !isDeepStrictEqual(of(one), of(other)));
  if (differs !== undefined) {
    const [, en, zh] = differs;
    throw new LoadError(
      {
        en: `the loads in ${before} and ${after} cannot be compared: they differ in their ${en}`,
        zh: `${before} 与 ${after} 中的负载不可比：${zh}不同`,
      },
      { where: after },
    );
  }
  const [earlier, later] = [seenIn(before, one), seenIn(after, other)];
  const compared = [...latencies(earlier, later), ...levels(one, earlier, later)];
  const enough = compared.filter(({ difference }) => difference.what !== "too-few");
  const worse = compared.some(({ difference, met }) => difference.what === "worse" || isLost(met));
  return { compared, outcome: worse ? "worse" : enough.length === 0 ? "nothing" : "no-worse" };
}

/** Whether a level that was met is missed now, which is worse however it is spread. */
export const isLost = (met: Compared["met"]): boolean => met?.[0] === true && !met[1];

interface Seen {
  readonly intervalSeconds: number;
  /** By interface and percentile: milliseconds of each interval. */
  readonly latencies: ReadonlyMap<string, number[]>;
  /** By level: the tally of each interval. */
  readonly levels: readonly (Tally | undefined)[][];
}

function seenIn(folder: string, { levels: all, intervalSeconds }: LoadHead): Seen {
  const byName = new Map<string, number[]>();
  const tallies: (Tally | undefined)[][] = all.map(() => []);
  let [due, late] = [0, 0];
  readIntervals(folder, (interval) => {
    due += interval.due;
    late += interval.late;
    for (const [id, { sinceScheduled }] of Object.entries(interval.latencies))
      for (const percent of PERCENTILES) {
        const ms = percentileOf(sinceScheduled, percent);
        if (ms === undefined) continue;
        const name = `${id} p${percent}`;
        const own = byName.get(name) ?? [];
        byName.set(name, own);
        own.push(ms);
      }
    for (const [level, tally] of interval.levels.entries()) {
      const own = tallies[level];
      if (own !== undefined) own[interval.index] = tally;
    }
  });
  if (due === 0 || late / due > MOST_LATE)
    throw new LoadError(
      {
        en: `the load in ${folder} says nothing: its generator was late with ${late} of ${due} arrivals`,
        zh: `${folder} 中的负载无法说明问题：负载发生器对 ${due} 次到达中的 ${late} 次未能按时发出`,
      },
      { where: folder },
    );
  return { intervalSeconds, latencies: byName, levels: tallies };
}

const latencies = (earlier: Seen, later: Seen): readonly Compared[] =>
  [...new Set([...earlier.latencies.keys(), ...later.latencies.keys()])].map((name) => ({
    kind: "latency",
    name,
    difference: differenceOf(earlier.latencies.get(name) ?? [], later.latencies.get(name) ?? []),
  }));

const levels = (head: LoadHead, earlier: Seen, later: Seen): readonly Compared[] =>
  head.levels.map((level, index) => {
    const sides = [earlier, later].map(({ levels: own, intervalSeconds }) => ({
      bad: badShares(own[index] ?? []),
      met: resultOf(level, own[index] ?? [], intervalSeconds).met,
    }));
    const [one = { bad: [], met: false }, other = { bad: [], met: false }] = sides;
    return { kind: "level", name: level.name, difference: differenceOf(one.bad, other.bad), met: [one.met, other.met] };
  });

/** The share of calls that are not good, by interval with a call. */
const badShares = (tallies: readonly (Tally | undefined)[]): readonly number[] =>
  tallies.flatMap((tally) => (tally === undefined || tally.total === 0 ? [] : [1 - tally.good / tally.total]));
