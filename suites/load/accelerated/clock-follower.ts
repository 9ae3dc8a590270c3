import type { RunScope } from "../../run/scope.ts";
import type { LoadClock } from "./load-clock.ts";

/** Has a scope sign and verify by the clock of a load; does nothing without one. */
export class ClockFollower {
  readonly #scope: RunScope;
  readonly #clock: LoadClock | undefined;

  constructor(scope: RunScope, clock: LoadClock | undefined) {
    this.#scope = scope;
    this.#clock = clock;
  }

  /** Makes and carries out a call while the clock does not move. */
  async during<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    const clock = this.#clock;
    if (clock === undefined) return call();
    await clock.enter(this.#scope.runtime, signal);
    try {
      this.#scope.sutClock.offsetMs = clock.offsetMs;
      return await call();
    } finally {
      clock.leave();
    }
  }
}
