import { seededStream } from "../../../core/runtime/random.ts";
import { lengthOf } from "../../../core/load/profile.ts";
import type { Phase } from "../../../core/load/profile.ts";
import { arrivals } from "../schedule.ts";

/**
 * Arrivals by which k6 may be behind the even schedule and still be in time: whether its first one is at once or after
 * one distance is its own matter, and two may change places in its output.
 */
const ALLOWED_BEHIND = 2;

/** The moments at which arrivals are due, told one after another as k6 makes them. */
export class PlannedArrivals {
  readonly #moments: Generator<number>;
  readonly #endMs: number;
  /** The moments of this arrival and of those that follow. */
  readonly #ahead: number[] = [];

  /** `of`: so many instances of k6 share the arrivals. */
  constructor(phases: readonly Phase[], of: number) {
    const own = phases.map(({ seconds, from, to }) => ({ seconds, from: from / of, to: to / of }));
    this.#endMs = 1000 * lengthOf(own);
    this.#moments = arrivals(own, "even", seededStream(0, "none"));
  }

  /** Whether the next arrival came late, by more than the tolerance in milliseconds. One beyond the schedule is due at its end. */
  isLate(atMs: number, toleranceMs: number): boolean {
    while (this.#ahead.length <= ALLOWED_BEHIND) {
      const next = this.#moments.next();
      this.#ahead.push(next.done === true ? this.#endMs : next.value);
    }
    const due = this.#ahead[ALLOWED_BEHIND] ?? this.#endMs;
    this.#ahead.shift();
    return atMs > due + toleranceMs;
  }
}
