import type { Bilingual } from "../../run/verdict.ts";
import { Attempt } from "./attempt.ts";
import type { Making } from "./attempt.ts";
import type { FailedMessage } from "./failed.ts";
import type { Family } from "./family.ts";
import type { Guess } from "./guess.ts";
import type { Mistake } from "./mistake.ts";

/** Why a signature did not verify, as far as it can be told. */
export interface Explanation {
  /** The bytes that were verified. */
  readonly verified: Uint8Array;
  /** The likeliest mistake; absent when none fits. */
  readonly cause?: Cause;
}

export interface Cause {
  /** Stable name: `missing-last-newline`. */
  readonly id: string;
  readonly family: Family;
  /** The cause and its remedy in a sentence. */
  readonly message: Bilingual;
  /** True when the signature verifies once the mistake is made on purpose; false for a mere sign of it. */
  readonly proven: boolean;
  /** The bytes that the sender signed; those that were verified where the mistake lies elsewhere. */
  readonly signed: Uint8Array;
}

/** The part of an envelope that explains its failed signatures. */
export interface Explaining extends Making {
  readonly mistakes: readonly Mistake[];
}

/**
 * Explains a signature that did not verify: each mistake is made again on purpose, alone, and when the signature then
 * verifies, that was it. Signs that prove nothing come last.
 *
 * Costs up to a few hundred verifications, so it is meant for tests and for integration, not for every refusal on the
 * open net; and its answer helps a forger as well as an integrator.
 */
export function explain(envelope: Explaining, failed: FailedMessage): Explanation {
  const attempt = new Attempt(failed, envelope);
  const symptoms: Cause[] = [];
  for (const mistake of envelope.mistakes)
    for (const guess of mistake.guesses(attempt))
      if (guess.symptom === true) symptoms.push(causeOf(mistake, guess, attempt));
      else if (attempt.fits(guess)) return { verified: attempt.base, cause: causeOf(mistake, guess, attempt) };
  const [cause] = symptoms;
  return { verified: attempt.base, ...(cause === undefined ? {} : { cause }) };
}

function causeOf(
  { id, family, title: own, remedy }: Mistake,
  { title = own, ...guess }: Guess,
  attempt: Attempt,
): Cause {
  return {
    id,
    family,
    message: { en: `${title.en}; ${remedy.en}`, zh: `${title.zh}；${remedy.zh}` },
    proven: guess.symptom !== true,
    signed: guess.bytes ?? attempt.base,
  };
}
