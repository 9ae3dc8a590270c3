import { signatureScheme } from "../../core/signature/schemes.ts";
import { headerValues } from "../../core/envelope/headers.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import type { CallResult } from "../../core/lifecycle/call-result.ts";
import type { Engine } from "../../core/lifecycle/engine.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Interface, Role } from "../../core/pack/types.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import { redaction } from "../../core/redaction/redaction.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import type { DrawnFault, Switchboard } from "../faults/switchboard.ts";
import { WISH_HEADER, wishOf } from "../faults/wish.ts";
import type { Wish } from "../faults/wish.ts";
import type { RawRequest, RawResponse } from "../http/raw.ts";
import type { Identity } from "../identity/identity.ts";
import { freshNonce } from "../identity/nonce.ts";
import type { NonceBook } from "../identity/nonce-book.ts";
import type { Journal } from "../journal/journal.ts";
import { StoreClosed } from "../store/store.ts";
import type { Store } from "../store/store.ts";
import type { Admission } from "./admission.ts";
import { sign } from "./answer.ts";
import { AnswerForm } from "./answer-form.ts";
import type { Known } from "./answer-form.ts";
import type { AnsweredCaller, Unsigned } from "./answer.ts";
import { boundTo } from "./bound-certificate.ts";
import { decode } from "./decode.ts";
import { faultCode, unavailableCode } from "./fault-code.ts";
import { freshness } from "./freshness.ts";
import type { Freshness, NonceClaim } from "./freshness.ts";
import { goodAnswer } from "./good-answer.ts";
import type { Refusal, Staged } from "./refusal.ts";
import { identified } from "./request-id.ts";
import { route } from "./route.ts";
import { routeHint } from "./route-hint.ts";
import type { Routed } from "./route.ts";
import { packRouter } from "./router.ts";
import type { Router } from "./router.ts";
import { earlierRequests } from "./signature-hint.ts";
import { verifySignature } from "./verify-signature.ts";
import type { Signed } from "./verify-signature.ts";

/** What the provider's side of a call is made of. */
export interface Provider {
  readonly pack: Pack;
  readonly role: Role;
  /** Finds the interface that a request is for. Default: the pack's routes. */
  readonly router?: Router;
  readonly engine: Engine;
  readonly identity: Identity;
  readonly runtime: Runtime;
  readonly store: Store;
  readonly journal: Journal;
  readonly switchboard: Switchboard;
  readonly nonces: NonceBook;
  /** Refusals of a signature explain themselves. */
  readonly testMode: boolean;
  /** Where peers reach us. */
  readonly baseUrl: () => string;
  /** Delays a call until it is admitted; without one a call starts at once. */
  readonly admission?: Admission;
  /** Calls under way at once; beyond it a call is refused as overload. */
  readonly maxInFlight: number;
  /** Called after a commit that left rows with later work (timers, notifications, nonces). */
  readonly onWork: (collection: (typeof WORK)[number]) => void;
  readonly onInternalError: (error: unknown) => void;
}

/** What is known of a call when its answer is made. */
interface Judged {
  readonly interface?: Interface;
  readonly party?: string;
  readonly algorithm?: string;
  /** The decoded request, once there is one. */
  readonly request?: Readonly<Record<string, Json>>;
  readonly answer: Unsigned;
  readonly code?: string;
  /** The refusal that the call wished for. */
  readonly wish?: string;
  /** Why it was refused, as far as test mode explains it; masked. */
  readonly explanation?: Json;
  readonly drawn: readonly DrawnFault[];
  /** The signed answer, where it was begun before. */
  readonly signed?: Promise<RawResponse>;
}

/** A call that a fault leaves without an answer. */
interface Unanswered {
  readonly wire: NonNullable<RawResponse["wire"]>;
  readonly drawn: readonly DrawnFault[];
  readonly interface?: Interface;
}

/** The outcome of a call. */
type Decision = CallResult | { readonly kind: "refusal"; readonly refusal: Refusal };

