import type { PackSource } from "../pack/types.ts";

/** Masks what the pack marks with `x-sensitive`, wherever it stands: journal, logs, event log, reports, errors. */
export interface Redaction {
  /** A JSON document, masked by field name at any depth. */
  json(value: unknown): unknown;
  /** A body as text: parsed where it is JSON, else by pattern, so that a malformed body is masked too. */
  text(body: string): string;
  /** A request target: by the names of its query, and numbers that stand there without one. */
  target(target: string): string;
  /** The value of a header, or any other text that is no document of its own. */
  line(text: string): string;
  /** The values of a body's sensitive fields, also of a malformed body, to be masked wherever else they turn up. */
  values(body: string): Known;
  /** The same, and these values are masked wherever they stand: in another field, in a header, in an error's text. */
  knowing(known: Known): Redaction;
}

/** Values of people, by what they are. */
export type Known = ReadonlyMap<string, Kind>;

/** Shorter values are not searched for, since they turn up in any text. */
const LEAST_LOOKED_FOR = 6;
const LEAST_NAME = 3;
/** Longer values are trials of a field's limits, not names or numbers of people. */
const MOST_LOOKED_FOR = 64;

/** Names of the fields that a pack calls sensitive, on the spot or where their reference leads, and what each holds. */
export function sensitiveFields(source: Pick<PackSource, "messages" | "interfaces">): ReadonlyMap<string, Kind> {
  const fields = new Map<string, Kind>();
  for (const document of Object.values(source.messages)) collect(document, document, source, fields);
  collect(source.interfaces, undefined, source, fields);
  return fields;
}

export type Kind = "account" | "name" | "identity" | "mobile" | "secret";

/** Keeps what a person needs to tell two values apart, at most the first six and last four of an account number. */
const MASK: Readonly<Record<Kind, (value: string) => string>> = {
  account: (value) => keep(value, value.length >= 14 ? 6 : 0, 4),
  identity: (value) => keep(value, 1, 1),
  mobile: (value) => keep(value, 3, 4),
  name: (value) => `${Array.from(value)[0] ?? ""}${"*".repeat(Math.max(1, Array.from(value).length - 1))}`,
  secret: () => "******",
};

function keep(value: string, start: number, end: number): string {
  // A value too short to hide anything between its ends is hidden whole.
  if (value.length <= start + end + 2) return "*".repeat(value.length);
  return value.slice(0, start) + "*".repeat(value.length - start - end) + value.slice(value.length - end);
}

/** Masks by the fields of a pack, and besides whatever of `known` turns up anywhere. */
export function redaction(source: Pick<PackSource, "messages" | "interfaces">, known: Known = new Map()): Redaction {
  const declared = new Set<string>();
  collectNames(source.interfaces, declared);
  collectNames(source.messages, declared);
  return redactionOf({ fields: sensitiveFields(source), declared }, known);
}

/** The names of a pack's fields and parameters, and which of them hold personal data. */
interface Names {
  readonly fields: ReadonlyMap<string, Kind>;
  readonly declared: ReadonlySet<string>;
}

function redactionOf(names: Names, known: Known): Redaction {
  const { fields } = names;
  const hide = hider(known);
  const scan = scanner(names, hide);

  const json = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(json);
    if (typeof value === "string") return scan.stray(value);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const kind = fields.get(name);
        if (kind === undefined) return [name, json(inner)];
        // An object where text belongs may hold anything, so it is masked whole.
        return [
          name,
          typeof inner === "string" || typeof inner === "number"
            ? MASK[kind](String(inner))
            : inner === null
              ? null
              : "******",
        ];
      }),
    );
  };
  const own: Redaction = {
    json,
    text: scan.text,
    target: scan.target,
    line: scan.stray,
    values: (body) => valuesOf(body, fields),
    knowing: (more) =>
      [...more.keys()].every((value) => known.has(value)) ? own : redactionOf(names, new Map([...known, ...more])),
  };
  return own;
}

function collectNames(value: unknown, names: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  const { properties } = value as { readonly properties?: unknown };
  if (typeof properties === "object" && properties !== null)
    for (const name of Object.keys(properties)) names.add(name);
  for (const inner of Object.values(value)) collectNames(inner, names);
}

/** What a document's sensitive fields hold; of what is no JSON, whatever follows such a name. */
function valuesOf(body: string, fields: ReadonlyMap<string, Kind>): Known {
  const found = new Map<string, Kind>();
  const note = (value: unknown, kind: Kind): void => {
    if (typeof value === "string" || typeof value === "number") found.set(String(value), kind);
    else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) note(inner, kind);
  };
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const kind = fields.get(name);
      if (kind === undefined) walk(inner);
      else note(inner, kind);
    }
  };
  try {
    walk(JSON.parse(body));
  } catch {
    for (const [, name = "", quoted, bare] of body.matchAll(
      /["']?([A-Za-z_]+)["']?\s*[:=]\s*(?:["']([^"']*)["']?|([^\s,;&}\]"']+))/g,
    )) {
      const kind = fields.get(name);
      if (kind !== undefined) found.set(decoded(`"${quoted ?? bare ?? ""}"`), kind);
    }
  }
  return found;
}

