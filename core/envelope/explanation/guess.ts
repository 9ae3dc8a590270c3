import type { Bilingual } from "../../run/verdict.ts";
import type { VerifyingKey } from "../../signature/scheme.ts";

/**
 * What the sender may have done. It is right when the signature verifies so: every field left out is as the receiver has
 * it.
 */
export interface Guess {
  /** The bytes that were signed. */
  readonly bytes?: Uint8Array;
  /** The signature's bytes, as they were meant. */
  readonly signature?: Uint8Array;
  /** The key, or the same key with another algorithm. */
  readonly key?: Pick<VerifyingKey, "verify">;
  /** The message shows the mistake by itself, without a proof: nothing is verified. */
  readonly symptom?: true;
  /** The cause with its particulars, in place of the mistake's title: whose key, which prefix, how many seconds. */
  readonly title?: Bilingual;
}
