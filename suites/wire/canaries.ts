/** Sensitive values that a run has sent or been given: no answer may show one of them whole. */
export class Canaries implements Iterable<string> {
  /** Each with all the ways in which a text may spell it: worked out once, as every answer is searched for every one. */
  readonly #spellings = new Map<string, readonly string[]>();

  constructor(values: Iterable<string> = []) {
    for (const value of values) this.add(value);
  }

  add(value: string): void {
    if (!this.#spellings.has(value))
      this.#spellings.set(value, [...new Set([value, JSON.stringify(value).slice(1, -1), escaped(value)])]);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#spellings.keys();
  }

  /** Those that stand in a text whole, and not as a part of a longer word or number. */
  shownIn(text: string): readonly string[] {
    const shown: string[] = [];
    for (const [value, spellings] of this.#spellings)
      if (spellings.some((spelling) => stands(text, spelling))) shown.push(value);
    return shown;
  }
}

function stands(text: string, spelling: string): boolean {
  for (let at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + 1)) {
    if (!/[0-9A-Za-z]/.test(text[at - 1] ?? "") && !/[0-9A-Za-z]/.test(text[at + spelling.length] ?? "")) return true;
  }
  return false;
}

/** As a serialiser that keeps to ASCII writes it. */
function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
