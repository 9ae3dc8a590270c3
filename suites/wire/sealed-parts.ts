import type { PackSource, Interface } from "../../core/pack/types.ts";
import { interfaceFile } from "../../core/pack/file.ts";
import { sealedPlaces } from "../../core/pack/sealed-places.ts";
import type { SealedPlace } from "../../core/sealing/policy.ts";
import { sealBytes, unsealBytes } from "../../core/sealing/sealed-object.ts";
import type { SealedObject } from "../../core/sealing/sealed-object.ts";
import { openParts } from "../../core/sealing/sealed-parts.ts";
import type { SealingKey } from "../../core/sealing/scheme.ts";
import { sealingScheme } from "../../core/sealing/schemes.ts";
import type { Json } from "../../core/unit/unit.ts";

/** Opens the sealed parts of a message; what no key opens stays as it came. */
export type PartOpener = (one: Interface, part: "request" | "response", message: Json) => Json;

/** Where an interface's messages carry a field sealed. */
export type SealedPlaces = (one: Interface, part: "request" | "response") => readonly SealedPlace[];

const NO_BOUNDS = {
  bytes: Number.POSITIVE_INFINITY,
  depth: 64,
  members: Number.POSITIVE_INFINITY,
};

/** The sealed places of a pack's interfaces, found when they are first asked for. */
export function sealedPlacesOf(source: PackSource): SealedPlaces {
  const known = new Map<string, readonly SealedPlace[]>();
  const interfaces = new Map(source.interfaces.map((one) => [one.id, one]));
  return (one, part) => {
    const key = `${part} ${one.id}`;
    const written = interfaces.get(one.id) ?? one;
    const found = known.get(key) ?? sealedPlaces(source, written[part].body, interfaceFile(written));
    known.set(key, found);
    return found;
  };
}

/** Opens with whichever of the keys fits: the judge knows the secrets of all parties of its statement. */
export function partOpener(source: PackSource, places: SealedPlaces, keys: readonly SealingKey[]): PartOpener {
  const { sealing } = source.manifest.policies;
  return (one, part, message) => {
    const found = sealing === undefined ? [] : places(one, part);
    return sealing === undefined || found.length === 0
      ? message
      : openParts(sealing, keys, found, message, NO_BOUNDS).value;
  };
}

/** One sealed part as a message carried it: equal nonces under one key are told by it. */
export interface SealedUnder {
  readonly nonce: string;
  readonly ciphertext: string;
  /** Which of the keys opened it. */
  readonly key: number;
}

/** The sealed parts of a message that some key opens. */
export type SealedParts = (one: Interface, part: "request" | "response", message: Json) => readonly SealedUnder[];

/** Finds under which key and nonce the parts of messages were sealed. */
export function sealedParts(source: PackSource, places: SealedPlaces, keys: readonly SealingKey[]): SealedParts {
  const { sealing } = source.manifest.policies;
  return (one, part, message) =>
    sealing === undefined
      ? []
      : places(one, part)
          .flatMap(({ path }) => valuesAt(message, path))
          .flatMap((sealed) =>
            keys.flatMap((secret, key) => {
              const opened = unsealBytes(sealing, [secret], sealed);
              return opened.ok ? [{ nonce: opened.nonce, ciphertext: opened.ciphertext, key }] : [];
            }),
          );
}

function valuesAt(value: Json, [name, ...rest]: readonly string[]): readonly Json[] {
  if (name === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  if (name === "*") return Array.isArray(value) ? value.flatMap((item: Json) => valuesAt(item, rest)) : [];
  const inner = (value as Readonly<Record<string, Json>>)[name];
  return inner === undefined ? [] : valuesAt(inner, rest);
}

/** How the judge seals the parts of a request. */
export interface PartSealing {
  readonly places: readonly SealedPlace[];
  /** A new text, of which each nonce is the beginning. */
  nonce(): string;
  /** What a check makes of a sealed object before it is sent. */
  change?(sealed: SealedObject): Json;
}

/**
 * A body whose sealed parts are sealed as they are written, byte for byte, so that what a check has written wrongly
 * within one is still wrong when it is opened. A part that is not found, because the body around it is broken, stays.
 */
export function sealedBody(
  { manifest }: PackSource,
  key: SealingKey | undefined,
  body: Uint8Array,
  { places, nonce, change = (sealed) => sealed }: PartSealing,
): Uint8Array {
  const { sealing } = manifest.policies;
  if (sealing === undefined || key === undefined) return body;
  const { nonceBytes } = sealingScheme(sealing).scheme;
  // One character a byte.
  let text = Buffer.from(body).toString("latin1");
  for (const place of places) {
    const span = spanOf(text, place.path);
    if (span === undefined) continue;
    const plain = Buffer.from(text.slice(...span), "latin1");
    const content = place.content === "text" ? textIn(plain) : plain;
    const sealed = change(sealBytes(sealing, key, content, place, nonce().slice(0, nonceBytes)));
    text = text.slice(0, span[0]) + Buffer.from(JSON.stringify(sealed)).toString("latin1") + text.slice(span[1]);
  }
  return Buffer.from(text, "latin1");
}

/** The text that JSON writes, or what stands there in place of one. */
function textIn(plain: Buffer): Uint8Array {
  try {
    const value: unknown = JSON.parse(plain.toString());
    return typeof value === "string" ? Buffer.from(value) : plain;
  } catch {
    return plain;
  }
}

type Span = readonly [start: number, end: number];

/** Where the value at a path of names stands in JSON; undefined where the text is none so far, or has no such member. */
function spanOf(text: string, path: readonly string[]): Span | undefined {
  let at = skipBlanks(text, 0);
  for (const name of path) {
    const found = memberAt(text, at, name);
    if (found === undefined) return undefined;
    at = found;
  }
  const end = endOf(text, at);
  return end === undefined ? undefined : [at, end];
}

const skipBlanks = (text: string, from: number): number => {
  let at = from;
  while (" \t\r\n".includes(text.charAt(at)) && at < text.length) at += 1;
  return at;
};

/** The name that a key writes, escapes and all. */
function keyOf(written: string): string | undefined {
  try {
    return String(JSON.parse(written));
  } catch {
    return undefined;
  }
}

/** Where the value of the first member of that name begins. */
function memberAt(text: string, open: number, name: string): number | undefined {
  if (text[open] !== "{") return undefined;
  for (let at = skipBlanks(text, open + 1); text[at] === '"';) {
    const end = endOf(text, at);
    if (end === undefined) return undefined;
    const colon = skipBlanks(text, end);
    if (text[colon] !== ":") return undefined;
    const value = skipBlanks(text, colon + 1);
    if (keyOf(text.slice(at, end)) === name) return value;
    const next = endOf(text, value);
    if (next === undefined) return undefined;
    const comma = skipBlanks(text, next);
    if (text[comma] !== ",") return undefined;
    at = skipBlanks(text, comma + 1);
  }
  return undefined;
}

/** Where the value that begins here ends; undefined where the text ends before. */
function endOf(text: string, start: number): number | undefined {
  const first = text[start];
  if (first === '"') {
    for (let at = start + 1; at < text.length; at += 1) {
      if (text[at] === "\\") at += 1;
      else if (text[at] === '"') return at + 1;
    }
    return undefined;
  }
  if (first !== "{" && first !== "[") {
    const scalar = /[^\s,}\]]+/y;
    scalar.lastIndex = start;
    return scalar.test(text) ? scalar.lastIndex : undefined;
  }
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') {
      const end = endOf(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
