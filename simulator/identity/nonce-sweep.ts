import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import type { NonceRow } from "../pipeline/freshness.ts";
import { StoreClosed } from "../store/store.ts";
import type { Store } from "../store/store.ts";

/** Rows looked at in one unit: few enough that no call waits for it. */
const SLICE = 256;

/**
 * Forgets the nonces whose messages are too old to be taken for fresh. It walks over all of them from time to time, a
 * slice at a time, instead of keeping for each one a second row that says when: there are as many as calls.
 * Whether a nonce still counts is judged by its own row, so nothing depends on when this comes by.
 */
export class NonceSweep {
  readonly #runtime: Runtime;
  readonly #store: Store;
  readonly #everyMs: number;
  readonly #onError: (error: unknown) => void;
  #cancel: (() => void) | undefined;
  #walking = false;
  #closed = false;

  /** `lifetimeMs`: how long a nonce counts; a walk comes twice in that time, while there is anything to forget. */
  constructor(options: { readonly runtime: Runtime; readonly store: Store; readonly lifetimeMs: number; readonly onError: (error: unknown) => void }) {
    this.#runtime = options.runtime;
    this.#store = options.store;
    this.#everyMs = Math.ceil(options.lifetimeMs / 2);
    this.#onError = options.onError;
  }

  /** There may be nonces: sees to it that a walk comes. */
  wake(): void {
    if (this.#closed || this.#walking || this.#cancel !== undefined) return;
    this.#cancel = this.#runtime.schedule(this.#everyMs, () => {
      this.#cancel = undefined;
      this.#walk().catch((error: unknown) => {
        if (!(error instanceof StoreClosed)) this.#onError(error);
      });
    });
  }

  /** For a clock that was moved: what is old may have become so at once. */
  clockMoved(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.wake();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #walk(): Promise<void> {
    this.#walking = true;
    let left = 0;
    try {
      for (let from = ""; !this.#closed; ) {
        const slice = await this.#forget(from);
        left += slice.left;
        if (slice.next === undefined) break;
        from = slice.next;
        await this.#runtime.yield();
      }
    } finally {
      this.#walking = false;
    }
    if (left > 0) this.wake();
  }

  #forget(from: string): Promise<{ readonly left: number; readonly next: string | undefined }> {
    const now = this.#runtime.now();
    return this.#store.transact(function* (): Unit<{ left: number; next: string | undefined }> {
      const work = new Workspace();
      const { keys, values } = yield* work.scan({ collection: "nonce", from, below: "\x7f", limit: SLICE });
      let left = 0;
      for (let at = 0; at < keys.length; at += 1) {
        const [until] = values[at] as unknown as NonceRow;
        if (until <= now) work.put("nonce", keys[at] as string, undefined);
        else left += 1;
      }
      // The next key there can be: nothing stands between a key and itself with one more of the lowest character.
      return work.outcome({ left, next: keys.length < SLICE ? undefined : `${keys.at(-1) ?? ""} ` });
    });
  }
}
