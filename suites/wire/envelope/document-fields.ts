import type { Codec } from "../../../core/codec/codec.ts";
import { NO_BOUNDS } from "../../../core/envelope/trailing-signature/document.ts";
import type { Fields } from "../../../core/envelope/trailing-signature/document.ts";

/**
 * A document with more fields. What its codec could have written is written anew; what a check spells otherwise keeps
 * its spelling, and the fields are put in ahead of all others; into what is no document nothing can be put.
 */
export function withFields(codec: Codec, body: Uint8Array, fields: Fields): Uint8Array {
  const { encode, decode } = codec.loosely ?? codec;
  if (body.length === 0) return encode(fields);
  const decoded = decode(body, NO_BOUNDS);
  if (decoded.ok && typeof decoded.value === "object" && decoded.value !== null) {
    const whole = encode({ ...fields, ...(decoded.value as Fields) });
    if (Buffer.compare(encode(decoded.value), body) === 0) return whole;
  }
  return withFieldAhead(codec, body, fields);
}

/** A document with fields ahead of all others, which keep their spelling; what is no document stays as it is. */
export function withFieldAhead(codec: Codec, body: Uint8Array, fields: Fields): Uint8Array {
  const text = Buffer.from(body).toString("latin1");
  const inner = elementsOf(Buffer.from((codec.loosely ?? codec).encode(fields)).toString("latin1"));
  const root = /^(?:\s|<\?[^>]*\?>)*<[^\s<>!?/][^<>]*>/.exec(text)?.[0];
  if (root === undefined || root.endsWith("/>")) return body;
  return Buffer.from(root + merged(inner, text.slice(root.length)), "latin1");
}

/** What stands within the root of a document that a codec has written. */
function elementsOf(document: string): string {
  return document.replace(/^(?:<\?[^>]*\?>)?<[^<>]*>/, "").replace(/<\/[^<>]*>$/, "");
}

/** Elements put ahead of others; those of a group that both have are put into it. */
function merged(inner: string, rest: string): string {
  const [, name = "", members = "", others = ""] = /^<([^\s<>/]+)>(.*?)<\/\1>(.*)$/s.exec(inner) ?? [];
  const open = name === "" ? undefined : new RegExp(`<${name}\\s*>`).exec(rest)?.[0];
  if (open === undefined || !members.startsWith("<")) return inner + rest;
  return others + rest.replace(open, () => open + members);
}
