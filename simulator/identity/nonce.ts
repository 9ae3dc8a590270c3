import { nonceRule } from "../../core/envelope/nonce-rule.ts";
import type { NonceBounds } from "../../core/envelope/nonce-rule.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";

/** Signs that a nonce of ours is made of, the widest in use first. */
const ALPHABETS = [
  "0123456789abcdef",
  "0123456789ABCDEF",
  "0123456789",
  "abcdefghijklmnopqrstuvwxyz",
  "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
] as const;

/** The usual length: 128 bits as hex. */
const LENGTH = 32;

/** A nonce for an answer of ours: 128 bits of the stream as lower-case hex. */
export function freshNonce(random: RandomStream): string {
  const bytes = random.bytes(LENGTH / 2);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/**
 * A nonce for a request of ours, of the length and the signs that the pack allows: as near to 32 signs of lower-case hex
 * as that is.
 *
 * @throws RangeError for a pack whose pattern takes none of the usual signs
 */
export function nonceWithin(bounds: NonceBounds, random: RandomStream): string {
  const isGood = nonceRule(bounds);
  const usual = freshNonce(random);
  if (isGood(usual)) return usual;
  const length = Math.min(bounds.maxLength, Math.max(bounds.minLength, LENGTH));
  for (const alphabet of ALPHABETS) {
    const made = Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join("");
    if (isGood(made)) return made;
  }
  throw new RangeError(`no nonce of digits or letters meets the pack's pattern ${bounds.pattern ?? ""}`);
}
