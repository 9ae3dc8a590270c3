import type { Bilingual } from "../run/verdict.ts";

export interface StrictJsonLimits {
  /** Size of the document in bytes. */
  readonly bytes: number;
  /** Object members and array elements of the whole document together. */
  readonly members: number;
  /** Nested objects and arrays; a lone `{}` is 1 deep. Default 16. */
  readonly depth?: number;
  /**
   * Refuse numbers with a fraction or an exponent, `1.0` and `1e2` too: once parsed they are the integers 1 and 100,
   * and a schema cannot tell any more. Default true, as money travels in integers of minor units.
   */
  readonly integersOnly?: boolean;
}

export type JsonFault =
  | "too-large"
  | "empty"
  | "invalid-utf8"
  | "byte-order-mark"
  | "syntax"
  | "control-character"
  | "trailing-data"
  | "too-deep"
  | "too-many-members"
  | "duplicate-key"
  | "forbidden-key"
  | "lone-surrogate"
  | "not-an-integer"
  | "negative-zero"
  | "number-out-of-range";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type StrictJson =
  | { readonly ok: true; readonly value: JsonValue }
  /** `offset` counts bytes from the start of the document to what is wrong; the messages do not repeat it. */
  | { readonly ok: false; readonly why: JsonFault; readonly message: Bilingual; readonly offset: number };

const DEFAULT_DEPTH = 16;

/**
 * Reads JSON (RFC 8259) as a payment interface must: whatever two parsers could read differently is refused, where
 * `JSON.parse` takes the last of duplicate keys and rounds large integers. Refused besides bad syntax: duplicate keys
 * (also when spelt with escapes), integers beyond 2^53-1, numbers that are not finite, -0, lone surrogates, invalid
 * UTF-8, a byte order mark, the keys `__proto__`, `constructor` and `prototype`, and whatever exceeds the limits.
 *
 * One pass checks, then `JSON.parse` builds the value. Never throws on any bytes.
 */
export function parseStrictJson(bytes: Uint8Array, limits: StrictJsonLimits): StrictJson {
  if (bytes.length > limits.bytes) {
    return refusal(
      "too-large",
      limits.bytes,
      `the body has ${bytes.length} bytes, allowed: ${limits.bytes}`,
      `报文体 ${bytes.length} 字节，上限 ${limits.bytes} 字节`,
    );
  }
  let text: string;
  try {
    text = utf8Decoder().decode(bytes);
  } catch {
    const offset = firstInvalidByte(bytes);
    return refusal(
      "invalid-utf8",
      offset,
      "the body is not valid UTF-8; send JSON in UTF-8",
      "报文体不是合法的 UTF-8；请使用 UTF-8 编码",
    );
  }
  try {
    new Checker(text, limits).check();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const offset = new TextEncoder().encode(text.slice(0, error.at)).length;
    return refusal(error.why, offset, error.en, error.zh);
  }
  const value: JsonValue = JSON.parse(text);
  return { ok: true, value };
}

function refusal(why: JsonFault, offset: number, en: string, zh: string): StrictJson {
  return { ok: false, why, message: { en, zh }, offset };
}

function utf8Decoder(): InstanceType<typeof TextDecoder> {
  // ignoreBOM *keeps* a byte order mark in the text, where the checker finds it.
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
}

/** The longest valid prefix, by bisection: a prefix is invalid from the first byte that no continuation can mend. */
function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    try {
      utf8Decoder().decode(bytes.subarray(0, middle), { stream: true });
      valid = middle;
    } catch {
      invalid = middle;
    }
  }
  return valid;
}

/** Carries a fault out of the checker's recursion; caught in this file. No Error, as a stack trace costs more than the check. */
class Refused {
  readonly why: JsonFault;
  readonly at: number;
  readonly en: string;
  readonly zh: string;
  constructor(why: JsonFault, at: number, en: string, zh: string) {
    this.why = why;
    this.at = at;
    this.en = en;
    this.zh = zh;
  }
}

const QUOTE = 0x22;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;
/** Integers of at most so many digits are safe without looking. */
const SAFE_DIGITS = 15;

class Checker {
  readonly #text: string;
  readonly #maximumDepth: number;
  readonly #maximumMembers: number;
  readonly #integersOnly: boolean;
  #at = 0;
  #depth = 0;
  #members = 0;
  /** Set by `#string`: whether the last string holds an escape. */
  #escaped = false;

