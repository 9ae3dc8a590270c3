import { constantsOf } from "../../core/pack/constants.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { encodeBase64 } from "../../core/signature/base64.ts";
import { claimedOf } from "../profile.ts";
import { readsOnly } from "../reads.ts";
import { witness } from "../run/witness.ts";
import type { Call } from "../run/witness.ts";
import { readAnswer } from "../wire/answer.ts";
import type { Draft } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";
import { isFormless, offenceOf } from "../wire/on-the-way.ts";
import { waitAsked } from "../wire/retry-after.ts";
import { seal } from "../wire/sealed-request.ts";
import { sealedParts } from "./sealing.ts";
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

const NONCE_LENGTH = 24;

/** How often a call that was turned away is sent again. */
const MOST_AGAIN = 5;

/** RFC 6585, 4: too many requests. */
const TOO_MANY = 429;

/** Whether a gateway answered in the place of the SUT that calls come too fast for it. */
const isHeldBack = ({ failure, response }: Exchange): boolean =>
  failure?.kind === "gateway" && response?.status === TOO_MANY;

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
      draft,
      {
        envelope: pack.requestEnvelope(draft.interface),
        codecOf: pack.codecOf,
        baseUrl: statement.baseUrl,
        ...(statement.signedPrefix === undefined ? {} : { signedPrefix: statement.signedPrefix }),
        signer: options.signer ?? party,
        timestampSeconds: Math.floor(this.#context.sutNow() / 1000),
        times: pack.times,
        nonce: this.nonce(),
        timeoutMs: statement.limits.timeoutMs,
        ...sealedParts(this.#context, draft.interface, () => this.#text(NONCE_LENGTH)),
        secret: party.sealing,
        encryption: pack.encryption(draft.interface, "request"),
        fresh: (count) => this.#context.run.nonces.bytes(count),
      },
      options.tamper,
    );
  }

  /** A nonce of 24 characters of `[0-9A-Za-z]`, or as near as the pack allows, that no request has carried. */
  nonce(): string {
    const { minLength, maxLength } = this.#context.pack.policies.freshness.nonce ?? { minLength: 1, maxLength: 64 };
    const length = Math.min(maxLength, Math.max(minLength, NONCE_LENGTH));
    return this.#text(length);
  }

  /** So many characters of `[0-9A-Za-z]`. */
  #text(length: number): string {
    return encodeBase64(this.#context.run.nonces.bytes(length)).replaceAll(/[+/=]/g, "0").slice(0, length);
  }

  /** Where a gateway lets a call through later only, it is made anew then, since the SUT has not seen it. */
  async send(draft: Draft, options: SealOptions & { readonly label?: string } = {}): Promise<Exchange> {
    const label = options.label ?? draft.interface.id;
    return this.#untilNot(isHeldBack, () => this.sendSealed(draft, this.seal(draft, options), label));
  }

  /**
   * Sends a request that the check only builds on: where it is turned away for now, it is sent again when the SUT says,
   * and a read whose connection was lost is asked once more.
   */
  async sendUntilTaken(draft: Draft, options: SealOptions & { readonly label: string }): Promise<Exchange> {
    const call = (): Promise<Exchange> => this.sendSealed(draft, this.seal(draft, options), options.label);
    return this.#untilNot(
      () => true,
      async () => {
        const exchange = await call();
        return exchange.failure?.kind === "reset" && readsOnly(draft.interface) ? call() : exchange;
      },
    );
  }

  /** Sends bytes made before. */
  async sendSealed(draft: Draft, request: HttpRequest, label: string): Promise<Exchange> {
    const startedAt = this.#context.run.runtime.now();
    const outcome = await this.#deliver(request, this.#context.signal);
    return this.#concluded({ draft, request, outcome, label, startedAt });
  }

  /** Sends a request and drops the connection after `ms`; an answer that was quicker is thrown away too. */
  async abandon(draft: Draft, ms: number, label: string): Promise<void> {
    const { runtime } = this.#context.run;
    const given = new AbortController();
    const request = this.seal(draft);
    const startedAt = runtime.now();
    let cancel = (): void => {};
    this.#context.run.door.whenLeaving(request, () => {
      cancel = runtime.schedule(ms, () => given.abort());
    });
    const outcome = await this.#deliver(request, AbortSignal.any([given.signal, this.#context.signal]));
    cancel();
    await this.#concluded({ draft, request, outcome, label, startedAt });
  }

  /** Releases all requests at once over warm connections. */
  async race(drafts: readonly Draft[], label: string, sealed?: readonly HttpRequest[]): Promise<readonly Exchange[]> {
    const { run, signal } = this.#context;
    this.#context.mustBeAlone("releases requests at once");
    const requests = sealed ?? drafts.map((draft) => this.seal(draft));
    const startedAt = run.runtime.now();
    const outcomes = await run.race(requests);
    signal.throwIfAborted();
    return Promise.all(
      outcomes.map((outcome, index) =>
        this.#concluded({
          draft: drafts[index] as Draft,
          request: requests[index] as HttpRequest,
          outcome,
          label: `${label} ${index + 1}/${drafts.length}`,
          startedAt,
        }),
      ),
    );
  }

  /** Calls until an answer is none of those meant, or asks for no wait, or has been waited for often enough. */
  async #untilNot(isMeant: (exchange: Exchange) => boolean, call: () => Promise<Exchange>): Promise<Exchange> {
    const context = this.#context;
    for (let again = 0; ; again += 1) {
      const exchange = await call();
      if (again === MOST_AGAIN || !isMeant(exchange)) return exchange;
      const waitMs = waitAsked(exchange, context.pack, context.sutNow());
      if (waitMs === undefined) return exchange;
      const said = `HTTP ${exchange.response?.status ?? ""}`;
      context.run.note("turned-away", {
        en: `Some calls were turned away for now (the first with ${said}) and sent again when the answer said. To call less often, set limits.callsPerSecond or limits.maxConcurrency in the statement.`,
        zh: `部分调用被暂时拒绝（首次为 ${said}），已按应答所示时间重发。如需降低调用频率，请在声明中设置 limits.callsPerSecond 或 limits.maxConcurrency。`,
      });
      await context.sleep(waitMs);
    }
  }

  async #deliver(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse | TransportFailure> {
    return this.#context.run.runtime.transport.send(request, signal).catch((failure: unknown) => {
      if (failure instanceof TransportFailure) return failure;
      throw failure;
    });
  }

  async #concluded(call: Omit<Call, "check" | "refusedOnTheWay">): Promise<Exchange> {
    const context = this.#context;
    const exchange = witness(context.run, {
      ...call,
      check: context.check,
      // It may have waited for room first.
      startedAt: context.run.door.startedAt(call.request) ?? call.startedAt,
      refusedOnTheWay: await this.#refusedOnTheWay(call),
    });
    context.exchanges.push(exchange.wire);
    if (exchange.answer === undefined) context.signal.throwIfAborted();
    else {
      const giveBack = cancellation(context, call.draft, exchange.answer);
      if (giveBack !== undefined) this.#cleanup(giveBack);
    }
    return exchange;
  }

  /** Whether a server ahead of the SUT refused a request that is doubtful as HTTP, or goes where no interface is. */
  async #refusedOnTheWay({ draft, request, outcome }: Pick<Call, "draft" | "request" | "outcome">): Promise<boolean> {
    const { pack, run } = this.#context;
    if (outcome instanceof TransportFailure || outcome.status < 400) return false;
    const offence = offenceOf(request, draft, pack);
    if (offence === undefined || !isFormless(readAnswer(outcome, draft.interface, pack, run.sutKeys, 0, request), pack))
      return false;
    return run.refusals.areOnTheWay(offence, outcome, () => this.#askForRefusals());
  }

  /** Two calls that are ordinary as HTTP and that every SUT refuses itself: one without a signature, one with a wrong one. */
  async #askForRefusals(): Promise<void> {
    const { pack, statement } = this.#context;
    const claimed = claimedOf(pack, statement);
    const one = claimed.find(({ http }) => !http.path.includes("{")) ?? claimed[0];
    if (one === undefined) return;
    const draft: Draft = {
      interface: one,
      path: {},
      // What names the interface stands there, so that the refusal is one of its own.
      query: one.http.select === undefined ? {} : constantsOf(pack.source, one, ["query"]),
      ...(one.request.body === undefined
        ? {}
        : { body: one.http.select === undefined ? {} : constantsOf(pack.source, one, ["body"]) }),
    };
    const wrong: readonly (readonly [string, Tamper])[] = [
      ["an unsigned call, to see how it is refused", { claims: () => undefined }],
      ["a wrongly signed call, to see how it is refused", { signature: (bytes) => bytes.map((byte) => byte ^ 1) }],
    ];
    for (const [label, tamper] of wrong) await this.send(draft, { label, tamper });
  }
}