/** An escape of JSON; in a document that stands in another document its backslash is doubled. */
const ESCAPE = /\\{1,2}u([0-9A-Fa-f]{4})/g;

/** A pattern for one UTF-16 unit, as itself or spelt as an escape. */
function unit(character: string): string {
  const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
  const either = hex
    .split("")
    .map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit))
    .join("");
  return `(?:\\u${hex}|\\\\{1,2}u${either})`;
}

/** Between the digits of a long number, which people and banks write in groups. */
const GROUPED = "[ -]?";

/** Masks known values wherever they stand alone: a longer word or number that happens to hold one is another value. */
function hider(known: Known): (text: string) => string {
  // A value that is masked already needs no mask.
  const wanted = [...known].filter(
    ([value]) =>
      !value.includes("*") &&
      value.length <= MOST_LOOKED_FOR &&
      (/^[\x20-\x7e]*$/.test(value) ? value.length >= LEAST_LOOKED_FOR : Array.from(value).length >= LEAST_NAME),
  );
  if (wanted.length === 0) return (text) => text;
  // The value overwrites its percent-encoded spelling, which is mostly the same text.
  const masks = new Map([
    ...wanted.map(([value]): [string, string] => [encodeURIComponent(value.toWellFormed()), "*".repeat(value.length)]),
    ...wanted.map(([value, kind]): [string, string] => [value, MASK[kind](value)]),
  ]);
  // The longest first: one value may begin with another.
  const patterns = [...masks.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((value) =>
      value
        .split("")
        .map(unit)
        .join(/^\d{11,}X?$/.test(value) ? GROUPED : ""),
    );
  const anywhere = new RegExp(`(?<![0-9A-Za-z])(?:${patterns.join("|")})(?![0-9A-Za-z])`, "g");
  return (text) =>
    text.replaceAll(
      anywhere,
      (found) =>
        masks.get(found.replaceAll(ESCAPE, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))) ??
        "*".repeat(found.length),
    );
}

/** Numbers of accounts in keys, messages and stacks, where no field's name tells: 12 digits and more. */
export function maskAccountNumbers(text: string): string {
  return text.replaceAll(/\d{12,}/g, (digits) => MASK.account(digits));
}

/**
 * Masks in place, so that all else stays the bytes that went over the wire: evidence of a wrong signature must keep
 * its blanks and its order. It reads what is not JSON too, since a body that is refused as malformed still names people.
 */
function scanner(
  { fields, declared }: Names,
  hide: (text: string) => string,
): { text(body: string): string; target(target: string): string; stray(text: string): string } {
  const names = [...fields.keys()].map((name) => name.replaceAll(/[^\w]/g, "\\$&")).join("|") || "(?!)";
  const inside = new RegExp(
    `((?<![A-Za-z0-9_])(?:${names})(?:\\\\?['"])?\\s*[:=]\\s*(?:\\\\?['"])?)([^'",}&\\\\\\s]+)`,
    "g",
  );
  // Any value after a sensitive name that is still unmasked, however it is quoted.
  const anywhere = new RegExp(
    `((?<![A-Za-z0-9_])(?:${names})[\\\\'"\\s]*[:=][\\\\'"\\s\\[{]*)([^'",}&\\\\\\s\\[{]+)`,
    "g",
  );
  const nameLast = new RegExp(`(?<![A-Za-z0-9_])(${names})['\\s]*[:=]\\s*$`);

  const stray = (text: string): string =>
    longNumbers(hide(text).replaceAll(inside, (_all, lead: string, value: string) => lead + "*".repeat(value.length)));

  const name = new RegExp(names);

  const text = (body: string): string => {
    // Most bodies hold no personal data: without a sensitive name (or an escape that may hide one) and without a long
    // number there is nothing to mask.
    if (!name.test(body) && !/\\|\d{11}/.test(body)) return hide(body);
    const masked = hide(scanned(body)).replaceAll(anywhere, (all, lead: string, value: string) =>
      value.includes("*") || ["null", "true", "false"].includes(value) ? all : lead + "*".repeat(value.length),
    );
    // Outside JSON a stray quote makes names and values trade places, so every long number is masked.
    return isJson(body) ? masked : masked.replaceAll(/\d{11,}/g, (digits) => "*".repeat(digits.length));
  };

  const target = (whole: string): string => {
    const [path = "", ...query] = whole.split(/(?<=[?&])/);
    return stray([path, ...query.map((part) => hidden(part.includes("=") ? part : maskAccountNumbers(part)))].join(""));
  };

  /**
   * One part of a query, masked. An unknown parameter keeps its name; a percent-encoded value that no pattern can read
   * is masked whole.
   */
  const hidden = (part: string): string => {
    const [, name, value = "", end = ""] = /^([^=]*)=(.*?)([?&]?)$/s.exec(part) ?? [];
    if (name === undefined) return part;
    const plain = percentDecoded(value);
    const telling = declared.has(percentDecoded(name))
      ? plain !== value && stray(plain) !== plain
      : /\d{6}|[^\x20-\x7e]/.test(plain) || stray(plain) !== plain;
    return !telling ? part : `${name}=${"*".repeat(Array.from(plain).length)}${end}`;
  };

  const scanned = (body: string): string => {
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
      out += stray(bare);
      at += bare.length;
      if (quote < 0) break;
      const unquoted = nameLast.exec(bare)?.[1];
      if (unquoted !== undefined) {
        value(fields.get(unquoted) ?? "secret");
        continue;
      }
      const end = stringEnd(body, quote);
      const literal = body.slice(quote, end);
      const colon = /^\s*[:=]\s*/.exec(body.slice(end, end + 64))?.[0];
      const kind = colon === undefined ? undefined : fields.get(decoded(literal));
      // A quote that is missing after the name leaves the colon inside of the literal.
      const unclosed = nameLast.exec(literal.slice(1, -1))?.[1];
      at = end;
      if (kind !== undefined) {
        out += literal + (colon ?? "");
        at += (colon ?? "").length;
        value(kind);
      } else if (unclosed !== undefined) {
        out += literal;
        value(fields.get(unclosed) ?? "secret");
      } else {
        out += straysOf(literal);
      }
    }
    return out;
  };

  /** A literal outside sensitive fields, with stray numbers masked; escapes are decoded first. */
  const straysOf = (literal: string): string => {
    if (!literal.includes("\\")) return stray(literal);
    const plain = decoded(literal);
    const found = stray(plain);
    return found === plain ? stray(literal) : JSON.stringify(found);
  };
  return { text, target, stray };
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

