import type { Runtime } from "../../core/runtime/runtime.ts";

/** The simulator's clock: the runtime's, moved by an offset that the control plane sets. Waits stay in real time. */
export class SettableClock {
  readonly runtime: Runtime;
  #offsetMs: number;
  readonly #listeners: (() => void)[] = [];

  constructor(base: Runtime, offsetMs = 0) {
    this.#offsetMs = offsetMs;
    this.runtime = {
      now: () => base.now() + this.#offsetMs,
      sleep: (ms, signal) => base.sleep(ms, signal),
      schedule: (ms, task) => base.schedule(ms, task),
      yield: () => base.yield(),
      random: (stream) => base.random(stream),
      offload: base.offload,
      transport: base.transport,
    };
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Moves the clock by so much; what has become due is taken up at once. */
  advance(ms: number): void {
    this.#offsetMs += ms;
    for (const listener of this.#listeners) listener();
  }

  reset(): void {
    this.advance(-this.#offsetMs);
  }

  onMove(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
