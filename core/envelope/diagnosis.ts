import type { Bilingual } from "../run/verdict.ts";
import type { VerifyingKey } from "../signature/scheme.ts";
import type { AnswerMessage, RequestMessage } from "./message.ts";
import type { Times } from "./times.ts";

interface Failed {
  /** As it stands on the wire. */
  readonly signature: string;
  /** The key that the message names. */
  readonly key: VerifyingKey;
  /** Keys that the sender may have taken instead: its others, those of other parties, the verifier's own. */
  readonly otherKeys: readonly { readonly owner: string; readonly key: VerifyingKey }[];
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
}

export interface Diagnosis {
  /** Stable name of the cause: `missing-last-newline`. */
  readonly id: string;
  readonly message: Bilingual;
  /** True when the signature verifies once the mistake is made on purpose; false for a mere sign of it. */
  readonly proven: boolean;
}

/** One mistake that people make with an envelope. */
export interface Mistake {
  readonly id: string;
  readonly proven: boolean;
  /** The sentence for a person, if this mistake explains the signature. */
  explains(attempt: Attempt): Bilingual | undefined;
}

/** How the envelope whose signature failed makes bases and writes signatures. */
export interface Making {
  requestBase(message: RequestMessage): Uint8Array;
  answerBase(message: AnswerMessage): Uint8Array;
  /** The bytes of a signature's text in its one strict spelling. */
  signatureOf(text: string): Uint8Array | undefined;
}

/** The inputs that all trials of one signature share. */
export class Attempt {
  readonly failed: FailedRequest | FailedAnswer;
  /** Present where a request was signed, and so a method and a target. */
  readonly request: RequestMessage | undefined;
  readonly signature: Uint8Array | undefined;
  readonly #making: Making;

  constructor(failed: FailedRequest | FailedAnswer, making: Making) {
    this.failed = failed;
    this.request = failed.kind === "request" ? failed.message : undefined;
    this.signature = making.signatureOf(failed.signature);
    this.#making = making;
  }

  /** The signature base, with some parts as the sender may have had them. */
  base(changed: Partial<RequestMessage> = {}): Uint8Array {
    return this.request === undefined
      ? this.#making.answerBase({ ...this.failed.message, ...changed })
      : this.#making.requestBase({ ...this.request, ...changed });
  }

  /** Whether the signature, or another reading of it, fits these bytes. */
  fits(bytes: Uint8Array, signature: Uint8Array | undefined = this.signature): boolean {
    return signature !== undefined && this.failed.key.verify(bytes, signature);
  }

  fitsWith(changed: Partial<RequestMessage>): boolean {
    return this.fits(this.base(changed));
  }
}

/**
 * The likeliest mistake behind a signature that did not verify, or undefined when none fits.
 *
 * Each mistake is made again on purpose, alone: when the signature then verifies, that was it. Costs up to about
 * a hundred verifications, so it is meant for tests and for integration, not for every refusal on the open net; and its
 * answer helps a forger as well as an integrator.
 */
export function likeliest(mistakes: readonly Mistake[], attempt: Attempt): Diagnosis | undefined {
  for (const mistake of mistakes) {
    const message = mistake.explains(attempt);
    if (message !== undefined) return { id: mistake.id, message, proven: mistake.proven };
  }
  return undefined;
}

/** The sentence where the condition holds. */
export function said(condition: boolean, en: string, zh: string): Bilingual | undefined {
  return condition ? { en, zh } : undefined;
}
