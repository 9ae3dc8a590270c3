/*
 * Facts: the exchanges of a simulator, or the events of a run, in their order, for all that watch: terminal, files,
 * control plane.
 *
 * A publisher keeps its facts anyway (a journal, an event log), and a subscriber is no more than a place in them. So
 * there is no queue to bound: a fact costs its publisher nothing while no one listens, and a slow subscriber falls
 * behind instead of holding the publisher up.
 */

/** A stream of facts that can be subscribed to. */
export interface Facts<T> {
  /**
   * Gives the listener each fact from now on, in order, one at a time, and never while it is published: in a later turn.
   * A listener that returns a promise gets the next fact when that is settled.
   */
  subscribe(listener: (fact: T) => void | Promise<void>, options: SubscribeOptions): Subscription;
}

export interface SubscribeOptions {
  /** Begins with the oldest fact that is still held, instead of the next one to come. */
  readonly from?: "held";
  /** Told how many facts were lost, ahead of the one after them: they were no longer held when their turn came. */
  readonly onMissed?: (count: number) => void;
  /**
   * Told what the listener or `onMissed` threw, or rejected with; the listener gets the next fact all the same. Told,
   * too, why facts cannot be read any more, which ends the subscription; so does an error of its own.
   */
  readonly onError: (error: unknown) => void;
}

export interface Subscription {
  /** Resolves when the listener has had everything that there is. Rejects with what `onError` threw. */
  settled(): Promise<void>;
  /** Ends it: the listener gets nothing more. */
  unsubscribe(): void;
}

/** Where a publisher holds its facts. */
export interface HeldFacts<T> {
  /** A place in them: ahead of the oldest that is held, or after the newest. */
  reader(from: "oldest" | "newest"): FactReader<T>;
}

/** A subscriber's place. */
export interface FactReader<T> {
  /** The next fact, or how many were lost ahead of it; undefined when there is none yet. */
  next(): { readonly fact: T } | { readonly missed: number } | undefined;
  /** Gives back what reading took. */
  close(): void;
}

/** Facts that a subscriber is given in one turn; then others have theirs. */
const A_TURN = 64;

/** The subscribers of one publisher. */
export class FactStream<T> implements Facts<T> {
  readonly #held: HeldFacts<T>;
  readonly #turn: () => Promise<void>;
  readonly #subscribers = new Set<Subscriber<T>>();

  /** `turn` is `Runtime.yield`, or another promise of a later turn. */
  constructor(held: HeldFacts<T>, turn: () => Promise<void>) {
    this.#held = held;
    this.#turn = turn;
  }

  /** To be called by the publisher when it holds more than before. */
  published(): void {
    for (const subscriber of this.#subscribers) subscriber.wake();
  }

  subscribe(listener: (fact: T) => void | Promise<void>, options: SubscribeOptions): Subscription {
    const subscriber = new Subscriber({
      reader: this.#held.reader(options.from === "held" ? "oldest" : "newest"),
      listener,
      options,
      turn: this.#turn,
      onEnd: () => this.#subscribers.delete(subscriber),
    });
    this.#subscribers.add(subscriber);
    subscriber.wake();
    return { settled: () => subscriber.settled(), unsubscribe: () => subscriber.end() };
  }
}

interface SubscriberParts<T> {
  readonly reader: FactReader<T>;
  readonly listener: (fact: T) => void | Promise<void>;
  readonly options: SubscribeOptions;
  readonly turn: () => Promise<void>;
  readonly onEnd: () => void;
}

/** One listener with its place. It is asleep until something is published, and then reads until there is no more. */
class Subscriber<T> {
  readonly #parts: SubscriberParts<T>;
  #reading: Promise<void> | undefined;
  #more = false;
  #ended = false;
  /** What `onError` threw: the publisher has no use for it, and the one that awaits `settled` has. */
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: SubscriberParts<T>) {
    this.#parts = parts;
  }

  wake(): void {
    // What is published while it reads on may come after its last look.
    this.#more = true;
    this.#reading ??= this.#read();
  }

  async settled(): Promise<void> {
    await this.#reading;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#parts.onEnd();
    this.#parts.reader.close();
  }

  /** Never rejects: nothing awaits it in the publisher, where a rejection would end the process. */
  async #read(): Promise<void> {
    do {
      this.#more = false;
      await this.#parts.turn();
      for (let given = 1; !this.#ended && (await this.#readOne()); given += 1) {
        if (given < A_TURN) continue;
        this.#more = true;
        break;
      }
    } while (this.#more && !this.#ended);
    this.#reading = undefined;
  }

  /** Gives the listener the next fact; false when there is none. */
  async #readOne(): Promise<boolean> {
    const { reader, listener, options } = this.#parts;
    let next: ReturnType<FactReader<T>["next"]>;
    try {
      next = reader.next();
    } catch (error) {
      // It would say the same at every look.
      this.#tell(error);
      this.end();
      return false;
    }
    if (next === undefined) return false;
    try {
      if ("missed" in next) options.onMissed?.(next.missed);
      else await listener(next.fact);
    } catch (error) {
      this.#tell(error);
    }
    return true;
  }

  #tell(error: unknown): void {
    try {
      this.#parts.options.onError(error);
    } catch (thrown) {
      this.#failure = { error: thrown };
      this.end();
    }
  }
}
