import type { Codec } from "../../core/codec/codec.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { BodySealing } from "../../core/sealing/body/carried.ts";
import { statusAt } from "../../core/pack/error-code.ts";
import type { Interface } from "../../core/pack/types.ts";
import { maskAccountNumbers } from "../../core/redaction/mask.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Headers } from "../../core/envelope/headers.ts";
import type { AnswerMessage } from "../../core/envelope/message.ts";
import type { SigningFault } from "../faults/fault.ts";
import type { RawResponse } from "../http/raw.ts";
import { carriedTo } from "../identity/body-sealing.ts";
import type { Identity } from "../identity/identity.ts";
import type { Refusal } from "./refusal.ts";

const NONE = new Uint8Array(0);

export interface Unsigned {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
  readonly signed: boolean;
  /** How the body is encrypted for the caller; absent: it goes in clear. */
  readonly sealing?: BodySealing;
  readonly headers?: readonly (readonly [string, string])[];
}

export function bodyAnswer(codec: Codec, status: number, body: unknown): Unsigned {
  return { status, contentType: codec.contentType, body: codec.encode(body), signed: true };
}

/** A text that acknowledges a notification; nothing but its own bytes is agreed on, so it is not signed. */
export function textAnswer(status: number, text: string): Unsigned {
  return { status, contentType: "text/plain; charset=utf-8", body: new TextEncoder().encode(text), signed: false };
}

export const emptyAnswer = (status: number): Unsigned => ({ status, contentType: undefined, body: NONE, signed: true });

/** The pack's error body. The message is in both languages: a reader of the log may know only one of them. */
export function refusalAnswer(pack: Pack, refusal: Refusal): Unsigned {
  const error = pack.error(refusal.code);
  const status = statusAt(error, refusal.stage);
  const { codec } = pack.envelope;
  const plain = { code: error.code, message: `${error.title.en} / ${error.title.zh}` };
  // A format of texts alone has no place for what consists of several.
  const answer = bodyAnswer(
    codec,
    status,
    codec.textual
      ? plain
      : {
          ...plain,
          ...(refusal.detail === undefined
            ? {}
            : { detail: { ...refusal.detail, field: maskAccountNumbers(refusal.detail.field) } }),
          ...(refusal.hint === undefined ? {} : { hint: refusal.hint }),
        },
  );
  const headers: Headers = [
    ...(error.retryAfterSeconds === undefined ? [] : [["Retry-After", String(error.retryAfterSeconds)] as const]),
    ...(status === 405 && refusal.allow !== undefined ? [["Allow", refusal.allow.join(", ")] as const] : []),
  ];
  return headers.length === 0 ? answer : { ...answer, headers };
}

/** Who is answered, as far as it is known: an algorithm is known where the signature was right. */
export interface AnsweredCaller {
  readonly party?: string;
  readonly algorithm?: string;
  /** The key of ours that the request asks for. */
  readonly askedSerial?: string;
  /** The name of the payload in an answer that wraps it. */
  readonly member?: string;
  /** What is answered, where that is known: its answers may be signed and carried in a way of their own. */
  readonly interface?: Interface | undefined;
}

/** Signs an answer, on a thread of its own where the runtime has one, and turns it into bytes for the wire. */
export async function sign(
  pack: Pack,
  identity: Identity,
  runtime: Runtime,
  to: AnsweredCaller,
  answer: Unsigned,
  fault: SigningFault,
  nonce: string,
): Promise<RawResponse> {
  const envelope = to.interface === undefined ? pack.envelope : pack.answerEnvelope(to.interface);
  const headers: (readonly [string, string])[] = [];
  if (answer.contentType !== undefined) headers.push(["Content-Type", answer.contentType]);
  if (answer.headers !== undefined) for (const header of answer.headers) headers.push(header);
  const body = carriedTo(
    to.party === undefined ? undefined : identity.peer(to.party),
    answer.sealing,
    answer.body,
    runtime.random("sealing"),
  );
  if (!answer.signed) return { status: answer.status, headers, body };
  const bare = (): RawResponse => ({
    status: answer.status,
    headers,
    body: envelope.bareAnswer?.(body, to.member) ?? body,
  });
  if (fault.unsigned === true) return bare();
  const now = runtime.now();
  const asked = to.askedSerial === undefined ? undefined : identity.ownKeyNamed(to.askedSerial, now);
  const key = asked ?? identity.signingKey(to.algorithm, now, to.party);
  // A secret is shared with one known party, so nothing can sign an answer to an unknown caller.
  if (key === undefined) return bare();
  const message: AnswerMessage = {
    status: answer.status,
    serial: fault.serial ?? key.serial,
    algorithm: key.algorithm,
    timestamp: pack.times.write(now + (fault.shiftSeconds ?? 0) * 1000),
    nonce,
    body,
    ...(to.member === undefined ? {} : { member: to.member }),
    ...(key.certificate === undefined ? {} : { certificate: key.certificate }),
  };
  const signature = await runtime.offload.sign(key.key, envelope.answerBase(message));
  if (fault.breakSignature === true) signature[signature.length - 1] = (signature[signature.length - 1] ?? 0) ^ 1;
  const sealed = envelope.sealAnswer(message, signature);
  // Two of a name would be two signatures: those of the envelope stand alone.
  const all = answer.headers === undefined ? headers : without(headers, sealed.headers);
  for (const header of sealed.headers) all.push(header);
  return { status: answer.status, headers: all, body: sealed.body };
}

/** The headers that have none of the other ones' names. */
function without(headers: Headers, others: Headers): (readonly [string, string])[] {
  const names = new Set(others.map(([name]) => name.toLowerCase()));
  return headers.filter(([name]) => !names.has(name.toLowerCase()));
}