/** Behind the closing quote, or the end of the text. */
function stringEnd(body: string, quote: number): number {
  for (let at = quote + 1; at < body.length; at += 1) {
    if (body[at] === "\\") at += 1;
    else if (body[at] === '"') return at + 1;
  }
  return body.length;
}

function nestedEnd(body: string, open: number): number {
  let depth = 0;
  for (let at = open; at < body.length; at += 1) {
    const character = body[at];
    if (character === '"') at = stringEnd(body, at) - 1;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return body.length;
}

function isJson(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

function decoded(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, literal.length > 1 && literal.endsWith('"') ? -1 : undefined);
  }
}

/**
 * Card and identity numbers that strayed into free text: 15 to 19 digits standing alone, with a card's or identity
 * number's check digit.
 */
function longNumbers(text: string): string {
  return text.replaceAll(/(?<![\dA-Za-z_-])\d{15,19}(?![\dA-Za-z_-])/g, (digits) =>
    luhn(digits) ? MASK.account(digits) : digits,
  );
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function collect(
  value: unknown,
  document: unknown,
  source: Pick<PackSource, "messages">,
  fields: Map<string, Kind>,
): void {
  if (typeof value !== "object" || value === null) return;
  const properties = (value as { properties?: unknown }).properties;
  if (typeof properties === "object" && properties !== null) {
    for (const [name, schema] of Object.entries(properties)) {
      const kind = sensitivity(schema, document, source, 8);
      if (kind !== undefined) fields.set(name, kind);
    }
  }
  for (const inner of Object.values(value)) collect(inner, document, source, fields);
}

/**
 * The annotation of a property, which most often stands behind its `$ref` or in a part of an `allOf`; `steps` ends a
 * circle of references.
 */
function sensitivity(
  schema: unknown,
  document: unknown,
  source: Pick<PackSource, "messages">,
  steps: number,
): Kind | undefined {
  if (typeof schema !== "object" || schema === null || steps === 0) return undefined;
  const {
    "x-sensitive": kind,
    $ref: reference,
    allOf,
  } = schema as { "x-sensitive"?: unknown; $ref?: unknown; allOf?: unknown };
  // An unknown kind is masked whole.
  if (typeof kind === "string") return Object.hasOwn(MASK, kind) ? (kind as Kind) : "secret";
  for (const part of Array.isArray(allOf) ? (allOf as unknown[]) : []) {
    const found = sensitivity(part, document, source, steps - 1);
    if (found !== undefined) return found;
  }
  const [, file, pointer] =
    (typeof reference === "string" ? /^(?:messages\/([^/]+)\.json)?#\/(.*)$/.exec(reference) : null) ?? [];
  if (pointer === undefined) return undefined;
  const home = file === undefined ? document : source.messages[file];
  let target: unknown = home;
  for (const part of pointer.split("/")) target = (target as Record<string, unknown> | undefined)?.[part];
  return sensitivity(target, home, source, steps - 1);
}
