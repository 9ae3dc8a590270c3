import type { Runtime } from "../../../core/runtime/runtime.ts";

/** Places of numbers ahead of the offset. */
const [HELD, UNDER_WAY] = [0, 1];
const OFFSET_AT = 8;
const BYTES = 16;

/** Calls that are under way when the clock is to move are waited for this long. */
const DRAIN_MS = 10_000;
const LOOK_EVERY_MS = 5;

/**
 * The SUT's clock as a load follows it, in memory that all threads share. While it is moved no call is under way, so that
 * each request is signed by the clock that the SUT verifies it by.
 */
export class LoadClock {
  readonly shared: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #offset: Float64Array;

  constructor(shared = new SharedArrayBuffer(BYTES)) {
    this.shared = shared;
    this.#numbers = new Int32Array(shared, 0, 2);
    this.#offset = new Float64Array(shared, OFFSET_AT, 1);
  }

  /** How far the SUT's clock is from the host's. */
  get offsetMs(): number {
    return this.#offset[0] ?? 0;
  }

  /** Begins a call; waits while the clock is moved. Rejects when the signal is aborted. */
  async enter(runtime: Pick<Runtime, "sleep">, signal: AbortSignal): Promise<void> {
    for (;;) {
      Atomics.add(this.#numbers, UNDER_WAY, 1);
      if (Atomics.load(this.#numbers, HELD) === 0) return;
      this.leave();
      await runtime.sleep(LOOK_EVERY_MS, signal);
    }
  }

  /** Ends a call. */
  leave(): void {
    Atomics.sub(this.#numbers, UNDER_WAY, 1);
  }

  /** Lets no call begin from now on, until `hold` has ended. */
  stop(): void {
    Atomics.store(this.#numbers, HELD, 1);
  }

  /** Waits until no call is under way, does what moves the clock, and lets calls begin by the new offset. */
  async hold(
    runtime: Pick<Runtime, "now" | "sleep">,
    move: () => Promise<{ readonly offsetMs: number }>,
  ): Promise<void> {
    this.stop();
    try {
      const deadline = runtime.now() + DRAIN_MS;
      while (Atomics.load(this.#numbers, UNDER_WAY) > 0 && runtime.now() < deadline) await runtime.sleep(LOOK_EVERY_MS);
      this.#offset[0] = (await move()).offsetMs;
    } finally {
      Atomics.store(this.#numbers, HELD, 0);
    }
  }
}
