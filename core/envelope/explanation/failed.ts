import type { Bilingual } from "../../run/verdict.ts";
import type { VerifyingKey } from "../../signature/scheme.ts";
import type { AnswerMessage, RequestMessage } from "../message.ts";
import type { Headers } from "../headers.ts";
import type { Times } from "../times.ts";

/** Another key that the sender may have taken, and whose it is: `P1001 KEY-2`. */
export interface OtherKey {
  readonly owner: string;
  readonly key: VerifyingKey;
  /** Until when it was valid, in milliseconds since the Unix epoch, where it is no more. */
  readonly retiredAt?: number;
}

/** Another message that the signature may belong to. */
export interface OtherMessage {
  /** What it is: "the request of 10:15:02". */
  readonly title: Bilingual;
  /** What its signature covers. */
  readonly base: Uint8Array;
}

interface Failed {
  /** As it stands on the wire. */
  readonly signature: string;
  /** The key that the message names. */
  readonly key: VerifyingKey;
  /** Keys that the sender may have taken instead: its others, those of other parties, the verifier's own. */
  readonly otherKeys: readonly OtherKey[];
  /** Messages of the same sender from before. */
  readonly otherMessages?: () => Iterable<OtherMessage>;
  /** The bytes that were verified, where those that the envelope makes of the message may be spelled otherwise. */
  readonly covered?: Uint8Array;
  /** Headers and body as they came: what the message was opened from. */
  readonly wire?: { readonly headers: Headers; readonly body: Uint8Array };
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** How old or how early a timestamp may be; without it, 300. */
  readonly clockSkewSeconds?: number;
  /** How messages write the time of their signing; without it, in seconds. */
  readonly times?: Times;
}

/** A request that did not verify. */
export interface FailedRequest extends Failed {
  readonly kind: "request";
  readonly message: RequestMessage;
  /** Where we can be reached, such as `https://bank.test:8443`; tried as the beginning of a signed full URL. */
  readonly origins?: readonly string[];
  /** Path prefixes under which a gateway may have us, such as `/bank`; tried as the beginning of a signed path. */
  readonly prefixes?: readonly string[];
}

/** An answer that did not verify. */
export interface FailedAnswer extends Failed {
  readonly kind: "answer";
  readonly message: AnswerMessage;
  /** The request that it answers. */
  readonly request?: RequestMessage;
}

export type FailedMessage = FailedRequest | FailedAnswer;
