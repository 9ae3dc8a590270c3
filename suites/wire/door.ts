import type { HttpRequest, HttpResponse, Runtime, TransportFailure } from "../../core/runtime/runtime.ts";
import { abortFailure } from "../../core/runtime/transport-error.ts";
import type { Statement } from "../statement/statement.ts";

/** The part of a statement that says how the SUT may be called. */
export type Admitted = Pick<Statement, "baseUrl" | "headers" | "hooks" | "limits">;

type Race = (requests: readonly HttpRequest[]) => Promise<readonly (HttpResponse | TransportFailure)[]>;

interface Waiting {
  readonly places: number;
  admit(): void;
}

/** Stands for the value of a header that is the statement's own. */
const MASKED = "******";

/**
 * The one way by which calls go to the SUT: never more at once than `limits.maxConcurrency`, and on average never more a
 * second than `limits.callsPerSecond`. First come, first served. What goes elsewhere (hooks, our counterparty) is not
 * counted.
 */
export class Door {
  readonly #runtime: Runtime;
  readonly #statement: Admitted;
  readonly #started = new WeakMap<HttpRequest, number>();
  readonly #leaving = new WeakMap<HttpRequest, () => void>();
  readonly #queue: Waiting[] = [];
  readonly #origin: string;
  #free: number;
  #nextAt = 0;

  constructor(runtime: Runtime, statement: Admitted) {
    this.#runtime = runtime;
    this.#statement = statement;
    this.#origin = new URL(statement.baseUrl).origin;
    this.#free = statement.limits.maxConcurrency;
  }

  /** `Transport.send`, once there is room. */
  async send(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    if (!this.#counts(request)) return this.#runtime.transport.send(request, signal);
    const leave = await this.#enter(1, request.url, signal);
    try {
      this.#started.set(request, this.#runtime.now());
      this.#leaving.get(request)?.();
      return await this.#runtime.transport.send(this.#dressed(request), signal);
    } finally {
      leave();
    }
  }

  /** Has `task` run when a request leaves, after it has waited for room. */
  whenLeaving(request: HttpRequest, task: () => void): void {
    this.#leaving.set(request, task);
  }

  /** Releases all requests at once, once there is room for all of them. */
  async race(requests: readonly HttpRequest[], release: Race): Promise<readonly (HttpResponse | TransportFailure)[]> {
    const [first] = requests;
    if (first === undefined) return [];
    const leave = await this.#enter(requests.length, first.url);
    try {
      for (const request of requests) this.#started.set(request, this.#runtime.now());
      return await release(requests.map((request) => this.#dressed(request)));
    } finally {
      leave();
    }
  }

  /** When a request left, after it had waited for room; by the harness's clock. */
  startedAt(request: HttpRequest): number | undefined {
    return this.#started.get(request);
  }

  /** A request as evidence shows it: with the statement's own headers, their values masked. */
  shown(request: HttpRequest): HttpRequest {
    return this.#counts(request) ? this.#dressed(request, MASKED) : request;
  }

  /** A request with the statement's own headers. One that a check has given another value keeps that. */
  #dressed(request: HttpRequest, masked?: string): HttpRequest {
    const { headers = [] } = this.#statement;
    if (headers.length === 0) return request;
    const own = new Set(request.headers.map(([name]) => name.toLowerCase()));
    const added = headers
      .filter(([name]) => !own.has(name.toLowerCase()))
      .map(([name, value]) => [name, masked ?? value] as const);
    return { ...request, headers: [...request.headers, ...added] };
  }

  #counts({ url }: HttpRequest): boolean {
    const { hooks } = this.#statement;
    return new URL(url).origin === this.#origin && (hooks === undefined || !url.startsWith(`${hooks.url}/`));
  }

  async #enter(wanted: number, url: string, signal?: AbortSignal): Promise<() => void> {
    // A burst wider than the statement allows would otherwise wait for ever; its check keeps to the limit.
    const places = Math.min(wanted, this.#statement.limits.maxConcurrency);
    await this.#room(places, url, signal);
    const leave = (): void => {
      this.#free += places;
      this.#admit();
    };
    try {
      await this.#pace(wanted, signal);
    } catch {
      leave();
      throw abortFailure(url, false, signal?.reason);
    }
    return leave;
  }

  #room(places: number, url: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(abortFailure(url, false, signal.reason));
      const waiting: Waiting = {
        places,
        admit: () => {
          signal?.removeEventListener("abort", giveUp);
          resolve();
        },
      };
      const giveUp = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(abortFailure(url, false, signal?.reason));
        this.#admit();
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#queue.push(waiting);
      this.#admit();
    });
  }

  #admit(): void {
    for (let next = this.#queue[0]; next !== undefined && next.places <= this.#free; next = this.#queue[0]) {
      this.#queue.shift();
      this.#free -= next.places;
      next.admit();
    }
  }

  /** Waits for the turn of so many calls; those of a burst leave together, and what comes next waits for all of them. */
  async #pace(calls: number, signal?: AbortSignal): Promise<void> {
    const { callsPerSecond } = this.#statement.limits;
    if (callsPerSecond === undefined) return;
    const now = this.#runtime.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + (calls * 1000) / callsPerSecond;
    if (at > now) await this.#runtime.sleep(at - now, signal);
  }
}
