import type { Bilingual } from "../run/verdict.ts";

/** The known name that `word` most likely meant, or undefined when none is near. */
export function nearName(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, distance: distance(word.toLowerCase(), name.toLowerCase()) }))
    .toSorted((left, right) => left.distance - right.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.name : undefined;
}

/** `Did you mean "x"? `, as a sentence of its own, or nothing. */
export function suggestion(word: string, known: readonly string[]): Bilingual {
  const near = nearName(word, known);
  return near === undefined ? { en: "", zh: "" } : { en: `Did you mean "${near}"? `, zh: `是否要写“${near}”？` };
}

/** Levenshtein distance. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [at, character] of left.split("").entries()) {
    const next = [at + 1];
    for (const [column, other] of right.split("").entries()) {
      next.push(
        Math.min(
          (row[column + 1] ?? 0) + 1,
          (next[column] ?? 0) + 1,
          (row[column] ?? 0) + (character === other ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
