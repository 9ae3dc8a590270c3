import type { Engine } from "../../core/lifecycle/engine.ts";
import { outboxReceiver } from "../../core/lifecycle/outbox.ts";
import type { OutboxRow } from "../../core/lifecycle/outbox.ts";
import type { Moment } from "../../core/lifecycle/parts.ts";
import type { Timer } from "../../core/lifecycle/timer.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import type { NonceBook } from "../identity/nonce-book.ts";
import { NonceSweep } from "../identity/nonce-sweep.ts";
import type { Notifier } from "../notifier/notifier.ts";
import type { Store } from "../store/store.ts";
import { DueQueue } from "./due-queue.ts";

export interface DueWorkOptions {
  readonly engine: Engine;
  readonly runtime: Runtime;
  readonly store: Store;
  readonly notifier: Notifier;
  /** False parks notifications in the outbox. */
  readonly deliver: boolean;
  readonly onError: (error: unknown) => void;
}

/** Everything that a simulator does later than a call: timers, notifications, and forgetting of nonces. */
export class DueWork {
  readonly #engine: Engine;
  readonly #runtime: Runtime;
  readonly #store: Store;
  readonly #timers: DueQueue;
  readonly #deliveries: DueQueue | undefined;
  readonly #sweep: NonceSweep;

  constructor({ engine, runtime, store, notifier, deliver, onError }: DueWorkOptions) {
    this.#engine = engine;
    this.#runtime = runtime;
    this.#store = store;
    this.#timers = new DueQueue({
      runtime,
      store,
      collection: "timer",
      handle: (key, timer) => this.#fire(key, timer as unknown as Timer),
      onError,
    });
    this.#deliveries = deliver
      ? new DueQueue({
          runtime,
          store,
          collection: "outbox",
          receiverOf: outboxReceiver,
          handle: (key, row) => notifier.attempt(key, row as unknown as OutboxRow),
          onError,
        })
      : undefined;
    this.#sweep = new NonceSweep({ runtime, store, onError });
  }

  /** Takes up nonces that an earlier life has used. */
  restore(nonces: NonceBook): Promise<void> {
    return this.#sweep.restore(nonces);
  }

  /** Told which collections may have new rows. A woken queue looks for itself what is due and when the next is. */
  wake(collections: readonly string[]): void {
    if (collections.includes("timer")) this.#timers.wake(this.#runtime.now());
    if (collections.includes("outbox")) this.#deliveries?.wake(this.#runtime.now());
    if (collections.includes("nonce")) this.#sweep.wake();
  }

  /** Looks for timers and notifications once a change is made; gives what the change gave. */
  async after<T>(change: Promise<T>): Promise<T> {
    const result = await change;
    this.wake(["timer", "outbox"]);
    return result;
  }

  clockMoved(): void {
    this.#timers.clockMoved();
    this.#deliveries?.clockMoved();
    this.#sweep.clockMoved();
  }

  close(): void {
    this.#timers.close();
    this.#deliveries?.close();
    this.#sweep.close();
  }

  async #fire(key: string, timer: Timer): Promise<void> {
    const moment = { now: this.#runtime.now(), entropy: this.#runtime.random("entropy").bytes(16) };
    this.wake(await this.#store.transact(() => this.#firing(key, timer, moment)));
  }

  // A method, because a generator function made anew for each timer costs a hidden class each.
  *#firing(key: string, timer: Timer, moment: Moment): Unit<readonly string[]> {
    const work = new Workspace();
    work.put("timer", key, undefined);
    yield* this.#engine.fire(work, timer, moment);
    const { writes } = work.outcome(undefined);
    return { result: writes.map(({ collection }) => collection), writes };
  }
}
