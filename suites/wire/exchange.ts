import type { CodecOf } from "../../core/codec/codecs.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { WireExchange } from "../../core/run/finding.ts";
import type { HttpRequest, HttpResponse, TransportFailure } from "../../core/runtime/runtime.ts";
import type { PackView } from "../pack-view.ts";
import { partyField } from "../profile.ts";
import { isBare } from "./answer-signature.ts";
import type { Answer } from "./answer.ts";
import { bodyOf, fieldsOf, targetOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Signer } from "./signer.ts";

/** One call and what came of it. */
export interface Exchange {
  readonly draft: Draft;
  readonly label: string;
  /** Present when the SUT answered. */
  readonly answer?: Answer;
  /** The raw answer, from the SUT or a gateway. */
  readonly response?: HttpResponse;
  /** Present when the SUT did not answer: the outcome is unknown until a query settles it. */
  readonly failure?: NoAnswer;
  readonly wire: WireExchange;
}

/**
 * Why the SUT did not answer: nothing came, a gateway answered in its place, or others had moved its clock (`clock`), so
 * that it looked at nothing but that.
 */
export interface NoAnswer {
  readonly kind: TransportFailure["kind"] | "gateway" | "clock";
  readonly message: string;
  /** The message in both languages. */
  readonly said: Bilingual;
  /** Whether any byte of the request can have reached the SUT. */
  readonly sent: boolean;
  /** A server on the way refused the request, so that it had no effect. */
  readonly refused?: true;
}

/** Why there is no answer, in a word or two. */
export function whyNone({ failure }: Exchange): Bilingual {
  if (failure === undefined) return { en: "no answer", zh: "无应答" };
  return ["gateway", "clock"].includes(failure.kind) ? failure.said : { en: failure.kind, zh: failure.said.zh };
}

/**
 * With these a gateway says that it got nothing from the server behind it, in time or at all (RFC 9110, 15.6.3 to
 * 15.6.5), or that it let nothing through (RFC 6585, 4).
 */
const OF_A_GATEWAY = new Set([429, 502, 503, 504]);

/**
 * Whether an answer is a gateway's own: a status with which one speaks for a server that it did not reach, and neither a
 * signature, which only the SUT can make, nor a code of the pack. It says as little about the call, and about the SUT,
 * as a lost connection.
 */
export function ofGateway({ status, code, signature }: Answer, pack: Pick<PackView, "error">): boolean {
  return OF_A_GATEWAY.has(status) && (code === undefined || pack.error(code) === undefined) && isBare(signature);
}

/** Whom a request speaks for: the party that its message names, else the one that signs. */
export function partyOf(draft: Draft, signer: Signer): string {
  const named = fieldsOf(draft)[partyField(draft.interface) ?? ""];
  return typeof named === "string" ? named : signer.partyId;
}

/** Whether the bytes that went out say what the draft, as it is spelled on the wire, says. */
export function faithful(draft: Draft, request: HttpRequest, codecOf: CodecOf): boolean {
  const body = bodyOf(draft, codecOf);
  return (
    request.method === draft.interface.http.method &&
    request.url.endsWith(targetOf(draft)) &&
    body.length === request.body.length &&
    body.every((byte, index) => byte === request.body[index])
  );
}
