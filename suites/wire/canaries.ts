import { isWordUnit } from "../../core/text/word-unit.ts";

/** Sensitive values that a run has sent or been given: no answer may show one of them whole. */
export class Canaries implements Iterable<string> {
  readonly #values = new Set<string>();
  /** All the ways in which a text may spell the values, by the unit that each begins with: every answer is searched for all. */
  readonly #beginning = new Map<string, Spelling[]>();

  constructor(values: Iterable<string> = []) {
    for (const value of values) this.add(value);
  }

  add(value: string): void {
    if (value === "" || this.#values.has(value)) return;
    this.#values.add(value);
    for (const spelling of new Set([value, JSON.stringify(value).slice(1, -1), escaped(value)])) {
      const alike = this.#beginning.get(spelling.charAt(0)) ?? [];
      this.#beginning.set(spelling.charAt(0), [...alike, { spelling, value }]);
    }
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#values.keys();
  }

  /** Those that stand in a text whole, and not as a part of a longer word or number. */
  shownIn(text: string): readonly string[] {
    const shown = new Set<string>();
    for (let at = 0; at < text.length; at += 1) {
      if (isWordUnit(text, at - 1)) continue;
      for (const { spelling, value } of this.#beginning.get(text.charAt(at)) ?? [])
        if (text.startsWith(spelling, at) && !isWordUnit(text, at + spelling.length)) shown.add(value);
    }
    return shown.size === 0 ? [] : [...this.#values].filter((value) => shown.has(value));
  }
}

interface Spelling {
  readonly spelling: string;
  readonly value: string;
}

/** As a serialiser that keeps to ASCII writes it. */
function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
