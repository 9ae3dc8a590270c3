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
  /** Over how long it is promised, such as `1d`; a load is judged over its own length. */
  readonly period?: string;
  /** Whether the level is missed too when an alert on how fast its error budget burns would have fired. */
  readonly failsOnBurn?: boolean;
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

/** A level counted in what its error budget is made of: calls by interval, or slices by slice. */
export interface Counted {
  readonly tallies: readonly (Tally | undefined)[];
  /** Seconds that one tally stands for. */
  readonly seconds: number;
}

/** The tallies of a level by interval, and for a level of time slices one tally for each slice that had a call. */
export function counted({ slices }: Level, tallies: readonly (Tally | undefined)[], intervalSeconds: number): Counted {
  if (slices === undefined) return { tallies, seconds: intervalSeconds };
  const length = Math.max(1, Math.round(slices.seconds / intervalSeconds));
  return {
    seconds: length * intervalSeconds,
    tallies: Array.from({ length: Math.ceil(tallies.length / length) }, (_, index) => {
      const { total, good } = sumOf(tallies.slice(index * length, (index + 1) * length));
      return total === 0 ? undefined : { total: 1, good: good / total >= slices.target ? 1 : 0 };
    }),
  };
}

/**
 * Holds a level against the tallies of the intervals of a load, by their index. Without a call nothing was shown, so it
 * is not met.
 */
export function resultOf(level: Level, tallies: readonly (Tally | undefined)[], intervalSeconds: number): LevelResult {
  const samples = sumOf(tallies).total;
  if (samples === 0) return { met: false, share: undefined, samples: 0, budgetUsed: 0 };
  const { total, good } = sumOf(counted(level, tallies, intervalSeconds).tallies);
  const share = good / total;
  return { met: share >= level.target, share, samples, budgetUsed: (1 - share) / (1 - level.target) };
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
