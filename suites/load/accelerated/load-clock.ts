import type { Runtime } from "../../../core/runtime/runtime.ts";
import type { ListedSutKey } from "../caller-news.ts";

/** Places of numbers ahead of the text. */
const [HELD, UNDER_WAY, KEYS_VERSION, KEYS_BYTES] = [0, 1, 2, 3];
const OFFSET_AT = 16;
const TEXT_AT = 24;
const TEXT_BYTES = 65_536;

/** Calls that are under way when the clock is to move are waited for this long. */
const DRAIN_MS = 10_000;
const LOOK_EVERY_MS = 5;

/**
 * The SUT's clock as a load follows it, in memory that all threads share. While it is moved no call is under way, so that
 * each request is signed by the clock that the SUT verifies it by. What the SUT announces of its keys is handed on with it.
 */
export class LoadClock {
  readonly shared: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #offset: Float64Array;
  readonly #text: Uint8Array;

  constructor(shared = new SharedArrayBuffer(TEXT_AT + TEXT_BYTES)) {
    this.shared = shared;
    this.#numbers = new Int32Array(shared, 0, 4);
    this.#offset = new Float64Array(shared, OFFSET_AT, 1);
    this.#text = new Uint8Array(shared, TEXT_AT, TEXT_BYTES);
  }

  /** How far the SUT's clock is from the host's. */
  get offsetMs(): number {
    return this.#offset[0] ?? 0;
  }

  /** Grows when keys were announced. */
  get keysVersion(): number {
    return Atomics.load(this.#numbers, KEYS_VERSION);
  }

  /** All keys that were announced. */
  get keys(): readonly ListedSutKey[] {
    const bytes = Atomics.load(this.#numbers, KEYS_BYTES);
    if (bytes === 0) return [];
    // It was written by `announce`. A decoder takes no shared memory.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return JSON.parse(new TextDecoder().decode(this.#text.slice(0, bytes))) as readonly ListedSutKey[];
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

  /** Hands keys on to all threads, while no call is under way. @throws RangeError where they have no room */
  announce(keys: readonly ListedSutKey[]): void {
    const bytes = new TextEncoder().encode(JSON.stringify([...this.keys, ...keys]));
    if (bytes.length > TEXT_BYTES)
      throw new RangeError(`${bytes.length} bytes of keys; there is room for ${TEXT_BYTES}`);
    this.#text.set(bytes);
    Atomics.store(this.#numbers, KEYS_BYTES, bytes.length);
    Atomics.add(this.#numbers, KEYS_VERSION, 1);
  }
}
