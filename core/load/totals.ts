import { emptyInterval, together } from "./interval.ts";
import type { Interval } from "./interval.ts";
import type { Level, Tally } from "./level.ts";

/** A load as a whole: its sums, and the tallies of its levels by interval. */
export interface Totals {
  /** All intervals as one, without latencies. */
  readonly sum: Interval;
  /** By level, in their order: the tally of each interval by its index; undefined where nothing happened. */
  readonly tallies: readonly (readonly (Tally | undefined)[])[];
  readonly intervalSeconds: number;
}

/** Adds up intervals as they come, and keeps of each the tallies alone. */
export class Totalling {
  readonly #tallies: (Tally | undefined)[][];
  readonly #intervalSeconds: number;
  #sum: Interval;

  constructor(levels: readonly Level[], intervalSeconds: number) {
    this.#tallies = levels.map(() => []);
    this.#intervalSeconds = intervalSeconds;
    this.#sum = emptyInterval(0, levels.length);
  }

  take(interval: Interval): void {
    this.#sum = together({ ...this.#sum, latencies: {} }, { ...interval, index: 0, latencies: {} });
    for (const [level, tallies] of this.#tallies.entries()) tallies[interval.index] = interval.levels[level];
  }

  totals(): Totals {
    return { sum: this.#sum, tallies: this.#tallies, intervalSeconds: this.#intervalSeconds };
  }
}

/** The same of intervals that are all at hand. */
export function totalsOf(intervals: readonly Interval[], levels: readonly Level[], intervalSeconds: number): Totals {
  const totalling = new Totalling(levels, intervalSeconds);
  for (const interval of intervals) totalling.take(interval);
  return totalling.totals();
}
