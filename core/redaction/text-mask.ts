import { MASK, longNumbers, maskAccountNumbers } from "./mask.ts";
import type { Kind } from "./mask.ts";
import { decoded, isJson, nestedEnd, stringEnd } from "./json-text.ts";

/** The names of a pack's fields and parameters, and which of them hold personal data. */
export interface Names {
  readonly fields: ReadonlyMap<string, Kind>;
  readonly declared: ReadonlySet<string>;
}

/**
 * Masks in place, so that all else stays the bytes that went over the wire: evidence of a wrong signature must keep
 * its blanks and its order. It reads what is not JSON too, since a body that is refused as malformed still names people.
 */
export class TextMask {
  readonly #names: Names;
  readonly #hide: (text: string) => string;
  readonly #name: RegExp;
  /** A value after a sensitive name. */
  readonly #inside: RegExp;
  /** Any value after a sensitive name that is still unmasked, however it is quoted. */
  readonly #anywhere: RegExp;
  readonly #nameLast: RegExp;

  /** `hide` masks values that are known, wherever they stand. */
  constructor(names: Names, hide: (text: string) => string) {
    this.#names = names;
    this.#hide = hide;
    const any = [...names.fields.keys()].map((name) => name.replaceAll(/[^\w]/g, "\\$&")).join("|") || "(?!)";
    this.#name = new RegExp(any);
    this.#inside = new RegExp(
      `((?<![A-Za-z0-9_])(?:${any})(?:\\\\?['"])?\\s*[:=]\\s*(?:\\\\?['"])?)([^'",}&\\\\\\s]+)`,
      "g",
    );
    this.#anywhere = new RegExp(
      `((?<![A-Za-z0-9_])(?:${any})[\\\\'"\\s]*[:=][\\\\'"\\s\\[{]*)([^'",}&\\\\\\s\\[{]+)`,
      "g",
    );
    this.#nameLast = new RegExp(`(?<![A-Za-z0-9_])(${any})['\\s]*[:=]\\s*$`);
  }

  /** A text that is no document of its own. */
  stray(text: string): string {
    return longNumbers(
      this.#hide(text).replaceAll(this.#inside, (_all, lead: string, value: string) => lead + "*".repeat(value.length)),
    );
  }

  /** A body, JSON or not. */
  text(body: string): string {
    // Most bodies hold no personal data: without a sensitive name (or an escape that may hide one) and without a long
    // number there is nothing to mask.
    if (!this.#name.test(body) && !/\\|\d{11}/.test(body)) return this.#hide(body);
    const masked = this.#hide(this.#scanned(body)).replaceAll(this.#anywhere, (all, lead: string, value: string) =>
      value.includes("*") || ["null", "true", "false"].includes(value) ? all : lead + "*".repeat(value.length),
    );
    // Outside JSON a stray quote makes names and values trade places, so every long number is masked.
    return isJson(body) ? masked : masked.replaceAll(/\d{11,}/g, (digits) => "*".repeat(digits.length));
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
    let at = 0;
    const value = (kind: Kind): void => {
      const found = valueAt(body, at, kind);
      out += found.masked;
      at = found.end;
    };
    while (at < body.length) {
      const quote = body.indexOf('"', at);
      const bare = body.slice(at, quote < 0 ? body.length : quote);
      out += this.stray(bare);
      at += bare.length;
      if (quote < 0) break;
      const unquoted = this.#kindOfLastName(bare);
      if (unquoted !== undefined) {
        value(unquoted);
        continue;
      }
      const end = stringEnd(body, quote);
      const literal = body.slice(quote, end);
      const colon = /^\s*[:=]\s*/.exec(body.slice(end, end + 64))?.[0];
      const kind = colon === undefined ? undefined : this.#names.fields.get(decoded(literal));
      // A quote that is missing after the name leaves the colon inside of the literal.
      const unclosed = this.#kindOfLastName(literal.slice(1, -1));
      at = end;
      if (kind !== undefined) {
        out += literal + (colon ?? "");
        at += (colon ?? "").length;
        value(kind);
      } else if (unclosed !== undefined) {
        out += literal;
        value(unclosed);
      } else {
        out += this.#straysOf(literal);
      }
    }
    return out;
  }

  /** What a sensitive name at the end of a text says of the value that follows it. */
  #kindOfLastName(text: string): Kind | undefined {
    const name = this.#nameLast.exec(text)?.[1];
    return name === undefined ? undefined : (this.#names.fields.get(name) ?? "secret");
  }

  /** A literal outside sensitive fields, with stray numbers masked; escapes are decoded first. */
  #straysOf(literal: string): string {
    if (!literal.includes("\\")) return this.stray(literal);
    const plain = decoded(literal);
    const found = this.stray(plain);
    return found === plain ? this.stray(literal) : JSON.stringify(found);
  }
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
