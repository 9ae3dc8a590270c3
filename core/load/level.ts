import type { Bilingual } from "../run/verdict.ts";
import type { Ending, Sample } from "./sample.ts";

/**
 * A service level: which calls are good, and how large their share must be. Of occurrences it is the share of calls, of
 * time slices the share of slices in which enough calls are good (OpenSLO v1, `budgetingMethod`).
 */
export interface Level {
  readonly name: string;
  readonly title: Bilingual;
  /** Where the figure comes from: a public source, or that it is the project's own. */
  readonly source: string;
  /** The interface whose calls count; absent: all. */
  readonly interface?: string;
  /** A call is good when all of these hold. */
  readonly good: {
    readonly endings: readonly Ending[];
    /** Milliseconds from when it was to begin. */
    readonly withinMs?: number;
  };
  /** Share of good ones, below 1. */
  readonly target: number;
  readonly slices?: { readonly seconds: number; readonly target: number };
}

export function isGood({ good }: Level, { ending, sinceScheduledMs, signed }: Sample): boolean {
  return (
    good.endings.includes(ending) &&
    (good.withinMs === undefined || sinceScheduledMs <= good.withinMs) &&
    // An answer that anyone could have written says nothing.
    signed !== false
  );
}

export const counts = (level: Level, sample: Sample): boolean =>
  level.interface === undefined || level.interface === sample.interface;

/** Calls of one level in one interval: all, and the good ones. */
export interface Tally {
  readonly total: number;
  readonly good: number;
}

export interface LevelResult {
  readonly met: boolean;
  /** The share that was seen; undefined without a call. */
  readonly share: number | undefined;
  readonly samples: number;
  /** The error budget that was used: 1 is all of it. */
  readonly budgetUsed: number;
}

/**
 * Holds a level against the tallies of the intervals of a load, by their index. Without a call nothing was shown, so it
 * is not met.
 */
export function resultOf(level: Level, tallies: readonly (Tally | undefined)[], intervalSeconds: number): LevelResult {
  const all = sumOf(tallies);
  if (all.total === 0) return { met: false, share: undefined, samples: 0, budgetUsed: 0 };
  const { slices } = level;
  const share =
    slices === undefined
      ? all.good / all.total
      : goodSlices(tallies, slices.target, Math.max(1, Math.round(slices.seconds / intervalSeconds)));
  return {
    met: share >= level.target,
    share,
    samples: all.total,
    budgetUsed: level.target === 1 ? (share === 1 ? 0 : Infinity) : (1 - share) / (1 - level.target),
  };
}

/** The share of good slices among those with a call. */
function goodSlices(tallies: readonly (Tally | undefined)[], target: number, length: number): number {
  const slices = Array.from({ length: Math.ceil(tallies.length / length) }, (_, index) =>
    sumOf(tallies.slice(index * length, (index + 1) * length)),
  ).filter(({ total }) => total > 0);
  return slices.filter(({ total, good }) => good / total >= target).length / slices.length;
}

/** All tallies as one. */
function sumOf(tallies: readonly (Tally | undefined)[]): Tally {
  let [total, good] = [0, 0];
  for (const tally of tallies) {
    total += tally?.total ?? 0;
    good += tally?.good ?? 0;
  }
  return { total, good };
}

/**
 * How fast a stretch of time uses the error budget: 1 uses it up exactly by the end of the level's period (Site
 * Reliability Workbook, chapter 5). Undefined without a call.
 */
export function burnRate(level: Level, tallies: readonly (Tally | undefined)[]): number | undefined {
  const { total, good } = sumOf(tallies);
  return total === 0 || level.target === 1 ? undefined : (1 - good / total) / (1 - level.target);
}
