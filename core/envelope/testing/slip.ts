import type { RandomStream } from "../../runtime/runtime.ts";
import type { SigningKey, VerifyingKey } from "../../signature/scheme.ts";
import type { Envelope } from "../envelope.ts";
import type { FailedMessage } from "../explanation/failed.ts";
import type { RequestMessage } from "../message.ts";

/** A key of a seeded sender. */
export interface SeededKey {
  readonly signing: SigningKey;
  readonly verifying: VerifyingKey;
  /** PEM of a pair's private half, or the text of a secret. */
  readonly material: string;
}

/** What a sender has when it slips. */
export interface Sending {
  readonly envelope: Envelope;
  readonly random: RandomStream;
  readonly kind: "request" | "answer";
  /** Right in every part. */
  readonly message: RequestMessage;
  readonly keys: { readonly own: SeededKey; readonly other: SeededKey; readonly retired: SeededKey };
  /** What is signed for these parts. */
  base(message: RequestMessage): Uint8Array;
}

/** What a sender does otherwise than it should; what is left out is done rightly. */
export interface Slip {
  /** The message as it is sent. */
  readonly sent?: Partial<RequestMessage>;
  /** The bytes that are signed. */
  readonly signed?: Uint8Array;
  /** The signature, where it is not made of those bytes by the sender's own key. */
  readonly signature?: Uint8Array;
  /** How the signature is spelled. */
  readonly spelled?: (right: string, signature: Uint8Array) => string;
  readonly failed?: Partial<Pick<FailedMessage, "otherMessages" | "now">>;
}

/** A mistake made as a sender makes it; undefined where this message or key leaves no room for it. */
export type Slipping = (sending: Sending) => Slip | undefined;

export function drawn<T>(random: RandomStream, items: readonly T[]): T {
  return items[random.below(items.length)] as T;
}
