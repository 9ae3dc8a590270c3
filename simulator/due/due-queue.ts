import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import { StoreClosed } from "../store/store.ts";
import type { Store } from "../store/store.ts";
import { look } from "./look.ts";
import type { DueRow, Seen } from "./look.ts";
import { Places } from "./places.ts";

/** The longest sleep (a clock that was moved is noticed then at the latest), and the pause after a failure. */
const LONGEST_SLEEP_MS = 60_000;
const REST_MS = 1_000;

export interface DueQueueOptions {
  readonly runtime: Runtime;
  readonly store: Store;
  readonly collection: string;
  readonly handle: (key: string, value: Json) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /**
   * Returns the receiver prefix of a key; one receiver's rows never delay those of another. By default keys begin with
   * the time.
   */
  readonly receiverOf?: (key: string) => string;
}

/**
 * Rows of one collection whose keys say the time at which something is to happen: timers, notifications, expiries.
 * What is due survives a crash because it is a row; the queue only looks for it at the right time. A slow row occupies one
 * of its receiver's places in flight; a row whose handler fails stays in the collection and is tried again later.
 */
export class DueQueue {
  readonly #runtime: Runtime;
  readonly #store: Store;
  readonly #collection: string;
  readonly #handle: (key: string, value: Json) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #receiverOf: (key: string) => string;
  readonly #places = new Places();
  #cancel: () => void = () => {};
  readonly #underWay = new Set<string>();
  /** Rows whose handler failed, and the time of their next try. */
  readonly #resting = new Map<string, number>();
  /** Rows that ended while a look was under way, which may still list them. */
  readonly #done = new Set<string>();
  #wakeAt = Number.POSITIVE_INFINITY;
  #running = false;
  #again = false;
  #closed = false;

  constructor(options: DueQueueOptions) {
    this.#runtime = options.runtime;
    this.#store = options.store;
    this.#collection = options.collection;
    this.#handle = options.handle;
    this.#onError = options.onError;
    this.#receiverOf = options.receiverOf ?? (() => "");
  }

  /** Makes sure that the queue is looked at when `dueMs` comes. */
  wake(dueMs: number): void {
    if (this.#closed) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    if (dueMs >= this.#wakeAt) return;
    this.#cancel();
    this.#wakeAt = dueMs;
    this.#cancel = this.#runtime.schedule(Math.min(LONGEST_SLEEP_MS, Math.max(0, dueMs - this.#runtime.now())), () => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.#run().catch((error: unknown) => {
        this.#onError(error);
        // There may be no row in flight whose end would trigger the next look.
        this.wake(this.#runtime.now() + REST_MS);
      });
    });
  }

  /** Call it when the clock was moved, since the planned wait for the next look is then wrong. */
  clockMoved(): void {
    this.#cancel();
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#resting.clear();
    this.wake(this.#runtime.now());
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      do {
        this.#again = false;
        let soonest = Number.POSITIVE_INFINITY;
        for (let from: string | undefined = ""; from !== undefined;) {
          const { due, next, goOn } = await this.#look(from);
          if (this.#closed) return;
          for (const row of due) this.#takeUp(row);
          soonest = Math.min(soonest, next);
          from = goOn;
        }
        if (this.#again) continue;
        this.#running = false;
        for (const until of this.#resting.values()) soonest = Math.min(soonest, until);
        if (soonest < Number.POSITIVE_INFINITY) this.wake(soonest);
      } while (this.#again);
    } catch (error) {
      if (!(error instanceof StoreClosed)) throw error;
    } finally {
      this.#running = false;
    }
  }

  #look(from: string): Promise<Seen> {
    const now = this.#runtime.now();
    for (const [key, until] of this.#resting) if (until <= now) this.#resting.delete(key);
    this.#done.clear();
    this.#places.beforeLook();
    return this.#store.transact(() =>
      look({
        collection: this.#collection,
        from,
        now,
        receiverOf: this.#receiverOf,
        places: this.#places,
        passOver: this.#passOver,
      }),
    );
  }

  readonly #passOver = (key: string): boolean =>
    this.#underWay.has(key) || this.#done.has(key) || this.#resting.has(key);

  #takeUp({ receiver, key, value }: DueRow): void {
    if (this.#passOver(key) || !this.#places.take(receiver)) return;
    this.#underWay.add(key);
    this.#handle(key, value).then(
      () => this.#finish(receiver, key),
      (error: unknown) => {
        if (!(error instanceof StoreClosed)) this.#onError(error);
        this.#resting.set(key, this.#runtime.now() + REST_MS);
        this.#finish(receiver, key);
      },
    );
  }

  #finish(receiver: string, key: string): void {
    this.#underWay.delete(key);
    if (this.#running) this.#done.add(key);
    if (this.#places.giveBack(receiver)) this.wake(this.#runtime.now());
  }
}
