import type { Bilingual } from "../run/verdict.ts";

type Lower =
  | ("a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m")
  | ("n" | "o" | "p" | "q" | "r" | "s" | "t" | "u" | "v" | "w" | "x" | "y" | "z");

/** A literal that starts with a word, or has one after a space: what is said in it is to be said in both languages. */
type Prose = `${Lower}${Lower}${string}` | `${string} ${Lower}${string}`;

/**
 * What is the same in both languages: a number, a code, a name, a quotation. A literal with a word of prose in it does
 * not compile.
 */
export function alike<const T extends string | number>(value: T extends Prose ? never : T): Bilingual {
  return { en: String(value), zh: String(value) };
}

/** A name or code; "none" where there is none. */
export function orNone(name: string | undefined): Bilingual {
  return name === undefined ? { en: "none", zh: "无" } : alike(name);
}

/** A value as JSON; "absent" where there is none. */
export function asJson(value: unknown): Bilingual {
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined ? { en: "absent", zh: "无" } : { en: json, zh: json };
}

/** What has which value: `name: value`. */
export function named(name: string, value: Bilingual | string | number): Bilingual {
  const { en, zh } = typeof value === "object" ? value : { en: value, zh: value };
  return { en: `${name}: ${en}`, zh: `${name}：${zh}` };
}

/** Names, codes or numbers of which each will do: `A or B`. */
export function oneOf(names: readonly (string | number)[]): Bilingual {
  return { en: names.join(" or "), zh: names.join(" 或 ") };
}

/** Names, codes or numbers one after another: `A, B`. */
export function series(names: readonly (string | number)[]): Bilingual {
  return { en: names.join(", "), zh: names.join("、") };
}

/** What is said one after another: `a; b`. */
export function sayings(parts: readonly Bilingual[]): Bilingual {
  return { en: parts.map(({ en }) => en).join("; "), zh: parts.map(({ zh }) => zh).join("；") };
}
