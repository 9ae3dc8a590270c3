import { Workspace } from "../../core/unit/workspace.ts";
import { timeKey } from "../../core/lifecycle/rows.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { StoreClosed } from "../store/store.ts";
import type { Store } from "../store/store.ts";

/** Rows being handled at once, the longest sleep (a clock that was moved is noticed then at the latest), and the pause after a failure. */
const IN_FLIGHT = 64;
const LONGEST_SLEEP_MS = 60_000;
const REST_MS = 1_000;

/**
 * Rows of one collection whose keys begin with the time at which something is to happen: timers, notifications,
 * expiries. What is due survives a crash because it is a row; this only looks for it at the right time. A row that is
 * slow to handle keeps its place among those in flight and holds up nobody else's; one that cannot be handled stays
 * where it is and is tried again a little later.
 */
export class DueQueue {
  readonly #runtime: Runtime;
  readonly #store: Store;
  readonly #collection: string;
  readonly #handle: (key: string, value: Json) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #cancel: () => void = () => {};
  readonly #underWay = new Set<string>();
  /** Rows that could not be handled, and until when they are left alone. */
  readonly #resting = new Map<string, number>();
  /** Rows done with while a look was under way, which may still have seen them. */
  readonly #done = new Set<string>();
  #wakeAt = Number.POSITIVE_INFINITY;
  #running = false;
  #again = false;
  #backlog = false;
  #closed = false;

  constructor(options: { readonly runtime: Runtime; readonly store: Store; readonly collection: string; readonly handle: (key: string, value: Json) => Promise<void>; readonly onError: (error: unknown) => void }) {
    this.#runtime = options.runtime;
    this.#store = options.store;
    this.#collection = options.collection;
    this.#handle = options.handle;
    this.#onError = options.onError;
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
      this.#run().catch(this.#onError);
    });
  }

  /** For a clock that was moved: the time at which it meant to look next no longer says how long to wait. */
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
        this.#done.clear();
        const { due, next } = await this.#look();
        if (this.#closed) return;
        const now = this.#runtime.now();
        for (const [key, until] of this.#resting) if (until <= now) this.#resting.delete(key);
        const free = due.filter(({ key }) => !this.#underWay.has(key) && !this.#done.has(key) && !this.#resting.has(key));
        const started = free.slice(0, IN_FLIGHT - this.#underWay.size);
        this.#backlog = free.length > started.length;
        for (const { key, value } of started) this.#start(key, value);
        if (this.#again) continue;
        this.#running = false;
        const soonest = Math.min(next ?? Number.POSITIVE_INFINITY, ...this.#resting.values());
        if (soonest < Number.POSITIVE_INFINITY) this.wake(soonest);
      } while (this.#again);
    } catch (error) {
      if (!(error instanceof StoreClosed)) throw error;
    } finally {
      this.#running = false;
    }
  }

  #start(key: string, value: Json): void {
    this.#underWay.add(key);
    this.#handle(key, value).then(
      () => this.#finish(key),
      (error: unknown) => {
        if (!(error instanceof StoreClosed)) this.#onError(error);
        this.#resting.set(key, this.#runtime.now() + REST_MS);
        this.#finish(key);
      },
    );
  }

  #finish(key: string): void {
    this.#underWay.delete(key);
    if (this.#running) this.#done.add(key);
    // With a backlog, one look for many free places is cheaper than one for each.
    if (!this.#backlog || this.#underWay.size <= IN_FLIGHT / 2) this.wake(this.#runtime.now());
  }

  #look(): Promise<{ readonly due: readonly { readonly key: string; readonly value: Json }[]; readonly next: number | undefined }> {
    const now = this.#runtime.now();
    const collection = this.#collection;
    // Rows in flight or at rest may stand ahead of those that can be taken up.
    const limit = IN_FLIGHT + this.#underWay.size + this.#resting.size + 1;
    return this.#store.transact(function* (): Unit<{ due: { key: string; value: Json }[]; next: number | undefined }> {
      const work = new Workspace();
      const found = yield* work.scan({ collection, from: "", below: "~", limit });
      const rows = found.keys.map((key, index) => ({ key, value: found.values[index] as Json }));
      const due = rows.filter(({ key }) => key < timeKey(now + 1));
      return work.outcome({ due, next: due.length < rows.length ? Number((rows[due.length] as { key: string }).key.slice(0, 15)) : undefined });
    });
  }
}
