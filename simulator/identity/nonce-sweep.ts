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

/** Old rows do no harm, so the sweep may wait. */
const EVERY_MS = 30_000;

/** Restores the rows of nonces after a restart, and deletes them when they no longer count. */
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

  /** Runs before the first call is answered, so that nonces used before the restart are still refused. */
  async restore(book: NonceBook): Promise<void> {
    const nowSeconds = this.#runtime.now() / 1000;
    for (let from: string | undefined = timeKey(this.#runtime.now()); from !== undefined;) {
      const keys = await this.#keysFrom(from);
      for (const key of keys) book.restore(key, nowSeconds);
      // No key lies between a key and the same key with the lowest character appended.
      from = keys.length < SLICE ? undefined : `${keys.at(-1) ?? ""} `;
    }
  }

  /** Called when nonces were written: schedules their deletion. */
  wake(): void {
    if (this.#closed || this.#walking || this.#cancel !== undefined) return;
    this.#cancel = this.#runtime.schedule(EVERY_MS, () => {
      this.#cancel = undefined;
      this.#walk().catch((error: unknown) => {
        if (!(error instanceof StoreClosed)) this.#onError(error);
      });
    });
  }

  /** Call it when the clock was moved, since the planned wait for the next look is then wrong. */
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
