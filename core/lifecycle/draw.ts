import type { ExpressionHost } from "../expression/expression.ts";
import { xoshiro128 } from "../runtime/random.ts";

/**
 * Ids and codes out of the entropy that came with the call, in the order in which they are asked for: a unit that is
 * run again with the same entropy draws the same. The unpredictability is the entropy's own.
 */
export function drawing(entropy: Uint8Array): ExpressionHost["draw"] {
  const word = (at: number): number =>
    (((entropy[at] ?? 0) << 24) |
      ((entropy[at + 1] ?? 0) << 16) |
      ((entropy[at + 2] ?? 0) << 8) |
      (entropy[at + 3] ?? 0)) >>>
    0;
  if (entropy.length < 16) throw new RangeError(`Draws need 16 bytes of entropy, not ${entropy.length}.`);
  const next = xoshiro128([word(0), word(4), word(8), word(12)]);
  return (kind, argument) => {
    if (kind === "digits") {
      let digits = "";
      for (let index = 0; index < Number(argument); index += 1) digits += String(next() % 10);
      return digits;
    }
    // 96 bits: no two ids of a party meet by chance.
    return `${argument}${word36(next())}${word36(next())}${word36(next())}`;
  };
}

/** 32 bits as seven characters. */
const word36 = (word: number): string => word.toString(36).toUpperCase().padStart(7, "0");
