import type { Envelope, Sealed } from "../../../core/envelope/envelope.ts";
import type { Headers } from "../../../core/envelope/headers.ts";
import type { RequestMessage } from "../../../core/envelope/message.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";

/** What a message carries besides its payload, as texts; undefined: not carried. */
export interface Claims {
  readonly algorithm?: string | undefined;
  readonly party?: string | undefined;
  readonly serial?: string | undefined;
  readonly timestamp?: string | undefined;
  readonly nonce?: string | undefined;
  readonly signature?: string | undefined;
  /** What of the envelope's own is signed, as it came (`AnswerMessage.carried`). */
  readonly carried?: string | undefined;
  readonly certificate?: string | undefined;
}

/** Headers and body of a message as it stood on the wire. */
export interface Carrier {
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** Of a request: its address, or its target. */
  readonly url?: string;
  readonly target?: string;
}

/** What a message carries, and its payload without that. */
export interface Read {
  readonly claims: Claims;
  readonly body: Uint8Array;
}

/** A request whose signature, or what belongs to it, is carried twice. `serial` is an unenrolled one. */
export type Doubled = (request: HttpRequest, serial: string) => HttpRequest;

/** A key of a stranger's own making, in the scheme of the party that a message names. */
export interface StrangerKey {
  readonly serial: string;
  /** SPKI PEM. */
  readonly publicPem: string;
  /** PEM of a certificate that it has signed for itself. */
  readonly certificate: string;
  sign(base: Uint8Array): Uint8Array;
}

/** The message signed with a stranger's key, which it brings along. */
export type BroughtKey = (message: RequestMessage, stranger: StrangerKey) => Sealed;

/**
 * An envelope as the judge has it. The encoders are the player's own (`core/envelope`); what no right client would send
 * is written here, and what any SUT may send is read here, leniently: a verdict is the judge's own.
 */
export interface WireEnvelope extends Pick<
  Envelope,
  | "style"
  | "codec"
  | "carrier"
  | "algorithms"
  | "askedSerial"
  | "requestParts"
  | "answerParts"
  | "requestBase"
  | "answerBase"
  | "openRequest"
> {
  /** Whether a body is decoded before its signature is checked, because the signature stands in it. */
  readonly decodesFirst: boolean;
  /** Whether what is signed is made of lines, so that a line break within one would be another. */
  readonly inLines: boolean;
  /** Whether a text in a field comes to the receiver, and what is signed has one reading with it; any other may be refused or left out. */
  carries(text: string): boolean;
  /** How a signature is spelled. */
  readonly spelling: "base64" | "base64url" | "hex";
  writeSignature(signature: Uint8Array): string;
  /** The bytes of a signature in its one strict spelling; else undefined. */
  readSignature(text: string): Uint8Array | undefined;
  /** The message with whatever it is told to carry, well-formed or not; undefined: nothing of the signature. */
  carry(message: RequestMessage, claims: Claims | undefined): Sealed;
  /** The first of each that a request carries. */
  readRequest(request: Carrier): Read;
  /** The first of each that an answer carries. */
  readAnswer(answer: Carrier): Read;
  /** What senders sign in place of the agreed bytes, by what they do; some may be equal to those for this message. */
  otherBases(message: RequestMessage): Readonly<Record<string, Uint8Array>>;
  /** A body of the same interface that says one thing otherwise. */
  otherBody(body: Uint8Array): Uint8Array;
  /** The sealed request with its signature in another spelling. */
  respelt(request: HttpRequest, signature: string): HttpRequest;
  /** Ways to carry a signature twice, by name. */
  readonly doubles: Readonly<Record<string, Doubled>>;
  /** Ways of its own for a message to bring a key along, by name; see `broughtKeys`. */
  readonly ownBroughtKeys?: (wire: WireEnvelope) => Readonly<Record<string, BroughtKey>>;
}
