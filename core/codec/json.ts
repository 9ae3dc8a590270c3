import { parseStrictJson } from "../json/strict-json.ts";
import type { Json } from "../unit/unit.ts";
import { mediaTypeIn } from "./codec.ts";
import type { Bounds, Codec, Decoding } from "./codec.ts";

/** JSON (RFC 8259), read by `parseStrictJson`: no duplicate keys, no fractions, nothing that two parsers read differently. */
export const json: Codec = {
  name: "json",
  title: "JSON",
  contentType: "application/json; charset=utf-8",
  mediaType: "application/json",
  textual: false,
  flat: false,
  accepts: mediaTypeIn("application/json"),
  decode(bytes: Uint8Array, bounds: Bounds): Decoding {
    // The strict reader's result has the shape of a codec's: no object is made anew for each call.
    return parseStrictJson(bytes, bounds) as Decoding;
  },
  encode(value: unknown): Uint8Array {
    const text = JSON.stringify(value as Json) as string | undefined;
    if (text === undefined) throw new TypeError(`JSON cannot carry a ${typeof value}`);
    return Buffer.from(text);
  },
};
