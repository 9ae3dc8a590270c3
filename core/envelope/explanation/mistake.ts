import type { Bilingual } from "../../run/verdict.ts";
import type { Attempt } from "./attempt.ts";
import type { Family } from "./family.ts";
import type { Guess } from "./guess.ts";

/**
 * One mistake that people make when they sign: what the bytes would be, had it been made. An envelope lists its own in
 * `mistakes`, the commonest first; those of keys, targets, bodies, clocks and spellings are shared (`core/envelope/mistakes`).
 */
export interface Mistake {
  /** Stable name: `missing-last-newline`. */
  readonly id: string;
  readonly family: Family;
  /** The cause: "the signed text lacks its last line feed". */
  readonly title: Bilingual;
  /** What is right: "every line ends with \n, the last one too". */
  readonly remedy: Bilingual;
  /** What the sender may have done, the likeliest first; made one at a time, so a generator that stops early costs little. */
  guesses(attempt: Attempt): Iterable<Guess>;
}