  constructor(text: string, limits: StrictJsonLimits) {
    this.#text = text;
    this.#maximumDepth = limits.depth ?? DEFAULT_DEPTH;
    this.#maximumMembers = limits.members;
    this.#integersOnly = limits.integersOnly ?? true;
  }

  check(): void {
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK)
      throw new Refused(
        "byte-order-mark",
        0,
        "the body begins with a byte order mark; leave it out",
        "报文体以 BOM 开头；请去掉",
      );
    this.#skipSpace();
    if (this.#at === this.#text.length)
      throw new Refused("empty", this.#at, "the body is empty; expected a JSON value", "报文体为空；应为 JSON");
    this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length)
      throw new Refused(
        "trailing-data",
        this.#at,
        `${this.#found()} after the end of the JSON value`,
        `JSON 结束之后还有 ${this.#found()}`,
      );
  }

  #value(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code === QUOTE) this.#string();
    else if (code === OPEN_OBJECT) this.#object();
    else if (code === OPEN_ARRAY) this.#array();
    else if (code === MINUS || (code >= ZERO && code <= NINE)) this.#number();
    else if (this.#text.startsWith("true", this.#at) || this.#text.startsWith("null", this.#at)) this.#at += 4;
    else if (this.#text.startsWith("false", this.#at)) this.#at += 5;
    else throw this.#syntax("a JSON value", "JSON 值");
  }

  #object(): void {
    this.#enter();
    // Most objects of a message have a handful of members; the set is made when the second key comes.
    let first: string | undefined;
    let keys: Set<string> | undefined;
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== CLOSE_OBJECT) {
      for (;;) {
        const start = this.#at;
        if (this.#text.charCodeAt(start) !== QUOTE) throw this.#syntax("a key in double quotes", "双引号括起的键");
        this.#countMember();
        this.#string();
        const key = this.#escaped
          ? decodeString(this.#text.slice(start, this.#at))
          : this.#text.slice(start + 1, this.#at - 1);
        if (key === "__proto__" || key === "constructor" || key === "prototype") {
          throw new Refused("forbidden-key", start, `the key "${key}" is not allowed`, `不允许使用键 "${key}"`);
        }
        if (first === undefined) first = key;
        else {
          keys ??= new Set([first]);
          if (keys.has(key))
            throw new Refused(
              "duplicate-key",
              start,
              `the key ${shown(key)} stands twice in one object`,
              `同一对象中键 ${shown(key)} 重复`,
            );
          keys.add(key);
        }
        this.#skipSpace();
        if (this.#text.charCodeAt(this.#at) !== COLON) throw this.#syntax("a colon", "冒号");
        this.#at += 1;
        this.#skipSpace();
        this.#value();
        this.#skipSpace();
        const code = this.#text.charCodeAt(this.#at);
        if (code === CLOSE_OBJECT) break;
        if (code !== COMMA) throw this.#syntax("a comma or }", "逗号或 }");
        this.#at += 1;
        this.#skipSpace();
      }
    }
    this.#at += 1;
    this.#depth -= 1;
  }

  #array(): void {
    this.#enter();
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== CLOSE_ARRAY) {
      for (;;) {
        this.#countMember();
        this.#value();
        this.#skipSpace();
        const code = this.#text.charCodeAt(this.#at);
        if (code === CLOSE_ARRAY) break;
        if (code !== COMMA) throw this.#syntax("a comma or ]", "逗号或 ]");
        this.#at += 1;
        this.#skipSpace();
      }
    }
    this.#at += 1;
    this.#depth -= 1;
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > this.#maximumDepth) {
      throw new Refused(
        "too-deep",
        this.#at,
        `more than ${this.#maximumDepth} levels of objects and arrays`,
        `对象与数组嵌套超过 ${this.#maximumDepth} 层`,
      );
    }
    this.#at += 1;
  }

  #countMember(): void {
    this.#members += 1;
    if (this.#members > this.#maximumMembers) {
      throw new Refused(
        "too-many-members",
        this.#at,
        `more than ${this.#maximumMembers} members and elements`,
        `成员与元素总数超过 ${this.#maximumMembers}`,
      );
    }
  }

  #string(): void {
    const text = this.#text;
    let at = this.#at + 1;
    let escaped = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        escaped = true;
        at = this.#escape(at);
      } else if (code >= 0x20) {
        // Valid UTF-8 decodes to whole pairs: an unescaped surrogate cannot be alone here.
        at += 1;
      } else {
        this.#at = Math.min(at, text.length);
        if (at >= text.length) throw this.#syntax("the closing quote of a string", "字符串的结束引号");
        throw new Refused(
          "control-character",
          at,
          `the control character U+${hex(code)} stands unescaped in a string`,
          `字符串中含未转义的控制字符 U+${hex(code)}`,
        );
      }
    }
    this.#at = at + 1;
    this.#escaped = escaped;
  }

  /** Checks the escape at `at`; returns the position after it. */
  #escape(at: number): number {
    const text = this.#text;
    const kind = text.charAt(at + 1);
    if (kind !== "u") {
      if (kind !== "" && '"\\/bfnrt'.includes(kind)) return at + 2;
      this.#at = at;
      throw this.#syntax(
        'one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX',
        '转义 \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX 之一',
      );
    }
    const unit = this.#unit(at);
    if (unit < 0xd800 || unit > 0xdfff) return at + 6;
    if (unit <= 0xdbff && text.charAt(at + 6) === "\\" && text.charAt(at + 7) === "u") {
      const low = this.#unit(at + 6);
      if (low >= 0xdc00 && low <= 0xdfff) return at + 12;
    }
    throw new Refused(
      "lone-surrogate",
      at,
      `\\u${hex(unit)} is half of a surrogate pair, alone`,
      `\\u${hex(unit)} 是不成对的代理项`,
    );
  }

  #unit(at: number): number {
    const digits = this.#text.slice(at + 2, at + 6);
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) {
      this.#at = at;
      throw this.#syntax("four hexadecimal digits after \\u", "\\u 之后应为四位十六进制数字");
    }
    return Number.parseInt(digits, 16);
  }

  #number(): void {
    const start = this.#at;
    const negative = this.#text.charCodeAt(start) === MINUS;
    if (negative) this.#at += 1;
    const integerStart = this.#at;
    this.#digits();
    const integerDigits = this.#at - integerStart;
    if (integerDigits > 1 && this.#text.charCodeAt(integerStart) === ZERO) {
      this.#at = integerStart;
      throw this.#syntax("a number without leading zeros", "无前导零的数字");
    }
    let integer = true;
    if (this.#text.charCodeAt(this.#at) === DOT) {
      integer = false;
      this.#at += 1;
      this.#digits();
    }
    const exponent = this.#text.charAt(this.#at);
    if (exponent === "e" || exponent === "E") {
      integer = false;
      this.#at += 1;
      const sign = this.#text.charAt(this.#at);
      if (sign === "+" || sign === "-") this.#at += 1;
      this.#digits();
    }
    if (integer && !negative && integerDigits <= SAFE_DIGITS) return;

    const written = this.#text.slice(start, this.#at);
    const value = Number(written);
    if (value === 0 && negative)
      throw new Refused("negative-zero", start, "-0 is not allowed; write 0", "不允许 -0；请写 0");
    if (!integer && this.#integersOnly) {
      throw new Refused(
        "not-an-integer",
        start,
        `${shown(written)} has a fraction or an exponent; only plain integers are allowed`,
        `${shown(written)} 含小数或指数；只允许整数`,
      );
    }
    // Every double beyond 2^53-1 is an integer, and stands for several of them; this refuses 1e400 too.
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      throw new Refused(
        "number-out-of-range",
        start,
        `${shown(written)} is beyond ±9007199254740991 (2^53-1), which not every reader keeps exactly`,
        `${shown(written)} 超出 ±9007199254740991（2^53-1），无法保证精确`,
      );
    }
  }

  /** One digit or more. */
  #digits(): void {
    const start = this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (!(code >= ZERO && code <= NINE)) break;
      this.#at += 1;
    }
    if (this.#at === start) throw this.#syntax("a digit", "数字");
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #syntax(en: string, zh: string): Refused {
    return new Refused(
      "syntax",
      this.#at,
      `expected ${en}, found ${this.#found()}`,
      `应为${zh}，实为 ${this.#found()}`,
    );
  }

  #found(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? "the end (报文结束)" : shown(String.fromCodePoint(code));
  }
}

function decodeString(literal: string): string {
  const value: unknown = JSON.parse(literal);
  return String(value);
}

function hex(unit: number): string {
  return unit.toString(16).toUpperCase().padStart(4, "0");
}

/** Text of the peer's in a message of ours: short, quoted, and without what disturbs a terminal. */
function shown(text: string): string {
  const short = text.length > 64 ? `${text.slice(0, 64).toWellFormed()}…` : text;
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${hex(character.charCodeAt(0))}`,
  );
}
