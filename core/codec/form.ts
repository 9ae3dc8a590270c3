import type { Json } from "../unit/unit.ts";
import { mediaTypeIn, undecodable } from "./codec.ts";
import type { Bounds, Codec, Decoding } from "./codec.ts";

const MEDIA_TYPE = "application/x-www-form-urlencoded";

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Names that become something else than a member where an object is made of them. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * `application/x-www-form-urlencoded` (URL standard, section 5), read strictly: every parameter is `name=value` with a
 * name, each name stands once, a percent sign begins an escape of two hexadecimal digits, what the escapes make is
 * UTF-8, and nothing stands bare that is not printable ASCII. `+` is a space. Every value is a text.
 */
export const form: Codec = {
  name: "form",
  title: "form",
  contentType: `${MEDIA_TYPE}; charset=utf-8`,
  mediaType: MEDIA_TYPE,
  textual: true,
  flat: true,
  accepts: mediaTypeIn(MEDIA_TYPE),

  decode(bytes: Uint8Array, bounds: Bounds): Decoding {
    if (bytes.length > bounds.bytes)
      return undecodable(
        bounds.bytes,
        `the body has ${bytes.length} bytes, allowed: ${bounds.bytes}`,
        `报文体 ${bytes.length} 字节，上限 ${bounds.bytes} 字节`,
      );
    const values: Record<string, Json> = {};
    if (bytes.length === 0) return { ok: true, value: values };
    let members = 0;
    for (let at = 0; at <= bytes.length;) {
      const next = bytes.indexOf(AMPERSAND, at);
      const end = next < 0 ? bytes.length : next;
      members += 1;
      if (members > bounds.members)
        return undecodable(
          at,
          `the form has more than ${bounds.members} parameters`,
          `表单参数超过 ${bounds.members} 个`,
        );
      const equals = bytes.subarray(at, end).indexOf(EQUALS);
      if (equals < 1)
        return undecodable(
          at,
          "every parameter of a form is written name=value, with one & between them",
          "表单的每个参数应写作 名称=值，参数之间以一个 & 分隔",
        );
      const name = unescaped(bytes, at, at + equals);
      if (typeof name !== "string") return name;
      const value = unescaped(bytes, at + equals + 1, end);
      if (typeof value !== "string") return value;
      if (FORBIDDEN_NAMES.has(name))
        return undecodable(at, "the form has a parameter of a name that is not allowed", "表单含有不允许的参数名");
      if (Object.hasOwn(values, name)) return undecodable(at, "the form has a parameter twice", "表单中有参数重复出现");
      values[name] = value;
      at = end + 1;
    }
    return { ok: true, value: values };
  },

  encode(value: unknown): Uint8Array {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new TypeError("a form is made of an object of texts, whole numbers and booleans");
    return Buffer.from(
      Object.entries(value as Readonly<Record<string, unknown>>)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => `${escaped(name)}=${escaped(formText(member, name))}`)
        .join("&"),
    );
  },
};

/** The text of a value in a form. */
function formText(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || (typeof value === "number" && Number.isSafeInteger(value))) return String(value);
  throw new TypeError(
    `a form cannot carry "${name}": a parameter is a text, a whole number or a boolean, and no ${value === null ? "null" : typeof value}`,
  );
}

/** Percent-encoded for a form: all but letters, digits, `-`, `.`, `_`, `~` and `*`; a space is `%20`, which every reader takes for one. */
export function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The text of an escaped name or value, or what is wrong with it. */
function unescaped(bytes: Uint8Array, from: number, to: number): string | (Decoding & { readonly ok: false }) {
  const plain = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    if (byte === PERCENT) {
      const high = at + 2 < to ? digit(bytes[at + 1]) : -1;
      const low = at + 2 < to ? digit(bytes[at + 2]) : -1;
      if (high < 0 || low < 0)
        return undecodable(
          at,
          "a percent sign is followed by two hexadecimal digits; write a percent sign itself as %25",
          "百分号后应为两位十六进制数字；百分号本身应写作 %25",
        );
      plain[length] = high * 16 + low;
      at += 2;
    } else if (byte === EQUALS) {
      return undecodable(at, "an equals sign in a value is written %3D", "值中的等号应写作 %3D");
    } else if (byte <= SPACE || byte >= DELETE) {
      return undecodable(
        at,
        "a form is printable ASCII without spaces; write every other character percent-encoded in UTF-8",
        "表单只含可打印 ASCII 字符且不含空格；其余字符应以 UTF-8 百分号编码",
      );
    } else {
      plain[length] = byte === PLUS ? SPACE : byte;
    }
    length += 1;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain.subarray(0, length));
  } catch {
    return undecodable(
      from,
      "the percent escapes of a parameter are not valid UTF-8",
      "参数的百分号编码不是合法的 UTF-8",
    );
  }
}

function digit(byte: number | undefined): number {
  return byte === undefined ? -1 : "0123456789abcdef".indexOf(String.fromCharCode(byte).toLowerCase());
}
