import { formatOf } from "../../core/codec/codecs.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { requestTarget } from "../../core/runtime/wire.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";
import { readRefusal, UNKNOWN_REFUSAL } from "./refusal.ts";
import type { ReadRefusal } from "./refusal.ts";
import { judgedSignature } from "./answer-signature.ts";
import type { AnswerSignature } from "./answer-signature.ts";
import type { Claims, WireEnvelope } from "./envelope/wire-envelope.ts";
import type { VerifyingKey } from "./signer.ts";

/** What an answer says, read once and leniently: judging is the session's business. */
export interface Answer {
  /** HTTP status; of a refusal that the pack sends with the status of all refusals, that of its code. */
  readonly status: number;
  /** The status on the wire. */
  readonly httpStatus: number;
  readonly body: Uint8Array;
  /** The body as JSON, a refusal in the form that suites read; undefined when it is no JSON. */
  readonly json: Json | undefined;
  /** The body as JSON, word for word. */
  readonly written: Json | undefined;
  /** Set where a good answer is not encrypted as the pack says, whatever else it is. */
  readonly inClear?: true;
  /** The error code, when the body carries one. */
  readonly code: string | undefined;
  /** What it carries besides its payload, whatever it is worth. */
  readonly claims: Claims;
  readonly signature: AnswerSignature;
}

export function readAnswer(
  response: HttpResponse,
  one: Interface,
  pack: Pick<
    PackView,
    "policies" | "times" | "envelope" | "answerEnvelope" | "requestEnvelope" | "error" | "readBody" | "decrypted"
  >,
  keys: readonly VerifyingKey[],
  nowSeconds: number,
  request: HttpRequest,
): Answer {
  const clock = { nowSeconds, skewSeconds: pack.policies.freshness.clockSkewSeconds, times: pack.times };
  const envelope = answeringEnvelope(one, response, pack);
  const read = envelope.readAnswer(response);
  const written = pack.readBody(one, "response", read.body);
  const refusal = refusalIn(one, response.status, read.body, written, pack);
  const inClear = refusal === undefined && pack.decrypted(one, "response", read.body) === undefined;
  return {
    status: refusal?.status ?? response.status,
    httpStatus: response.status,
    body: response.body,
    json: refusal !== undefined ? refusal.json : inClear ? undefined : written,
    written,
    ...(inClear ? { inClear } : {}),
    code: refusal?.code,
    claims: read.claims,
    signature: judgedSignature(
      envelope,
      { ...read, status: response.status },
      keys,
      callerOf(one, request, pack),
      clock,
    ),
  };
}

/** What refuses before it is known which interface was meant is written like all other answers. */
function answeringEnvelope(
  one: Interface,
  response: HttpResponse,
  pack: Pick<PackView, "policies" | "envelope" | "answerEnvelope" | "error" | "readBody">,
): WireEnvelope {
  const own = pack.answerEnvelope(one);
  if (own === pack.envelope) return own;
  const { body } = pack.envelope.readAnswer(response);
  const code = refusalIn(one, response.status, body, pack.readBody(one, "response", body), pack)?.code;
  return code !== undefined && pack.error(code)?.stage === "route" ? pack.envelope : own;
}

/** The refusal that an answer is; where a text acknowledges notifications, any other answer to one refuses it. */
function refusalIn(
  one: Interface,
  status: number,
  body: Uint8Array,
  written: Json | undefined,
  pack: Pick<PackView, "policies" | "error">,
): ReadRefusal | undefined {
  const { acknowledgeBody } = pack.policies.notification;
  if (one.notification !== undefined && acknowledgeBody !== undefined && status < 400) {
    if (new TextDecoder().decode(body) === acknowledgeBody) return undefined;
    return readRefusal(status, written, pack, true) ?? { status: UNKNOWN_REFUSAL, json: written, code: undefined };
  }
  return readRefusal(status, written, pack, formatOf(one.response.representation) !== undefined);
}

/** The party that a request names, where a receiver that reads strictly can tell. */
function callerOf(
  one: Interface,
  request: HttpRequest,
  { requestEnvelope, policies }: Pick<PackView, "requestEnvelope" | "policies">,
): string | undefined {
  const { bodyBytes, depth, members } = policies.limits;
  const opened = requestEnvelope(one).openRequest(
    { ...request, target: requestTarget(request.url) },
    { bytes: bodyBytes, depth, members },
  );
  return opened.ok ? opened.party : undefined;
}
