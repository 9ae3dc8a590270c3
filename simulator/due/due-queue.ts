import { Workspace } from "../../core/unit/workspace.ts";
import { timeKey } from "../../core/lifecycle/rows.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { StoreClosed } from "../store/store.ts";
import type { Store } from "../store/store.ts";

/** How many due rows are taken up at once, and the longest sleep: a clock that was moved is noticed then at the latest. */
const BATCH = 64;
const LONGEST_SLEEP_MS = 60_000;

/**
 * Rows of one collection whose keys begin with the time at which something is to happen: timers, notifications,
 * expiries. What is due survives a crash because it is a row; this only looks for it at the right time.
 */
export class DueQueue {
  readonly #runtime: Runtime;
  readonly #store: Store;
  readonly #collection: string;
  readonly #handle: (key: string, value: Json) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #cancel: () => void = () => {};
  #wakeAt = Number.POSITIVE_INFINITY;
  #running = false;
  #again = false;
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

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (;;) {
        this.#again = false;
        const { due, next } = await this.#look();
        if (this.#closed) return;
        if (due.length === 0) {
          if (this.#again) continue;
          this.#running = false;
          if (next !== undefined) this.wake(next);
          return;
        }
        const results = await Promise.allSettled(due.map(({ key, value }) => this.#handle(key, value)));
        const failed = results.filter((result) => result.status === "rejected");
        for (const { reason } of failed) if (!(reason instanceof StoreClosed)) this.#onError(reason);
        // A row that cannot be handled stays where it is; looking again at once would spin.
        if (failed.length > 0) {
          this.#running = false;
          this.wake(this.#runtime.now() + 1000);
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof StoreClosed)) throw error;
    } finally {
      this.#running = false;
    }
  }

  #look(): Promise<{ readonly due: readonly { readonly key: string; readonly value: Json }[]; readonly next: number | undefined }> {
    const now = this.#runtime.now();
    const collection = this.#collection;
    return this.#store.transact(function* (): Unit<{ due: { key: string; value: Json }[]; next: number | undefined }> {
      const work = new Workspace();
      const found = yield* work.scan({ collection, from: "", below: "~", limit: BATCH });
      const rows = found.keys.map((key, index) => ({ key, value: found.values[index] as Json }));
      const due = rows.filter(({ key }) => key < timeKey(now + 1));
      return work.outcome({ due, next: due.length < rows.length ? Number((rows[due.length] as { key: string }).key.slice(0, 15)) : undefined });
    });
  }
}
