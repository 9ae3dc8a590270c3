import { pairScheme } from "../../../core/signature/schemes.ts";
import type { RunScope } from "../../run/scope.ts";
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
    const { learnedKeys, pack } = this.#scope;
    const { algorithms } = pack.policies.envelope;
    for (const { serial, token, publicPem } of clock.keys)
      if (learnedKeys.every((known) => known.serial !== serial))
        learnedKeys.push({ serial, token, key: pairScheme(algorithms[token] ?? "").publicKey(publicPem) });
  }
}
