import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { encodeBase64 } from "../../core/signature/base64.ts";
import { witness } from "../run/witness.ts";
import type { Draft } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";
import { waitAsked } from "../wire/retry-after.ts";
import { seal } from "../wire/sealed-request.ts";
import type { Tamper } from "../wire/sealed-request.ts";
import type { Signer } from "../wire/signer.ts";
import { cancellation } from "./cleanup.ts";
import type { Cleanup } from "./cleanup.ts";
import type { SessionContext } from "./context.ts";

/** The signer, and the change that makes the request wrong. */
export interface SealOptions {
  readonly signer?: Signer;
  readonly tamper?: Tamper;
}

/** How often a call that was turned away is sent again. */
const MOST_AGAIN = 5;

/** Signs and sends what a check has made, and keeps what came of it. */
export class Sending {
  readonly #context: SessionContext;
  readonly #cleanup: (task: Cleanup) => void;

  constructor(context: SessionContext, cleanup: (task: Cleanup) => void) {
    this.#context = context;
    this.#cleanup = cleanup;
  }

  /** The bytes of a request, with a new nonce and the present time. */
  seal(draft: Draft, options: SealOptions = {}): HttpRequest {
    const { pack, statement, party } = this.#context;
    return seal(
      pack.dialect.spell(draft),
      {
        policy: pack.policies.envelope,
        baseUrl: statement.baseUrl,
        signer: options.signer ?? party,
        timestampSeconds: Math.floor(this.#context.sutNow() / 1000),
        nonce: this.nonce(),
        timeoutMs: statement.limits.timeoutMs,
      },
      options.tamper,
    );
  }

  /** A nonce of 24 characters of `[0-9A-Za-z]` that no request has carried. */
  nonce(): string {
    return encodeBase64(this.#context.run.nonces.bytes(24)).replaceAll(/[+/=]/g, "0").slice(0, 24);
  }

  async send(draft: Draft, options: SealOptions & { readonly label?: string } = {}): Promise<Exchange> {
    return this.sendSealed(draft, this.seal(draft, options), options.label ?? draft.interface.id);
  }

  /**
   * Sends a request that the check only builds on: where it is turned away for now, it is sent again when the SUT says.
   */
  async sendUntilTaken(draft: Draft, options: SealOptions & { readonly label: string }): Promise<Exchange> {
    const context = this.#context;
    for (let again = 0; ; again += 1) {
      const exchange = await this.send(draft, options);
      const waitMs = again < MOST_AGAIN ? waitAsked(exchange, context.pack, context.sutNow()) : undefined;
      if (waitMs === undefined) return exchange;
      await context.sleep(waitMs);
    }
  }

  /** Sends bytes made before. */
  async sendSealed(draft: Draft, request: HttpRequest, label: string): Promise<Exchange> {
    const startedAt = this.#context.run.runtime.now();
    const outcome = await this.#deliver(request, this.#context.signal);
    return this.#concluded(draft, request, outcome, label, startedAt);
  }

  /** Sends a request and drops the connection after `ms`; an answer that was quicker is thrown away too. */
  async abandon(draft: Draft, ms: number, label: string): Promise<void> {
    const { runtime } = this.#context.run;
    const given = new AbortController();
    const request = this.seal(draft);
    const startedAt = runtime.now();
    let cancel = (): void => {};
    const outcome = await this.#deliver(request, AbortSignal.any([given.signal, this.#context.signal]), () => {
      cancel = runtime.schedule(ms, () => given.abort());
    });
    cancel();
    this.#concluded(draft, request, outcome, label, startedAt);
  }

  /** Releases all requests at once over warm connections. */
  async race(drafts: readonly Draft[], label: string, sealed?: readonly HttpRequest[]): Promise<readonly Exchange[]> {
    const { run, signal } = this.#context;
    this.#context.mustBeAlone("releases requests at once");
    const requests = sealed ?? drafts.map((draft) => this.seal(draft));
    const startedAt = run.runtime.now();
    const outcomes = await run.race(requests);
    signal.throwIfAborted();
    return outcomes.map((outcome, index) =>
      this.#concluded(
        drafts[index] as Draft,
        requests[index] as HttpRequest,
        outcome,
        `${label} ${index + 1}/${drafts.length}`,
        startedAt,
      ),
    );
  }

  async #deliver(
    request: HttpRequest,
    signal: AbortSignal,
    leaving?: () => void,
  ): Promise<HttpResponse | TransportFailure> {
    return this.#context.run.door.send(request, signal, leaving).catch((failure: unknown) => {
      if (failure instanceof TransportFailure) return failure;
      throw failure;
    });
  }

  #concluded(
    draft: Draft,
    request: HttpRequest,
    outcome: HttpResponse | TransportFailure,
    label: string,
    startedAt: number,
  ): Exchange {
    const context = this.#context;
    const exchange = witness(context.run, {
      check: context.check,
      draft,
      request,
      outcome,
      label,
      // It may have waited for room first.
      startedAt: context.run.door.startedAt(request) ?? startedAt,
    });
    context.exchanges.push(exchange.wire);
    if (exchange.answer === undefined) context.signal.throwIfAborted();
    else {
      const giveBack = cancellation(context, draft, exchange.answer);
      if (giveBack !== undefined) this.#cleanup(giveBack);
    }
    return exchange;
  }
}
