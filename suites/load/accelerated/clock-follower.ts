import type { RunScope } from "../../run/scope.ts";
import { learnKeys } from "../caller-knowledge.ts";
import type { LoadClock } from "./load-clock.ts";

/** Has a scope sign and verify by the clock of a load and with the keys that were announced; does nothing without one. */
export class ClockFollower {
  readonly #scope: RunScope;
  readonly #clock: LoadClock | undefined;
  #keysVersion = 0;

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
      if (clock.keysVersion !== this.#keysVersion) this.#learn(clock);
      return await call();
    } finally {
      clock.leave();
    }
  }

  #learn(clock: LoadClock): void {
    this.#keysVersion = clock.keysVersion;
    learnKeys(this.#scope, clock.keys);
  }
}
