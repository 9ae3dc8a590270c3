import { Session } from "../../session.ts";
import { controlOf } from "../../wire/counterparty.ts";
import type { ControlCall } from "../../wire/counterparty.ts";
import type { PeerExchange } from "../../wire/peer-exchange.ts";
import { TransportFailure } from "../../../core/runtime/runtime.ts";
import type { RunScope } from "../../run/scope.ts";

/** How long a question to the journal waits for something new, in milliseconds. */
const WAIT_MS = 1_000;

/** Exchanges of one answer. */
const LIMIT = 100;

/** An answer of the journal. */
interface Page {
  readonly next: number;
  /** Exchanges that it no longer held when it was asked. */
  readonly missed?: number;
  readonly requests: readonly PeerExchange[];
}

/**
 * Follows what arrives at our counterparty from now on. The journal keeps the last exchanges only, so it is read while
 * the load goes on, and of each exchange `take` keeps what it needs.
 */
export class PeerWatch {
  readonly session: Session;
  readonly #call: ControlCall;
  readonly #take: (exchange: PeerExchange) => void;
  readonly #sinceMs: number;
  readonly #following: Promise<void>;
  #after = 0;
  #missed = 0;
  #failure: unknown;

  /** @throws TypeError without a counterparty */
  constructor(scope: RunScope, signal: AbortSignal, take: (exchange: PeerExchange) => void) {
    if (scope.counterparty === undefined) throw new TypeError("no counterparty listens");
    this.session = new Session(scope, "load.peer", new AbortController().signal);
    this.#call = controlOf(new Session(scope, "load.peer", signal), scope.counterparty);
    this.#take = take;
    this.#sinceMs = scope.runtime.now();
    this.#following = this.#follow(signal);
  }

  /** Exchanges that were dropped before they were read: then nothing can be said of what was not seen. */
  get missed(): number {
    return this.#missed;
  }

  /** Reads what has arrived by now. @throws what kept the journal from being read */
  async readAll(): Promise<void> {
    await this.#following;
    if (this.#failure !== undefined) throw this.#failure;
    const call = controlOf(this.session, this.session.run.counterparty as NonNullable<RunScope["counterparty"]>);
    while ((await this.#read(call, 0)) === LIMIT);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted)
      try {
        await this.#read(this.#call, WAIT_MS);
      } catch (failure) {
        if (signal.aborted && failure instanceof TransportFailure) return;
        this.#failure = failure;
        return;
      }
  }

  /** How many there were. */
  async #read(call: ControlCall, waitMs: number): Promise<number> {
    const query = new URLSearchParams({
      after: String(this.#after),
      since: String(this.#sinceMs),
      limit: String(LIMIT),
      wait_ms: String(waitMs),
    });
    // The control plane is our own.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const page = (await call("GET", `/requests?${query.toString()}`, undefined, waitMs)) as unknown as Page;
    if (this.#after > 0) this.#missed += page.missed ?? 0;
    this.#after = page.next;
    for (const exchange of page.requests) if (exchange.direction === "in") this.#take(exchange);
    return page.requests.length;
  }
}
