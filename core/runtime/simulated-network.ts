import type { HttpRequest, HttpResponse, RandomStream } from "./runtime.ts";
import { TransportFailure } from "./runtime.ts";
import { abortFailure, protocolFailure, timeoutFailure } from "./transport-error.ts";
import { framedHeaders, MAX_ANSWER_BYTES } from "./wire.ts";

/** How the way to one origin and back behaves. Rates are shares of the requests, from 0 to 1. */
export interface NetworkConditions {
  /** Each way takes this many milliseconds, evenly drawn, both ends included. */
  readonly latencyMs: readonly [least: number, most: number];
  /** The request never arrives; the sender runs into its timeout. */
  readonly requestLossRate: number;
  /** The request is carried out, its answer never arrives. */
  readonly answerLossRate: number;
  /** The request arrives a second time, on its own latency; that answer goes nowhere. */
  readonly duplicateRate: number;
}

const UNDISTURBED: NetworkConditions = {
  latencyMs: [1, 1],
  requestLossRate: 0,
  answerLossRate: 0,
  duplicateRate: 0,
};

export type Handler = (request: HttpRequest) => Promise<HttpResponse>;

/** The controls of the network, for tests. */
export interface SimulatedNetwork {
  /** Answers for `origin` (`https://bank.test`). The returned function stops listening. Throws when it is taken. */
  listen(origin: string, handler: Handler): () => void;
  /** Sets what is named for one origin, or with `"default"` for all that have no setting of their own. */
  conditions(origin: string, settings: Partial<NetworkConditions>): void;
}

/** What the network needs of the clock. */
export interface NetworkClock {
  schedule(ms: number, task: () => void): () => void;
}

/** The owner of timers and promises: once dead it receives nothing more, and its listeners hang up. */
export interface Owner {
  readonly alive: boolean;
  onKill(task: () => void): void;
}

interface Listener {
  readonly handler: Handler;
  readonly owner: Owner;
  /** Tells every caller whose request is being handled that the connection is gone. */
  readonly underWay: Set<() => void>;
}

/** What comes back to the caller. */
type Outcome = { readonly response: HttpResponse } | { readonly failure: TransportFailure };

interface Fate {
  readonly outMs: number;
  readonly backMs: number;
  readonly requestLost: boolean;
  readonly answerLost: boolean;
  readonly duplicated: boolean;
  /** How long the copy takes. */
  readonly secondOutMs: number;
}

/**
 * Carries requests between parties in virtual time. Every request draws the same number of values from its origin's
 * stream whatever the settings, so that turning one rate leaves the fate of other requests as it was.
 */
export class NetworkCore {
  readonly #clock: NetworkClock;
  readonly #random: (stream: string) => RandomStream;
  readonly #listeners = new Map<string, Listener>();
  readonly #settings = new Map<string, Partial<NetworkConditions>>();

  constructor(clock: NetworkClock, random: (stream: string) => RandomStream) {
    this.#clock = clock;
    this.#random = random;
  }

