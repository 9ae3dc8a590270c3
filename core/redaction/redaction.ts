import type { PackSource } from "../pack/types.ts";
import { decoded } from "./json-text.ts";
import { MASK } from "./mask.ts";
import type { Kind } from "./mask.ts";
import { sensitiveFields } from "./sensitive-fields.ts";
import { TextMask } from "./text-mask.ts";
import type { Names } from "./text-mask.ts";

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

/** Masks by the fields of a pack, and besides whatever of `known` turns up anywhere. */
export function redaction(source: Pick<PackSource, "messages" | "interfaces">, known: Known = new Map()): Redaction {
  const declared = new Set<string>();
  collectNames(source.interfaces, declared);
  collectNames(source.messages, declared);
  return redactionOf({ fields: sensitiveFields(source), declared }, known);
}

function redactionOf(names: Names, known: Known): Redaction {
  const { fields } = names;
  const hide = hider(known);
  const mask = new TextMask(names, hide);

  const json = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(json);
    if (typeof value === "string") return mask.stray(value);
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
    text: (body) => mask.text(body),
    target: (target) => mask.target(target),
    line: (text) => mask.stray(text),
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
