import type { Bilingual } from "../run/verdict.ts";

/** What a pack that was derived from a document does not know, and guesses meanwhile (`open-questions.json`). */
export interface OpenQuestion {
  readonly id: string;
  /** The file of the pack that has the guess, and the JSON Pointer in it. */
  readonly file: string;
  readonly pointer: string;
  readonly question: Bilingual;
  /** What the pack says until the question is answered. */
  readonly guessed: Bilingual;
  /** Absent or empty: the question is open. */
  readonly answer?: string;
}

export const QUESTIONS_FILE = "open-questions.json";

/** The questions of a pack that have no answer. */
export function openQuestions({
  questions = [],
}: {
  readonly questions?: readonly OpenQuestion[];
}): readonly OpenQuestion[] {
  return questions.filter(({ answer = "" }) => answer.trim() === "");
}
