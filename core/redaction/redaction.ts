import type { PackSource } from "../pack/types.ts";
import { parseBounded } from "../json/bounded-parse.ts";
import { decoded } from "./json-text.ts";
import { knownValues } from "./known-values.ts";
import type { Known, KnownValues } from "./known-values.ts";
import { MASK } from "./mask.ts";
import type { Kind } from "./mask.ts";
import { sensitiveFields } from "./sensitive-fields.ts";
import { isXml, sensitiveInXml } from "./xml-text.ts";
import { TextMask } from "./text-mask.ts";
import type { Names } from "./text-mask.ts";

export type { Known } from "./known-values.ts";

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

/** Sets of further values whose masks are kept: the people of a run turn up in many exchanges. */
const MOST_KEPT = 64;

/** Masks by the fields of a pack, and besides whatever of `known` turns up anywhere. */
export function redaction(source: Pick<PackSource, "messages" | "interfaces">, known: Known = new Map()): Redaction {
  const declared = new Set<string>();
  collectNames(source.interfaces, declared);
  collectNames(source.messages, declared);
  const names = { fields: sensitiveFields(source), declared };
  return redactionOf(new TextMask(names, (text) => text), names, knownValues(known));
}

function redactionOf(plain: TextMask, names: Names, known: KnownValues): Redaction {
  const { fields } = names;
  const mask = plain.hiding((text) => known.hide(text));
  const kept = new Map<string, Redaction>();

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
    knowing: (more) => {
      if ([...more.keys()].every((value) => known.values.has(value))) return own;
      const key = JSON.stringify([...more]);
      const made = kept.get(key) ?? redactionOf(plain, names, known.and(more));
      kept.delete(key);
      kept.set(key, made);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return made;
    },
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
  if (isXml(body)) return new Map(sensitiveInXml(body, fields));
  const value = parseBounded(body);
  if (value !== undefined) walk(value);
  else {
    for (const [, name = "", quoted, bare] of body.matchAll(
      /["']?([A-Za-z_]+)["']?\s*[:=]\s*(?:["']([^"']*)["']?|([^\s,;&}\]"']+))/g,
    )) {
      const kind = fields.get(name);
      if (kind !== undefined) found.set(decoded(`"${quoted ?? bare ?? ""}"`), kind);
    }
  }
  return found;
}
