import type { PackSource, Interface } from "../../core/pack/types.ts";
import { interfaceFile } from "../../core/pack/file.ts";
import { sealedPlaces } from "../../core/pack/sealed-places.ts";
import { sealPart } from "../../core/sealing/part.ts";
import type { OpenWith, ReceiverKey, SealWith } from "../../core/sealing/part.ts";
import type { SealedPlace } from "../../core/sealing/policy.ts";
import { unsealBytes } from "../../core/sealing/sealed-object.ts";
import { openParts } from "../../core/sealing/sealed-parts.ts";
import type { SealingKey } from "../../core/sealing/scheme.ts";
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

/** What opens the sealed parts of messages: secrets, and private keys of parties. */
export type PartKey = SealingKey | ReceiverKey;

const secretsIn = (keys: readonly PartKey[]): readonly SealingKey[] => keys.filter((key) => key.kind === "sealing");

/** Opens with whichever of the keys fits: the judge knows the keys of all parties of its statement. */
export function partOpener(source: PackSource, places: SealedPlaces, keys: readonly PartKey[]): PartOpener {
  const { sealing, receiverSealing } = source.manifest.policies;
  const fitting = keys.filter(
    (key) => key.kind === "receiver" && receiverSealing?.algorithms[key.algorithm] !== undefined,
  );
  const opening: OpenWith = {
    ...(sealing === undefined ? {} : { secret: { policy: sealing, keys: secretsIn(keys) } }),
    ...(receiverSealing === undefined
      ? {}
      : { receiver: { policy: receiverSealing, keys: fitting as readonly ReceiverKey[] } }),
  };
  return (one, part, message) => {
    const found = places(one, part);
    return found.length === 0 ? message : openParts(opening, found, message, NO_BOUNDS).value;
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

/** Finds under which secret and nonce the parts of messages were sealed. */
export function sealedParts(source: PackSource, places: SealedPlaces, keys: readonly PartKey[]): SealedParts {
  const { sealing } = source.manifest.policies;
  const secrets = secretsIn(keys);
  return (one, part, message) =>
    sealing === undefined
      ? []
      : places(one, part)
          .flatMap(({ path, key }) => (key === "receiver" ? [] : valuesAt(message, path)))
          .flatMap((sealed) =>
            secrets.flatMap((secret, key) => {
              const opened = unsealBytes(sealing, [secret], sealed);
              return opened === undefined ? [] : [{ nonce: opened.nonce, ciphertext: opened.ciphertext, key }];
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
  readonly keys: SealWith;
  /** What a check makes of a sealed part before it is sent. */
  change?(sealed: Json, place: SealedPlace): Json;
}

/**
 * A body whose sealed parts are sealed as they are written, byte for byte, so that what a check has written wrongly
 * within one is still wrong when it is opened. A part that is not found, because the body around it is broken, stays, and
 * so does one for which there is no key, or which is no text or too long a one for it: it is wrong then as it stands.
 */
export function sealedBody(body: Uint8Array, { places, keys, change = (sealed) => sealed }: PartSealing): Uint8Array {
  // One character a byte.
  let text = Buffer.from(body).toString("latin1");
  for (const place of places) {
    if ((place.key === "receiver" ? keys.receiver : keys.secret) === undefined) continue;
    const span = spanOf(text, place.path);
    if (span === undefined) continue;
    const plain = Buffer.from(text.slice(...span), "latin1");
    const whole = sealable(keys, place, place.content === "text" ? textIn(plain) : plain);
    if (whole === undefined) continue;
    const sealed = change(whole, place);
    text = text.slice(0, span[0]) + Buffer.from(JSON.stringify(sealed)).toString("latin1") + text.slice(span[1]);
  }
  return Buffer.from(text, "latin1");
}

/** A part sealed; undefined where its scheme cannot seal such a text. */
function sealable(keys: SealWith, place: SealedPlace, content: Uint8Array): Json | undefined {
  try {
    return sealPart(keys, place, content);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
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
