import { undecodable } from "../codec.ts";
import type { Bounds, Codec, Decoding } from "../codec.ts";
import { charsetOf } from "./charset.ts";
import type { XmlForm } from "./form.ts";
import { forbiddenCharacter, isXmlName, readXml, XmlFault } from "./reader.ts";
import { messageOf, placesOf } from "./tree.ts";
import { spelt, writeXml } from "./writer.ts";

/**
 * XML 1.0 with namespaces, read strictly by `readXml` and in the form that a pack gives it. Every scalar is a text, as it
 * stands there: leading zeros and decimals stay. Whether an element that stands once is a list of one, only the schema
 * says.
 */
export function xmlCodec(form: XmlForm): Codec {
  const charset = charsetOf(form.encoding);
  const places = placesOf(form);
  const mediaType = form.mediaType ?? "application/xml";
  const decode = (bytes: Uint8Array, bounds: Bounds, lenient: boolean): Decoding => {
    if (bytes.length > bounds.bytes)
      return undecodable(
        bounds.bytes,
        `the body has ${bytes.length} bytes, allowed: ${bounds.bytes}`,
        `报文体 ${bytes.length} 字节，上限 ${bounds.bytes} 字节`,
      );
    const text = charset.read(bytes);
    if (text === undefined)
      return undecodable(0, `the body is not valid ${form.encoding}`, `报文体不是合法的 ${form.encoding}`);
    try {
      const root = readXml(text, form.encoding, bounds, lenient);
      return { ok: true, value: messageOf(root, lenient ? { ...form, ordered: false } : form, places) };
    } catch (fault) {
      if (!(fault instanceof XmlFault)) throw fault;
      return undecodable(charset.write(text.slice(0, fault.at)).length, fault.en, fault.zh);
    }
  };
  return {
    name: "xml",
    title: "XML",
    contentType: `${mediaType}; charset=${form.encoding.toLowerCase()}`,
    mediaType,
    textual: true,
    flat: false,
    accepts: (contentType) => acceptsIn(mediaType, form.encoding).test(contentType),
    decode: (bytes, bounds) => decode(bytes, bounds, false),
    encode: (value) => charset.write(writeXml(objectOf(value), form, places)),
    // A carriage return has to be written by its number, which not every library does.
    carries: (text) => forbiddenCharacter(text) < 0 && !text.includes("\r"),
    names: (name) => isXmlName(name.slice(name.indexOf(":") + 1).replace(/^@/, "")),
    loosely: {
      // Comments, instructions and a byte order mark are skipped, and elements stand in any order.
      decode: (bytes, bounds) => decode(bytes, bounds, true),
      encode: (value) => charset.write(writeXml(objectOf(anything(value)), form, places, escapedAnyhow)),
    },
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError("XML is made of an object");
  return value as Readonly<Record<string, unknown>>;
}

function acceptsIn(mediaType: string, encoding: string): RegExp {
  const [type, charset] = [mediaType, encoding].map((text) => text.replaceAll(/[/.+-]/g, "\\$&"));
  return new RegExp(`^${type ?? ""}\\s*(?:;\\s*charset="?${charset ?? ""}"?\\s*)?$`, "i");
}

/** A value with everything in it that XML has no place for as the text that JSON has for it. */
function anything(value: unknown): unknown {
  if (value === null || (typeof value === "number" && !Number.isSafeInteger(value))) return JSON.stringify(value);
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => (Array.isArray(item) ? JSON.stringify(item) : anything(item)));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, anything(member)]));
}

/** Escapes, and writes a forbidden character by its number, which a right reader refuses. */
function escapedAnyhow(text: string): string {
  return spelt(text).replaceAll(
    /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu,
    (one) => `&#${one.codePointAt(0) ?? 0};`,
  );
}
