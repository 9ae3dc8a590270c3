import { MASK, longNumbers, maskAccountNumbers } from "./mask.ts";
import type { Kind } from "./mask.ts";
import { isXml, maskedXml } from "./xml-text.ts";
import { decoded, isJson, nestedEnd, stringEnd } from "./json-text.ts";

/** The names of a pack's fields and parameters, and which of them hold personal data. */
export interface Names {
  readonly fields: ReadonlyMap<string, Kind>;
  readonly declared: ReadonlySet<string>;
}

/** Digits that a card number has at least. */
const LEAST_LONG_NUMBER = 15;

/** `name=value` and so on, with nothing in it that could be another format. */
const FORM = /^[^=&\s{}"'<>]+=[^=&\s{}"'<>]*(?:&[^=&\s{}"'<>]+=[^=&\s{}"'<>]*)*$/;

const withoutLongNumbers = (text: string): string => text.replaceAll(/\d{11,}/g, (digits) => "*".repeat(digits.length));

/** What sensitive names are found by. */
interface Patterns {
  readonly name: RegExp;
  /** A value after a sensitive name. */
  readonly inside: RegExp;
  /** Any value after a sensitive name that is still unmasked, however it is quoted. */
  readonly anywhere: RegExp;
  readonly nameLast: RegExp;
}

function patternsOf({ fields }: Names): Patterns {
  const any = [...fields.keys()].map((name) => name.replaceAll(/[^\w]/g, "\\$&")).join("|") || "(?!)";
  return {
    name: new RegExp(any),
    inside: new RegExp(`((?<![A-Za-z0-9_])(?:${any})(?:\\\\?['"])?\\s*[:=]\\s*(?:\\\\?['"])?)([^'",}&\\\\\\s]+)`, "g"),
    anywhere: new RegExp(`((?<![A-Za-z0-9_])(?:${any})[\\\\'"\\s]*[:=][\\\\'"\\s\\[{]*)([^'",}&\\\\\\s\\[{]+)`, "g"),
    nameLast: new RegExp(`(?<![A-Za-z0-9_])(${any})['\\s]*[:=]\\s*$`),
  };
}

/**
 * Masks in place, so that all else stays the bytes that went over the wire: evidence of a wrong signature must keep
 * its blanks and its order. It reads what is not JSON too, since a body that is refused as malformed still names people.
 */
export class TextMask {
  readonly #names: Names;
  readonly #patterns: Patterns;
  readonly #hide: (text: string) => string;

  /** `hide` masks values that are known, wherever they stand. */
  constructor(names: Names, hide: (text: string) => string, patterns = patternsOf(names)) {
    this.#names = names;
    this.#hide = hide;
    this.#patterns = patterns;
  }

  /** The same for other values. */
  hiding(hide: (text: string) => string): TextMask {
    return new TextMask(this.#names, hide, this.#patterns);
  }

  /** A text that is no document of its own. */
  stray(text: string): string {
    return this.#strayHidden(this.#hide(text));
  }

  /** The same, where values that are known are hidden already. */
  #strayHidden(text: string): string {
    // Both are looked for only where they can be: a long body has thousands of texts.
    const named = text.includes(":") || text.includes("=");
    const masked = named
      ? text.replaceAll(this.#patterns.inside, (_all, lead: string, value: string) => lead + "*".repeat(value.length))
      : text;
    return masked.length < LEAST_LONG_NUMBER ? masked : longNumbers(masked);
  }

  /** A body, JSON or not. */
  text(body: string): string {
    if (isXml(body)) {
      const { fields, declared } = this.#names;
      return this.#hide(maskedXml(body, fields, declared, (text) => this.#strayDigits(text)));
    }
    // Most bodies hold no personal data: without a sensitive name (or an escape that may hide one) and without a long
    // number there is nothing to mask.
    if (!this.#patterns.name.test(body) && !/\\|\d{11}/.test(body)) return this.#hide(body);
    const masked = this.#hide(this.#scanned(body)).replaceAll(
      this.#patterns.anywhere,
      (all, lead: string, value: string) =>
        value.includes("*") || ["null", "true", "false"].includes(value) ? all : lead + "*".repeat(value.length),
    );
    if (isJson(body)) return masked;
    // In a form each value stands behind its name, and what the pack calls harmless may be long.
    if (FORM.test(body) && FORM.test(masked))
      return masked
        .split("&")
        .map((part) => (this.#isHarmless(part) ? part : withoutLongNumbers(part)))
        .join("&");
    // Outside JSON a stray quote makes names and values trade places, so every long number is masked.
    return withoutLongNumbers(masked);
  }

  /** Whether a parameter is one that the pack describes and does not call sensitive. */
  #isHarmless(part: string): boolean {
    const name = percentDecoded(part.slice(0, part.indexOf("=")));
    return this.#names.declared.has(name) && !this.#names.fields.has(name);
  }

  /** The same of what is no JSON: every long number is masked. */
  #strayDigits(text: string): string {
    return this.stray(text).replaceAll(/\d{11,}/g, (digits) => "*".repeat(digits.length));
  }

  /** A request target. */
  target(whole: string): string {
    const [path = "", ...query] = whole.split(/(?<=[?&])/);
    return this.stray(
      [path, ...query.map((part) => this.#parameter(part.includes("=") ? part : maskAccountNumbers(part)))].join(""),
    );
  }

  /**
   * One part of a query, masked. An unknown parameter keeps its name; a percent-encoded value that no pattern can read
   * is masked whole.
   */
  #parameter(part: string): string {
    const [, name, value = "", end = ""] = /^([^=]*)=(.*?)([?&]?)$/s.exec(part) ?? [];
    if (name === undefined) return part;
    const plain = percentDecoded(value);
    const telling = this.#names.declared.has(percentDecoded(name))
      ? plain !== value && this.stray(plain) !== plain
      : /\d{6}|[^\x20-\x7e]/.test(plain) || this.stray(plain) !== plain;
    return !telling ? part : `${name}=${"*".repeat(Array.from(plain).length)}${end}`;
  }

  #scanned(body: string): string {
    let out = "";
    /** Up to where the body, masked, is in `out`; what needs no mask is copied in one piece with its neighbours. */
    let copied = 0;
    let at = 0;
    const show = (end: number, shown: string): void => {
      if (shown.length !== end - at || !body.startsWith(shown, at)) {
        out += body.slice(copied, at) + shown;
        copied = end;
      }
      at = end;
    };
    const value = (kind: Kind): void => {
      const found = valueAt(body, at, kind);
      show(found.end, found.masked);
    };
    // Its own ends are quotes, so a piece of the body holds a known value only if the body does.
    const stray =
      this.#hide(body) === body ? (text: string) => this.#strayHidden(text) : (text: string) => this.stray(text);
    while (at < body.length) {
      const quote = body.indexOf('"', at);
      const end = quote < 0 ? body.length : quote;
      if (isPunctuation(body, at, end)) at = end;
      else {
        const bare = body.slice(at, end);
        show(end, stray(bare));
        const unquoted = quote < 0 ? undefined : this.#kindOfLastName(bare);
        if (unquoted !== undefined) {
          value(unquoted);
          continue;
        }
      }
      if (quote >= 0) this.#literal(body, quote, { stray, show, value });
    }
    return out + body.slice(copied);
  }

  /** Shows a literal and, where it is the name of a sensitive field, the value of that. */
  #literal(
    body: string,
    quote: number,
    {
      stray,
      show,
      value,
    }: {
      readonly stray: (text: string) => string;
      readonly show: (end: number, shown: string) => void;
      readonly value: (kind: Kind) => void;
    },
  ): void {
    const end = stringEnd(body, quote);
    const literal = body.slice(quote, end);
    const behind = colonEnd(body, end);
    const kind = behind === undefined ? undefined : this.#names.fields.get(decoded(literal));
    if (kind !== undefined && behind !== undefined) {
      show(behind, body.slice(quote, behind));
      return value(kind);
    }
    // A quote that is missing after the name leaves the colon inside of the literal.
    const unclosed = this.#kindOfLastName(literal.slice(1, -1));
    if (unclosed === undefined) return show(end, this.#straysOf(literal, stray));
    show(end, literal);
    value(unclosed);
  }

  /** What a sensitive name at the end of a text says of the value that follows it. */
  #kindOfLastName(text: string): Kind | undefined {
    if (!/[:=]\s*$/.test(text)) return undefined;
    const name = this.#patterns.nameLast.exec(text)?.[1];
    return name === undefined ? undefined : (this.#names.fields.get(name) ?? "secret");
  }

  /** A literal outside sensitive fields, with stray numbers masked; escapes are decoded first. */
  #straysOf(literal: string, stray: (text: string) => string): string {
    if (!literal.includes("\\")) return stray(literal);
    const plain = decoded(literal);
    const found = this.stray(plain);
    return found === plain ? stray(literal) : JSON.stringify(found);
  }
}

/** Whether a part of a document has nothing but what stands between the literals of JSON. */
function isPunctuation(body: string, from: number, end: number): boolean {
  for (let at = from; at < end; at += 1) if (!" \t\r\n:,{}[]".includes(body.charAt(at))) return false;
  return true;
}

/** Behind the colon that follows at a place; undefined when none does. */
function colonEnd(body: string, at: number): number | undefined {
  const next = body.charAt(at);
  if (next === "," || next === "}" || next === "]") return undefined;
  if (next === ":" && !/\s/.test(body.charAt(at + 1))) return at + 1;
  const colon = /^\s*[:=]\s*/.exec(body.slice(at, at + 64))?.[0];
  return colon === undefined ? undefined : at + colon.length;
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The value of a sensitive field that begins at `at`, masked, and where it ends. */
function valueAt(body: string, at: number, kind: Kind): { readonly masked: string; readonly end: number } {
  const first = body[at];
  if (first === "{" || first === "[") return { masked: '"******"', end: nestedEnd(body, at) };
  if (first === '"') {
    const end = stringEnd(body, at);
    const literal = body.slice(at, end);
    if (/^\s*([,}\]]|$)/.test(body.slice(end, end + 64))) {
      return {
        masked:
          literal.endsWith('"') && literal.length > 1
            ? JSON.stringify(MASK[kind](decoded(literal)))
            : `"${"*".repeat(literal.length - 1)}`,
        end,
      };
    }
  }
  // Not JSON: a quote too many, or none at all.
  const length = /^[^,}\]\n]*/.exec(body.slice(at))?.[0].trimEnd().length ?? 0;
  const token = body.slice(at, at + length);
  const shown = ["null", "true", "false", ""].includes(token)
    ? token
    : /^[-+.\deE]+$/.test(token)
      ? JSON.stringify(MASK[kind](token))
      : "*".repeat(length);
  return { masked: shown, end: at + length };
}