/** Collections whose rows mean later work. */
const WORK = ["timer", "outbox", "nonce"] as const;

interface Decided {
  readonly decision: Decision;
  /** What the commit left rows in. */
  readonly left: readonly (typeof WORK)[number][];
}

/** What the unit of a call works on. */
interface CallWork {
  readonly routed: Routed;
  readonly signed: Signed;
  readonly decoded: Staged<Readonly<Record<string, Json>>>;
  readonly now: number;
  readonly entropy: Uint8Array;
  readonly claim: NonceClaim | undefined;
  /** Set when the unit was carried out. */
  decided: Decision | undefined;
}

/** One call from bytes to bytes: stages, one commit, the durable gate, the signed answer, the journal. */
export class Exchange {
  readonly #provider: Provider;
  readonly #router: Router;
  readonly #freshness: Freshness;
  readonly #redact: Redaction;
  /** Whether some party shares a secret with us, so that an answer can only be signed to a party. */
  readonly #shared: boolean;
  readonly #form: AnswerForm;
  #inFlight = 0;

  constructor(provider: Provider) {
    this.#provider = provider;
    this.#router = provider.router ?? packRouter(provider.pack, provider.role);
    this.#freshness = freshness(provider.pack, provider.nonces);
    this.#redact = redaction(provider.pack.source);
    this.#shared = Object.values(provider.pack.envelope.algorithms).some(
      (name) => signatureScheme(name).keys === "secret",
    );
    this.#form = new AnswerForm(provider);
  }

  /** Calls that are not answered yet. */
  get underWay(): number {
    return this.#inFlight;
  }

  async handle(request: RawRequest): Promise<RawResponse> {
    const { journal, runtime, switchboard, admission } = this.#provider;
    const at = runtime.now();
    // At capacity, refuse the newest call.
    const overload = this.#inFlight >= this.#provider.maxInFlight;
    this.#inFlight += 1;
    try {
      if (admission !== undefined) await admission.enter();
      const judged = await this.#judge(request, at, overload);
      let response: RawResponse;
      if ("wire" in judged) {
        response = { status: 0, headers: [], body: new Uint8Array(0), wire: judged.wire };
      } else {
        response = await (judged.signed ?? this.#sign(judged, request));
        response = identified(response, runtime);
        if (judged.drawn.length > 0)
          response = await switchboard.after(judged.drawn, request, response, () =>
            journal.answeredTo(judged.interface?.id, "party" in judged ? judged.party : undefined),
          );
      }
      journal.record({
        direction: "in",
        at,
        durationMs: runtime.now() - at,
        request,
        response,
        faults: [
          ...judged.drawn.map(({ fault }) => fault.name),
          ...("wish" in judged && judged.wish !== undefined ? [`wish:${judged.wish}`] : []),
        ],
        ...(judged.interface === undefined ? {} : { interface: judged.interface.id }),
        ...("party" in judged && judged.party !== undefined ? { party: judged.party } : {}),
        ...("code" in judged && judged.code !== undefined ? { code: judged.code } : {}),
        ...("explanation" in judged && judged.explanation !== undefined ? { explanation: judged.explanation } : {}),
      });
      return response;
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #judge(request: RawRequest, at: number, overload: boolean): Promise<Judged | Unanswered> {
    const { pack, identity, switchboard, testMode, baseUrl, journal } = this.#provider;
    const { stages } = pack.source.manifest.policies;

    const routed = route(pack, this.#router, request);
    if (!routed.ok) {
      const hint = testMode ? routeHint(pack, this.#provider.role, request, routed.refusal) : undefined;
      return this.#refused({ ...routed.refusal, ...(hint === undefined ? {} : { hint }) }, {});
    }
    const known = { interface: routed.value.interface };

    const wish: Wish = testMode ? wishOf(request.headers, known.interface, switchboard) : { kind: "none" };
    if (wish.kind === "unknown")
      return this.#refused(
        { code: stages.decode, stage: "decode", detail: { field: WISH_HEADER, issue: wish.issue, location: "header" } },
        known,
      );
    const drawn = [
      ...switchboard.draw(known.interface.id, "call", request),
      ...(wish.kind === "fault" ? [wish.drawn] : []),
    ];
    if (drawn.length > 0) {
      const action = await switchboard.before(drawn, request);
      if (action !== undefined && "wire" in action) return { wire: action.wire, drawn, ...known };
      if (action !== undefined)
        return this.#refused({ code: faultCode(pack, action.refuse, known.interface) }, { ...known, drawn });
    }
    // Shedding early keeps what is accepted fast: a queue without end only moves the failure to the caller's timeout.
    if (overload) return this.#refused({ code: stages.overload }, { ...known, drawn });

    const signed = verifySignature(
      pack,
      identity,
      known.interface,
      { method: request.method, target: request.target, headers: request.headers, body: routed.value.body },
      at,
      { testMode, baseUrl, redact: this.#redact, earlier: () => earlierRequests(journal) },
    );
    if (!signed.ok) return this.#refused(signed.refusal, { ...known, drawn });
    const signer = { ...known, drawn, party: signed.value.peer.record.party_id, algorithm: signed.value.algorithm };

    const bound = boundTo(pack, signed.value.peer, request.clientCertificate);
    if (!bound.ok) return this.#refused(bound.refusal, signer);

    const fresh = this.#freshness.checkTimestamp(signed.value, at);
    if (!fresh.ok) return this.#refused(fresh.refusal, signer);

    const decoded = decode(
      pack,
      routed.value,
      signed.value,
      { identity, headers: request.headers, now: at },
      testMode ? this.#redact : undefined,
    );
    const who = decoded.ok ? { ...signer, request: decoded.value } : signer;
    if (decoded.ok && wish.kind === "refusal")
      return this.#refused(this.#declined(wish.code), { ...who, wish: wish.code });
    try {
      const { decided, durable } = this.#commit(routed.value, signed.value, decoded, at);
      // The answer is signed during the write, sent only after it, and dropped when the write fails.
      const early = decided === undefined || drawn.length > 0 ? undefined : this.#begin(who, decided, request);
      early?.catch(() => {});
      const { decision, left } = await durable;
      for (const collection of left) this.#provider.onWork(collection);
      return await (early !== undefined && decision === decided ? early : this.#judged(who, decision));
    } catch (error) {
      if (error instanceof StoreClosed) return this.#refused({ code: unavailableCode(pack) }, who);
      this.#provider.onInternalError(error);
      return this.#refused({ code: stages.system }, who);
    }
  }

  /**
   * One unit, one commit: the nonce, and the effects or the refusal of the call. `durable` resolves when that is on the
   * disk, for reads and refusals too, so that an answer never tells of something that a crash undoes. `decided` is the
   * outcome if the commit succeeds; undefined with a store that has not run the unit yet.
   */
  #commit(
    routed: Routed,
    signed: Signed,
    decoded: Staged<Readonly<Record<string, Json>>>,
    now: number,
  ): { readonly decided: Decision | undefined; readonly durable: Promise<Decided> } {
    const work: CallWork = {
      routed,
      signed,
      decoded,
      now,
      entropy: this.#provider.runtime.random("entropy").bytes(16),
      claim: this.#freshness.claim(signed, now),
      decided: undefined,
    };
    const durable = this.#provider.store.transact(() => this.#unit(work));
    return { decided: work.decided, durable };
  }

  // A generator function made anew for each call would cost a hidden class each, which lives long and keeps the call's
  // objects alive.
  *#unit(call: CallWork): Unit<Decided> {
    const { pack, engine } = this.#provider;
    const { stages } = pack.source.manifest.policies;
    const { routed, signed, decoded, now, entropy } = call;
    const work = new Workspace();
    let decision: Decision;
    if ((yield* this.#freshness.useNonce(work, call.claim)) === "replayed") {
      decision = {
        kind: "refusal",
        refusal: {
          code: stages["freshness.replay"] ?? stages.signature,
          stage: "freshness",
          detail: {
            field: "nonce",
            issue: "this nonce was used before; sign every message anew, retries too",
            location: "header",
          },
        },
      };
    } else if (!decoded.ok) {
      decision = { kind: "refusal", refusal: decoded.refusal };
    } else {
      decision = yield* engine.call(work, {
        interface: routed.interface,
        party: signed.peer.record,
        request: decoded.value,
        now,
        entropy,
      });
    }
    call.decided = decision;
    const { writes } = work.outcome(undefined);
    return {
      result: { decision, left: WORK.filter((collection) => writes.some((write) => write.collection === collection)) },
      writes,
    };
  }

  #judged(who: Omit<Judged, "answer" | "code">, decision: Decision): Judged {
    if (decision.kind === "refusal")
      return this.#refused("refusal" in decision ? decision.refusal : this.#declined(decision.code), who);
    const called = who.interface as Interface;
    const answer = goodAnswer(this.#provider, called, decision, who.party);
    return { ...who, answer: this.#form.good(called, answer, () => this.#known(who)) };
  }

  /** A refusal of the rules themselves: by a guard, or because the number is known already. */
  #declined(code: string): Refusal {
    return this.#provider.pack.error(code).stage === "idempotency" ? { code } : { code, stage: "guards" };
  }

  #known({ party, request }: Pick<Judged, "party" | "request">): Known {
    const record = party === undefined ? undefined : this.#provider.identity.peer(party)?.record;
    return { ...(record === undefined ? {} : { party: record }), ...(request === undefined ? {} : { request }) };
  }

  /**
   * An answer whose signature is under way. An error here is thrown where the answer is awaited, after the wait for the
   * disk.
   */
  async #begin(who: Omit<Judged, "answer" | "code">, decision: Decision, request: RawRequest): Promise<Judged> {
    const judged = this.#judged(who, decision);
    const signed = this.#sign(judged, request);
    signed.catch(() => {});
    return { ...judged, signed };
  }

  /** The party that a refused request says it is from: under a shared secret no other key could sign its refusal. */
  #claimed({ method, target, headers, body }: RawRequest): AnsweredCaller {
    const { pack } = this.#provider;
    const { bodyBytes, depth, members } = pack.source.manifest.policies.limits;
    if (!(body instanceof Uint8Array)) return {};
    const opened = pack.envelope.openRequest({ method, target, headers, body }, { bytes: bodyBytes, depth, members });
    return opened.ok && opened.party !== undefined ? { party: opened.party } : {};
  }

  /** Who is answered, and with which key of ours, where the request asks for one. */
  #answered(judged: Judged, request: RawRequest): AnsweredCaller {
    const member = judged.interface?.response.member;
    const known = member === undefined ? judged : { ...judged, member };
    const to = judged.party === undefined && this.#shared ? { ...known, ...this.#claimed(request) } : known;
    const { askedSerial: name } = this.#provider.pack.envelope;
    if (name === undefined) return to;
    const [asked, second] = headerValues(request.headers, name.toLowerCase());
    return asked === undefined || second !== undefined ? to : { ...to, askedSerial: asked };
  }

  #sign(judged: Judged, request: RawRequest): Promise<RawResponse> {
    const { pack, identity, runtime, switchboard } = this.#provider;
    const { drawn } = judged;
    const [fault, answer] =
      drawn.length === 0
        ? [{}, judged.answer]
        : [
            switchboard.signing(drawn, request),
            { ...judged.answer, body: switchboard.saying(drawn, request, judged.answer.body) },
          ];
    return sign(
      pack,
      identity,
      runtime,
      this.#answered(judged, request),
      answer,
      fault,
      freshNonce(runtime.random("answer-nonce")),
    );
  }

  #refused(refusal: Refusal, known: Omit<Partial<Judged>, "answer" | "code">): Judged {
    return {
      drawn: [],
      ...known,
      code: refusal.code,
      ...(refusal.hint === undefined ? {} : { explanation: refusal.hint }),
      answer: this.#form.refusal(refusal, () => this.#known(known)),
    };
  }
}
