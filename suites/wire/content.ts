import { parseBounded } from "../../core/json/bounded-parse.ts";
import type { CodecOf } from "../../core/codec/codecs.ts";
import type { Bounds } from "../../core/codec/codec.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Fields } from "./draft.ts";

/** Of an answer so much is read. */
const BOUNDS: Bounds = { bytes: 16_777_216, depth: 64, members: 1_000_000 };

/**
 * The value of a payload, read leniently: judging is not reading. Undefined for what is none of that format. Of a form
 * the first of equal names counts, and every value is a text.
 */
export function contentOf(payload: Uint8Array, representation: string, codecOf: CodecOf): Json | undefined {
  try {
    const loosely = codecOf(representation)?.loosely?.decode(payload, BOUNDS);
    if (loosely !== undefined) return loosely.ok ? loosely.value : undefined;
    const text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
    if (representation !== "form") return parseBounded(text);
    return /^[^{<\s]*=/.test(text) ? Object.fromEntries([...new URLSearchParams(text)].toReversed()) : undefined;
  } catch {
    return undefined;
  }
}

/** A value as an object of fields; empty for what is none. */
export function fieldsIn(value: Json | undefined): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
