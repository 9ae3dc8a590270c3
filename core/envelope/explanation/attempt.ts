import type { Bilingual } from "../../run/verdict.ts";
import type { AnswerMessage, RequestMessage } from "../message.ts";
import type { FailedMessage } from "./failed.ts";
import type { Guess } from "./guess.ts";

/** How the envelope whose signature failed makes bases and reads signatures. */
export interface Making {
  requestBase(message: RequestMessage): Uint8Array;
  answerBase(message: AnswerMessage): Uint8Array;
  /** The bytes of a signature's text in its one strict spelling. */
  readSignature(text: string): Uint8Array | undefined;
}

/** A failed message and what its mistakes are tried with. */
export class Attempt {
  readonly failed: FailedMessage;
  /** Present where a request was signed, and so a method and a target. */
  readonly request: RequestMessage | undefined;
  /** The signature's bytes, where its text is spelled as it must be. */
  readonly signature: Uint8Array | undefined;
  readonly #making: Making;
  #base: Uint8Array | undefined;

  constructor(failed: FailedMessage, making: Making) {
    this.failed = failed;
    this.request = failed.kind === "request" ? failed.message : undefined;
    this.signature = making.readSignature(failed.signature);
    this.#making = making;
  }

  /** The bytes that were verified. */
  get base(): Uint8Array {
    this.#base ??= this.failed.covered ?? this.baseWith({});
    return this.#base;
  }

  /** The same, with some parts as the sender may have had them. @throws RangeError as the envelope does. */
  baseWith(changed: Partial<RequestMessage>): Uint8Array {
    return this.request === undefined
      ? this.#making.answerBase({ ...this.failed.message, ...changed })
      : this.#making.requestBase({ ...this.request, ...changed });
  }

  /** What a request with these parts would have been signed over, also where an answer failed. */
  requestBase(message: RequestMessage): Uint8Array {
    return this.#making.requestBase(message);
  }

  /** What an answer with these parts would have been signed over, also where a request failed. */
  answerBase(message: AnswerMessage): Uint8Array {
    return this.#making.answerBase(message);
  }

  /** The guess that the message was signed with other parts; none where such a message cannot be signed. */
  with(changed: Partial<RequestMessage>, title?: Bilingual): readonly Guess[] {
    try {
      return [{ bytes: this.baseWith(changed), ...(title === undefined ? {} : { title }) }];
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
  }

  /** Whether a guess is another one than what was verified already, and the signature verifies with it. */
  fits({ bytes, signature, key }: Guess): boolean {
    const meant = signature ?? this.signature;
    if (meant === undefined) return false;
    const signed = bytes ?? this.base;
    const same = key === undefined && signature === undefined && Buffer.compare(signed, this.base) === 0;
    return !same && (key ?? this.failed.key).verify(signed, meant);
  }
}