  conditions(origin: string, settings: Partial<NetworkConditions>): void {
    const name = origin === "default" ? origin : originOf(origin);
    const merged = { ...this.#settings.get(name), ...settings };
    const { latencyMs, requestLossRate, answerLossRate, duplicateRate } = { ...UNDISTURBED, ...merged };
    const wrongRate = [requestLossRate, answerLossRate, duplicateRate].find((rate) => !(rate >= 0 && rate <= 1));
    if (wrongRate !== undefined)
      throw new RangeError(`Network conditions of ${origin}: a rate is from 0 to 1, not ${wrongRate}.`);
    if (!(latencyMs[0] >= 0 && latencyMs[0] <= latencyMs[1] && latencyMs.every(Number.isSafeInteger)))
      throw new RangeError(
        `Network conditions of ${origin}: latencyMs is [least, most] in whole milliseconds, not [${latencyMs.join(", ")}].`,
      );
    this.#settings.set(name, merged);
  }

  listen(origin: string, handler: Handler, owner: Owner): () => void {
    const name = originOf(origin);
    if (this.#listeners.has(name))
      throw new Error(
        `${name} is already listened to; stop the first listener, or kill its generation, before another starts.`,
      );
    const listener: Listener = { handler, owner, underWay: new Set() };
    this.#listeners.set(name, listener);
    const stop = (): void => {
      if (this.#listeners.get(name) === listener) this.#listeners.delete(name);
    };
    owner.onKill(() => {
      stop();
      for (const hangUp of listener.underWay) hangUp();
      listener.underWay.clear();
    });
    return stop;
  }

  send(request: HttpRequest, signal: AbortSignal | undefined, caller: Owner): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const { url } = request;
      if (signal?.aborted === true) return reject(abortFailure(url, false, signal.reason));
      let origin: string;
      try {
        origin = originOf(url);
      } catch (error) {
        return reject(protocolFailure(url, error instanceof Error ? error.message : String(error), false));
      }

      let over = false;
      const end = (settle: () => void): void => {
        if (over) return;
        over = true;
        cancelTimeout();
        signal?.removeEventListener("abort", abort);
        if (caller.alive) settle();
      };
      const fail = (failure: TransportFailure): void => end(() => reject(failure));
      const abort = (): void => fail(abortFailure(url, true, signal?.reason));
      const cancelTimeout = this.#clock.schedule(request.timeoutMs, () =>
        fail(timeoutFailure(url, request.timeoutMs, true)),
      );
      signal?.addEventListener("abort", abort, { once: true });
      this.#carry(origin, request, (outcome) =>
        "failure" in outcome ? fail(outcome.failure) : end(() => resolve(outcome.response)),
      );
    });
  }

  /** Brings a request to its origin and what comes of it back, as far as the network loses neither. */
  #carry(origin: string, request: HttpRequest, arrive: (outcome: Outcome) => void): void {
    const { url } = request;
    const { outMs, backMs, requestLost, answerLost, duplicated, secondOutMs } = this.#fateAt(origin);
    const back = (outcome: Outcome): void => {
      if (!answerLost) this.#clock.schedule(backMs, () => arrive(outcome));
    };
    const framed = { ...request, headers: framedHeaders(request, new URL(url)) };
    if (!requestLost)
      this.#clock.schedule(outMs, () =>
        this.#deliver(origin, framed, {
          answered: (response) => back(answered(request, response)),
          refused: () => back({ failure: refusedFailure(url) }),
          cut: (cause) => back({ failure: cutFailure(url, cause) }),
        }),
      );
    if (duplicated)
      this.#clock.schedule(secondOutMs, () =>
        this.#deliver(origin, framed, { answered: () => {}, refused: () => {}, cut: () => {} }),
      );
  }

  /** Draws what becomes of one request. */
  #fateAt(origin: string): Fate {
    const conditions = this.#conditionsOf(origin);
    const draw = this.#random(`network ${origin}`);
    return {
      outMs: latency(draw, conditions),
      backMs: latency(draw, conditions),
      requestLost: happens(draw, conditions.requestLossRate),
      answerLost: happens(draw, conditions.answerLossRate),
      duplicated: happens(draw, conditions.duplicateRate),
      secondOutMs: latency(draw, conditions),
    };
  }

  #deliver(
    origin: string,
    request: HttpRequest,
    caller: { answered(response: HttpResponse): void; refused(): void; cut(cause?: unknown): void },
  ): void {
    const listener = this.#listeners.get(origin);
    if (listener === undefined) return caller.refused();
    const hangUp = (): void => caller.cut();
    listener.underWay.add(hangUp);
    // A listener killed meanwhile has hung up already.
    const settle = (tell: () => void): void => {
      if (listener.underWay.delete(hangUp)) tell();
    };
    // Copies, as over a wire: what one side does to its bytes does not reach the other.
    listener.handler({ ...request, body: new Uint8Array(request.body) }).then(
      (response) => settle(() => caller.answered({ ...response, body: new Uint8Array(response.body) })),
      (error: unknown) => settle(() => caller.cut(error)),
    );
  }

  #conditionsOf(origin: string): NetworkConditions {
    return { ...UNDISTURBED, ...this.#settings.get("default"), ...this.#settings.get(origin) };
  }
}

function originOf(url: string): string {
  const { origin, protocol } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:")
    throw new TypeError(`only http: and https: are spoken here, not ${protocol}`);
  return origin;
}

const latency = (draw: RandomStream, { latencyMs: [least, most] }: NetworkConditions): number =>
  least + draw.below(most - least + 1);

const happens = (draw: RandomStream, rate: number): boolean => draw.below(1_000_000) < rate * 1_000_000;

function answered({ url, mostAnswerBytes = MAX_ANSWER_BYTES }: HttpRequest, response: HttpResponse): Outcome {
  return response.body.length > mostAnswerBytes
    ? { failure: protocolFailure(url, `the answer's body is longer than ${mostAnswerBytes} bytes`, true) }
    : { response };
}

const refusedFailure = (url: string): TransportFailure =>
  new TransportFailure(
    "refused",
    `${url}: nothing accepts connections there: is the peer running, and are host and port right?`,
    false,
  );

const cutFailure = (url: string, cause: unknown): TransportFailure =>
  new TransportFailure("reset", `${url}: the peer closed the connection before its answer was whole.`, true, cause);
