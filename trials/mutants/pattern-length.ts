/** The shortest and the longest text, in characters, that a pattern takes. */
export interface Lengths {
  readonly least: number;
  /** Infinity where a part may be repeated without end. */
  readonly most: number;
}

const NONE: Lengths = { least: 0, most: 0 };
const ONE: Lengths = { least: 1, most: 1 };

/**
 * The lengths that an anchored pattern allows: texts, sets, groups, alternatives and repetitions. Undefined for a pattern
 * that is not anchored at both ends, and for anything else that a regular expression may have: of that nothing is claimed.
 */
export function patternLengths(pattern: string): Lengths | undefined {
  const inner = /^\^(.*)\$$/su.exec(pattern)?.[1];
  if (inner === undefined) return undefined;
  const reader = new Reader(inner);
  const found = reader.alternatives();
  // `^a|b$` is anchored at one end each.
  return reader.ended && found !== undefined && reader.topLevelBars === 0 ? found : undefined;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  topLevelBars = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at === this.#text.length;
  }

  alternatives(): Lengths | undefined {
    let all = this.#sequence();
    while (this.#take("|")) {
      if (this.#depth === 0) this.topLevelBars += 1;
      const next = this.#sequence();
      all =
        all === undefined || next === undefined
          ? undefined
          : { least: Math.min(all.least, next.least), most: Math.max(all.most, next.most) };
    }
    return all;
  }

  #sequence(): Lengths | undefined {
    let sum: Lengths | undefined = NONE;
    while (!this.ended && !"|)".includes(this.#text[this.#at] ?? "")) {
      const one = this.#repeated();
      if (one === undefined) return undefined;
      sum = { least: sum.least + one.least, most: sum.most + one.most };
    }
    return sum;
  }

  #repeated(): Lengths | undefined {
    const one = this.#atom();
    const times = one === undefined ? undefined : this.#times();
    if (one === undefined || times === undefined) return undefined;
    return { least: one.least * times.least, most: one.most === 0 ? 0 : one.most * times.most };
  }

  #times(): Lengths | undefined {
    const [written, least, comma, most] = /^(?:\{(\d+)(,?)(\d*)\}|[*+?])/u.exec(this.#text.slice(this.#at)) ?? [];
    if (written === undefined) return "{}".includes(this.#text[this.#at] ?? " ") ? undefined : ONE;
    this.#at += written.length;
    if (written === "*") return { least: 0, most: Infinity };
    if (written === "+") return { least: 1, most: Infinity };
    if (written === "?") return { least: 0, most: 1 };
    const from = Number(least);
    return { least: from, most: comma === "" ? from : most === "" ? Infinity : Number(most) };
  }

  #atom(): Lengths | undefined {
    if (this.#take("(")) return this.#group();
    const [written] =
      /^(?:\[(?:\\.|[^\\\]])+\]|\\[dDwWsS.\-/]|[^\\[\](){}*+?.^$|])/u.exec(this.#text.slice(this.#at)) ?? [];
    if (written === undefined) return undefined;
    this.#at += written.length;
    return ONE;
  }

  #group(): Lengths | undefined {
    // Of other groups that begin so, a look ahead takes no character.
    if (this.#text[this.#at] === "?" && !this.#take("?:")) return undefined;
    this.#depth += 1;
    const inner = this.alternatives();
    this.#depth -= 1;
    return this.#take(")") ? inner : undefined;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
