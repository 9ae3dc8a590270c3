import { together } from "../../../core/load/interval.ts";
import type { Interval } from "../../../core/load/interval.ts";

/** Puts the intervals of several threads together, and passes on each one that all threads have passed, in order. */
export class IntervalOrder {
  readonly #open = new Map<number, Interval>();
  /** By thread: the last interval that it has reported. */
  readonly #passed: number[];
  readonly #pass: (interval: Interval) => void;

  constructor(threads: number, pass: (interval: Interval) => void) {
    this.#passed = Array.from({ length: threads }, () => -1);
    this.#pass = pass;
  }

  take(thread: number, interval: Interval): void {
    const before = this.#open.get(interval.index);
    this.#open.set(interval.index, before === undefined ? interval : together(before, interval));
    this.#passed[thread] = interval.index;
    this.#passUntil(Math.min(...this.#passed));
  }

  /** A thread that has ended reports nothing more. */
  ended(thread: number): void {
    this.#passed[thread] = Infinity;
    this.#passUntil(Math.min(...this.#passed));
  }

  #passUntil(index: number): void {
    for (const [at, interval] of [...this.#open].toSorted(([one], [other]) => one - other)) {
      if (at > index) return;
      this.#open.delete(at);
      this.#pass(interval);
    }
  }
}
