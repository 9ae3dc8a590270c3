import { EventQueue } from "./event-queue.ts";
import { hostTurn } from "./live.ts";

/** Nothing is left to happen, or time does not advance: the promise that is waited for cannot settle. */
export class Stalled extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Stalled";
  }
}

/** A clock that advances from event to event, and only when nothing is runnable and no host operation is under way. */
export class VirtualClock {
  readonly #queue = new EventQueue();
  readonly #eventsPerInstant: number;
  #nowMs: number;
  #operations = 0;
  #idle = (): void => {};
  #driving = false;

  constructor(startAt: number, eventsPerInstant: number) {
    this.#nowMs = startAt;
    this.#eventsPerInstant = eventsPerInstant;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Sets the clock forward where no event is left until then. */
  advanceTo(timeMs: number): void {
    if (timeMs > this.#nowMs) this.#nowMs = timeMs;
  }

  /** Runs a task after a delay in milliseconds. Returns a function that cancels it. */
  schedule(ms: number, task: () => void): () => void {
    if (Number.isNaN(ms)) throw new RangeError("A delay must be a number of milliseconds, not NaN.");
    const event = this.#queue.add(this.#nowMs + Math.max(0, Math.ceil(ms)), task);
    return () => void (event.task = undefined);
  }

  /** Makes virtual time wait for a host operation. */
  track<T>(operation: Promise<T>): Promise<T> {
    this.#operations++;
    whenSettled(operation, () => {
      this.#operations--;
      if (this.#operations === 0) this.#idle();
    });
    return operation;
  }

  /** Lets events happen until `finished`, until none is left, or up to and including `untilMs`. */
  async drive(finished: () => boolean, untilMs: number): Promise<void> {
    if (this.#driving)
      throw new Error(
        "This runtime is being driven already: await the first run() or runUntil() before starting another.",
      );
    this.#driving = true;
    let inThisInstant = 0;
    try {
      for (;;) {
        await this.#settle();
        if (finished()) return;
        const next = this.#queue.peek();
        if (next === undefined || next.timeMs > untilMs) return;
        this.#queue.take();
        inThisInstant = next.timeMs > this.#nowMs ? 0 : inThisInstant + 1;
        if (inThisInstant > this.#eventsPerInstant)
          throw new Stalled(
            `More than ${this.#eventsPerInstant} events happened at ${new Date(this.#nowMs).toISOString()} without time passing: something yields or sleeps 0 ms in a loop.`,
          );
        this.#nowMs = next.timeMs;
        next.task?.();
      }
    } finally {
      this.#driving = false;
    }
  }

  /** Everything runnable runs: promise jobs, then tracked host operations and what follows from them. */
  async #settle(): Promise<void> {
    await hostTurn();
    while (this.#operations > 0) {
      await new Promise<void>((resolve) => (this.#idle = resolve));
      await hostTurn();
    }
  }
}

/** Tells when a promise is settled, either way. */
export function whenSettled(promise: Promise<unknown>, tell: () => void): void {
  promise.then(
    () => tell(),
    () => tell(),
  );
}
