import { timeKey } from "../../core/lifecycle/rows.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import { StoreClosed } from "../store/store.ts";
import type { Store } from "../store/store.ts";
import { untilOf } from "./nonce-book.ts";
import type { NonceBook } from "./nonce-book.ts";

/** Rows looked at in one unit: few enough that no call waits for it. */
const SLICE = 256;

/** Old rows harm nobody; there is no hurry. */
const EVERY_MS = 30_000;

/** What happens to the rows of nonces besides being used: taken up by a new life, and deleted when they no longer count. */
export class NonceSweep {
  readonly #runtime: Runtime;
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  #cancel: (() => void) | undefined;
  #walking = false;
  #closed = false;

  constructor(options: {
    readonly runtime: Runtime;
    readonly store: Store;
    readonly onError: (error: unknown) => void;
  }) {
    this.#runtime = options.runtime;
    this.#store = options.store;
    this.#onError = options.onError;
  }

  /** Before the first call is answered: what earlier lives have left is still refused. */
  async restore(book: NonceBook): Promise<void> {
    const nowSeconds = this.#runtime.now() / 1000;
    for (let from: string | undefined = timeKey(this.#runtime.now()); from !== undefined;) {
      const keys = await this.#keysFrom(from);
      for (const key of keys) book.restore(key, nowSeconds);
      // Nothing stands between a key and itself with one more of the lowest character.
      from = keys.length < SLICE ? undefined : `${keys.at(-1) ?? ""} `;
    }
  }

  /** There are nonces: sees to it that they are deleted one day. */
  wake(): void {
    if (this.#closed || this.#walking || this.#cancel !== undefined) return;
    this.#cancel = this.#runtime.schedule(EVERY_MS, () => {
      this.#cancel = undefined;
      this.#walk().catch((error: unknown) => {
        if (!(error instanceof StoreClosed)) this.#onError(error);
      });
    });
  }

  /** For a clock that was moved: the time at which it meant to look next no longer says how long to wait. */
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
    let left = true;
    try {
      for (let more = true; more && !this.#closed;) {
        ({ more, left } = await this.#forget());
        await this.#runtime.yield();
      }
    } finally {
      this.#walking = false;
    }
    if (left) this.wake();
  }

  #forget(): Promise<{ readonly more: boolean; readonly left: boolean }> {
    const nowSeconds = this.#runtime.now() / 1000;
    return this.#store.transact(function* (): Unit<{ more: boolean; left: boolean }> {
      const work = new Workspace();
      const { keys } = yield* work.scan({ collection: "nonce", from: "", below: "\x7f", limit: SLICE });
      const old = keys.filter((key) => untilOf(key) <= nowSeconds);
      for (const key of old) work.put("nonce", key, undefined);
      return work.outcome({ more: old.length === SLICE, left: keys.length > old.length });
    });
  }

  #keysFrom(from: string): Promise<readonly string[]> {
    return this.#store.transact(function* (): Unit<readonly string[]> {
      const { keys } = yield { scan: { collection: "nonce", from, below: "\x7f", limit: SLICE } };
      return { result: keys, writes: [] };
    });
  }
}
