import type { Bilingual } from "../run/verdict.ts";
import type { Bounds, Codec } from "../codec/codec.ts";
import type { Json } from "../unit/unit.ts";
import type { Headers } from "./headers.ts";
import type { Mistake } from "./explanation/mistake.ts";
import type { AnswerMessage, RequestMessage } from "./message.ts";

/** What a message is made of that an envelope signs or carries. */
export type PartId =
  | "method"
  | "status"
  | "target"
  /** The query alone, where its parameters are signed and the path is not. */
  | "query"
  | "body"
  | "party"
  | "serial"
  | "algorithm"
  | "timestamp"
  | "nonce"
  | "signature";

/** One part of a message: where it stands on the wire, and whether the signature covers it. */
export interface EnvelopePart {
  readonly id: PartId;
  readonly location: "line" | "header" | "body";
  /** The header, or the parameter's name. */
  readonly name: string;
  /** The header in which the parameter stands. */
  readonly within?: string;
  readonly covered: boolean;
}

/** Whether messages of these parts carry a part at all. */
export const carries = (parts: readonly EnvelopePart[], id: PartId): boolean => parts.some((part) => part.id === id);

/** What goes out: the headers of the envelope and the body with what it adds. */
export interface Sealed {
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** A request as it stood on the wire. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** An answer as it stood on the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What an answer says of its own signature. Nothing of it is believed before `signature` fits `covered`. */
export interface OpenedAnswer {
  readonly ok: true;
  /** Undefined where the envelope carries none: any key of the party may have signed. */
  readonly serial: string | undefined;
  /** Undefined where the message names none. */
  readonly algorithm: string | undefined;
  /** Undefined where the envelope carries none. */
  readonly timestamp: string | undefined;
  /** Undefined where the envelope carries none: freshness then rests on the timestamp, and replays on idempotency. */
  readonly nonce: string | undefined;
  readonly covered: Uint8Array;
  /** Undefined when the text is none in its one strict spelling. */
  readonly signature: Uint8Array | undefined;
  readonly signatureText: string;
  /** What of the envelope's own is signed, where another sender may have written the same otherwise (`AnswerMessage.carried`). */
  readonly carried?: string;
  /** The payload's bytes, as the sender's codec wrote them; of an envelope within the body, the whole body. */
  readonly body: Uint8Array;
  /** The payload, where it had to be decoded to be opened: texts, without what the envelope itself carries. */
  readonly payload?: Readonly<Record<string, Json>>;
  /** The name under which the payload stood, where the answer wraps it. */
  readonly member?: string;
  /** The certificate that the message carries. */
  readonly certificate?: string;
}

/** The same of a request, which names its party. */
export interface OpenedRequest extends OpenedAnswer {
  /** Undefined where requests are signed like answers: the key that fits tells the sender. */
  readonly party: string | undefined;
  /** The business parameters beside the payload, where those of query and body are one set; absent: those of the target. */
  readonly query?: Readonly<Record<string, string>>;
}

/** Why a message cannot be opened: what a stage refuses it with, and where. */
export interface OpeningFault {
  readonly ok: false;
  /** `decode` where the format is broken in which the signature stands. */
  readonly stage: "signature" | "decode";
  readonly message: Bilingual;
  readonly field: string;
  readonly location: "header" | "body";
}

/**
 * How a message is addressed, signed and carried. One instance for each pack, made of its policy; pure, and the same
 * for both sides. Opening reads strictly and believes nothing: who is known, which keys are valid and what is fresh is
 * the receiver's business.
 */
export interface Envelope {
  readonly style: string;
  /** How a body is written whose format no interface names, such as that of a refusal. */
  readonly codec: Codec;
  /** How a request is written that carries its payload within something else; absent: the payload is the body. */
  readonly carrier?: Codec;
  /** Token on the wire to the name of a signature scheme. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Header in which a request may name the key with which it is to be answered; absent: the provider chooses. */
  readonly askedSerial?: string;
  readonly requestParts: readonly EnvelopePart[];
  readonly answerParts: readonly EnvelopePart[];
  /** The bytes that a request's signature covers. @throws RangeError for a message that cannot be signed so that it has one reading. */
  requestBase(message: RequestMessage): Uint8Array;
  /** @throws RangeError for what the envelope cannot carry. */
  sealRequest(message: RequestMessage, signature: Uint8Array): Sealed;
  openRequest(request: WireRequest, bounds: Bounds): OpenedRequest | OpeningFault;
  answerBase(message: AnswerMessage): Uint8Array;
  sealAnswer(message: AnswerMessage, signature: Uint8Array): Sealed;
  /** The body of an answer that is not signed, where even that is wrapped; absent: the payload is the body. */
  bareAnswer?(body: Uint8Array, member: string | undefined): Uint8Array;
  openAnswer(answer: Omit<WireAnswer, "status"> & Partial<WireAnswer>, bounds?: Bounds): OpenedAnswer | OpeningFault;
  /** The bytes of a signature's text in its one strict spelling; undefined for any other. */
  readSignature(text: string): Uint8Array | undefined;
  /** What people do wrong when they sign with it, the commonest first: `explain` tries one after the other. */
  readonly mistakes: readonly Mistake[];
}
