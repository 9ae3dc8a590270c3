import type { OpenQuestion } from "../pack/open-question.ts";

type Text = readonly [en: string, zh: string];

/** Gathers what a document leaves open while a pack is derived from it. */
export class Questions {
  readonly #asked = new Map<string, OpenQuestion>();

  /** Asks once for each id. */
  ask(id: string, place: { readonly file: string; readonly pointer?: string }, question: Text, guessed: Text): void {
    if (this.#asked.has(id)) return;
    this.#asked.set(id, {
      id,
      file: place.file,
      pointer: place.pointer ?? "",
      question: { en: question[0], zh: question[1] },
      guessed: { en: guessed[0], zh: guessed[1] },
    });
  }

  all(): readonly OpenQuestion[] {
    return [...this.#asked.values()];
  }
}

/** The first few of many, for a text. */
export function some(names: Iterable<string>, most = 12): string {
  const all = [...new Set(names)];
  return all.length <= most ? all.join(", ") : `${all.slice(0, most).join(", ")} … (+${all.length - most})`;
}
