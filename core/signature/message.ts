import type { Bilingual } from "../run/verdict.ts";
import { zeroedBytes } from "./slab.ts";

/*
 * Imports nothing of Node's: k6 scripts sign with this file too.
 */

/**
 * How a pack signs messages. What is signed is a list of words (`BASE_COMPONENTS`); each is followed by one line feed,
 * the last one too. Modelled on WeChat Pay APIv3.
 */
export interface SignaturePolicy {
  readonly requestBase: readonly string[];
  readonly responseBase: readonly string[];
  /** Token in the Authorization header, such as `WECHATPAY2-SHA256-RSA2048`, to the name of a signature scheme. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** `header` is the header's name; the rest are parameter names within it. */
  readonly authorization: {
    readonly header: string;
    readonly party: string;
    readonly nonce: string;
    readonly timestamp: string;
    readonly serial: string;
    readonly signature: string;
  };
  /** Header names of a signed answer or notification. */
  readonly response: {
    readonly timestamp: string;
    readonly nonce: string;
    readonly signature: string;
    readonly serial: string;
    readonly algorithm: string;
  };
}

/** The words that a signature base is made of. */
export const BASE_COMPONENTS = ["method", "path-and-query", "timestamp", "nonce", "body"] as const;
export type BaseComponent = (typeof BASE_COMPONENTS)[number];

export interface ResponseParts {
  /** As it stands in the header, unparsed: what was signed are its characters. */
  readonly timestamp: string;
  readonly nonce: string;
  /** Raw bytes as on the wire; never decoded and encoded again. */
  readonly body: Uint8Array;
}

export interface RequestParts extends ResponseParts {
  readonly method: string;
  /** As on the request line, such as `/v1/payments?party_id=1`; percent signs as they came. */
  readonly pathAndQuery: string;
}

/**
 * The bytes that a request's signature covers.
 *
 * @throws RangeError when the policy names an unknown component, or a part other than the body holds a line break.
 */
export function requestBase(policy: SignaturePolicy, parts: RequestParts): Uint8Array {
  return signatureBase(policy.requestBase, {
    method: parts.method,
    "path-and-query": parts.pathAndQuery,
    timestamp: parts.timestamp,
    nonce: parts.nonce,
    body: parts.body,
  });
}

/**
 * The bytes that the signature of an answer or a notification covers. An empty body is an empty line.
 *
 * @throws RangeError as `requestBase` does; also when the policy asks an answer for a method or a path.
 */
export function responseBase(policy: SignaturePolicy, parts: ResponseParts): Uint8Array {
  return signatureBase(policy.responseBase, { timestamp: parts.timestamp, nonce: parts.nonce, body: parts.body });
}

const encoder = new TextEncoder();

/** What one UTF-16 unit takes in UTF-8 at most. */
const WIDEST = 3;

function signatureBase(
  components: readonly string[],
  parts: Partial<Record<BaseComponent, string | Uint8Array>>,
): Uint8Array {
  // Texts that follow each other are encoded together: the encoder costs more by the call than by the character.
  const pieces: (string | Uint8Array)[] = [];
  let text = "";
  let room = 0;
  for (const component of components) {
    const value = Object.hasOwn(parts, component) ? parts[component as BaseComponent] : undefined;
    if (value === undefined) {
      throw new RangeError(
        `the signature base names "${component}"; allowed here: ${Object.keys(parts).join(", ")}. Correct the pack's signature policy`,
      );
    }
    if (typeof value === "string") {
      // A line break inside a line would let two different messages share one base.
      if (value.includes("\n") || value.includes("\r"))
        throw new RangeError(
          `${component} holds a line break, which a signature base cannot carry; refuse the message before`,
        );
      text += `${value}\n`;
    } else {
      if (text !== "") pieces.push(text);
      room += WIDEST * text.length + value.length;
      pieces.push(value);
      text = "\n";
    }
  }
  if (text !== "") pieces.push(text);
  const base = zeroedBytes(room + WIDEST * text.length);
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece === "string") {
      at += encoder.encodeInto(piece, at === 0 ? base : base.subarray(at)).written;
    } else {
      base.set(piece, at);
      at += piece.length;
    }
  }
  return base.subarray(0, at);
}

export interface AuthorizationFields {
  readonly party: string;
  readonly nonce: string;
  readonly timestamp: string;
  readonly serial: string;
  /** Base64 text. */
  readonly signature: string;
}

export type AuthorizationFault =
  | "missing"
  | "too-long"
  | "unknown-algorithm"
  | "malformed"
  | "unknown-parameter"
  | "duplicate-parameter"
  | "missing-parameter"
  | "empty-parameter";

export type ParsedAuthorization =
  | ({ readonly ok: true; readonly token: string; readonly scheme: string } & AuthorizationFields)
  | { readonly ok: false; readonly why: AuthorizationFault; readonly message: Bilingual };

const FIELDS = ["party", "nonce", "signature", "timestamp", "serial"] as const;
const MAXIMUM_HEADER_CHARACTERS = 8192;
const QUOTABLE = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * The value of the Authorization header.
 *
 * @throws RangeError for a token that the policy lacks, or a value that cannot stand between quotes.
 */
export function formatAuthorization(policy: SignaturePolicy, token: string, fields: AuthorizationFields): string {
  if (!Object.hasOwn(policy.algorithms, token)) {
    throw new RangeError(`no algorithm token "${token}"; allowed: ${Object.keys(policy.algorithms).join(", ")}`);
  }
  const parameters = FIELDS.map((field) => {
    const value = fields[field];
    if (!QUOTABLE.test(value))
      throw new RangeError(
        `${policy.authorization[field]} cannot be quoted in a header: only printable ASCII without " and \\`,
      );
    return `${policy.authorization[field]}="${value}"`;
  });
  return `${token} ${parameters.join(",")}`;
}

/**
 * Reads an Authorization header: one known token, then exactly the policy's parameters, each once, quoted, in any
 * order (clients differ). Spaces are allowed around commas and nowhere else. What is not understood is refused: a
 * reader that skips garbage verifies something else than the writer signed.
 */
export function parseAuthorization(policy: SignaturePolicy, headerValue: string | undefined): ParsedAuthorization {
  const header = policy.authorization.header;
  if (headerValue === undefined || headerValue.trim() === "") {
    return fault("missing", `the header ${header} is missing or empty`, `缺少请求头 ${header} 或其值为空`);
  }
  if (headerValue.length > MAXIMUM_HEADER_CHARACTERS) {
    return fault(
      "too-long",
      `the header ${header} has ${headerValue.length} characters, allowed: ${MAXIMUM_HEADER_CHARACTERS}`,
      `请求头 ${header} 长 ${headerValue.length} 个字符，上限 ${MAXIMUM_HEADER_CHARACTERS}`,
    );
  }
  const space = headerValue.indexOf(" ");
  const token = space < 0 ? headerValue : headerValue.slice(0, space);
  const scheme = Object.hasOwn(policy.algorithms, token) ? policy.algorithms[token] : undefined;
  if (scheme === undefined) {
    const allowed = Object.keys(policy.algorithms).join(", ");
    return fault(
      "unknown-algorithm",
      `the header ${header} begins with ${shown(token)}, allowed: ${allowed}`,
      `请求头 ${header} 以 ${shown(token)} 开头，允许的算法标识：${allowed}`,
    );
  }

  const values: Partial<Record<(typeof FIELDS)[number], string>> = {};
  const parameter = /([A-Za-z0-9_-]+)="([\x20-\x21\x23-\x5b\x5d-\x7e]*)"(?: *(,) *|$)/y;
  parameter.lastIndex = space < 0 ? token.length : space + 1;
  let more = true;
  while (more) {
    const at = parameter.lastIndex;
    const match = parameter.exec(headerValue);
    if (match === null) {
      return fault(
        "malformed",
        `the header ${header} is malformed at character ${at + 1}; expected name="value" pairs with a comma between`,
        `请求头 ${header} 第 ${at + 1} 个字符处格式错误；应为以逗号分隔的 名称="值"`,
      );
    }
    const [, name = "", value = "", comma] = match;
    const field = FIELDS.find((one) => policy.authorization[one] === name);
    if (field === undefined) {
      const expected = FIELDS.map((one) => policy.authorization[one]).join(", ");
      return fault(
        "unknown-parameter",
        `the header ${header} has the parameter ${shown(name)}, allowed: ${expected}`,
        `请求头 ${header} 含未知参数 ${shown(name)}，允许：${expected}`,
      );
    }
    if (values[field] !== undefined)
      return fault(
        "duplicate-parameter",
        `the header ${header} has ${name} twice`,
        `请求头 ${header} 中参数 ${name} 重复`,
      );
    if (value === "")
      return fault(
        "empty-parameter",
        `${name} in the header ${header} is empty`,
        `请求头 ${header} 中参数 ${name} 为空`,
      );
    values[field] = value;
    more = comma !== undefined;
  }

  const { party, nonce, signature, timestamp, serial } = values;
  if (
    party === undefined ||
    nonce === undefined ||
    signature === undefined ||
    timestamp === undefined ||
    serial === undefined
  ) {
    const missing = FIELDS.filter((field) => values[field] === undefined)
      .map((field) => policy.authorization[field])
      .join(", ");
    return fault(
      "missing-parameter",
      `the header ${header} lacks: ${missing}`,
      `请求头 ${header} 缺少参数：${missing}`,
    );
  }
  return { ok: true, token, scheme, party, nonce, timestamp, serial, signature };
}

function fault(why: AuthorizationFault, en: string, zh: string): ParsedAuthorization {
  return { ok: false, why, message: { en, zh } };
}

/** Text of the peer's in a message of ours: short, and with nothing in it that breaks a line or a terminal. */
function shown(text: string): string {
  const short = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return JSON.stringify(short.replace(/[^\x20-\x7e…]/g, "?"));
}

/** Seconds since the Unix epoch: canonical decimal (no sign, fraction or leading zero), at most 12 digits; else undefined. */
export function parseTimestampSeconds(text: string): number | undefined {
  return /^(?:0|[1-9][0-9]{0,11})$/.test(text) ? Number(text) : undefined;
}

export interface NonceBounds {
  readonly minLength: number;
  readonly maxLength: number;
  /** A regular expression for the whole nonce; without one, printable ASCII without space, quotes and backslash. */
  readonly pattern?: string;
}

/**
 * The test for nonces within these bounds. Make it once: the pattern is compiled here.
 *
 * @throws RangeError for bounds that no nonce meets; SyntaxError for a pattern that does not compile.
 */
export function nonceRule(bounds: NonceBounds): (nonce: string) => boolean {
  if (!(bounds.minLength >= 1 && bounds.maxLength >= bounds.minLength)) {
    throw new RangeError(
      `nonce lengths ${bounds.minLength} to ${bounds.maxLength}: the least must be 1 or more and not above the most`,
    );
  }
  const pattern = bounds.pattern === undefined ? undefined : new RegExp(`^(?:${bounds.pattern})$`);
  return (nonce) =>
    nonce.length >= bounds.minLength &&
    nonce.length <= bounds.maxLength &&
    // Holds whatever the pattern says: a quote or a line break would leave its place in the header or the base.
    /^[\x21\x23-\x26\x28-\x5b\x5d-\x7e]+$/.test(nonce) &&
    (pattern === undefined || pattern.test(nonce));
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NO_DIGIT = 255;
const DIGITS: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const index = ALPHABET.indexOf(String.fromCharCode(code));
  return index < 0 ? NO_DIGIT : index;
});

/** Standard base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((group >> 6) & 63) : "=";
    text += left > 2 ? ALPHABET.charAt(group & 63) : "=";
  }
  return text;
}

/**
 * The bytes of `text` when it is exactly what `encodeBase64` writes; else undefined. Each byte string has one
 * spelling: no white space, no missing padding, no other alphabet, no bits set behind the last byte. Lenient decoders
 * let one signature appear as many strings.
 */
export function decodeBase64Strict(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - padding;
  const bytes = zeroedBytes((text.length / 4) * 3 - padding);
  let held = 0;
  let heldBits = 0;
  let at = 0;
  for (let index = 0; index < digits; index++) {
    const digit = DIGITS[text.charCodeAt(index)] ?? NO_DIGIT;
    if (digit === NO_DIGIT) return undefined;
    held = (held << 6) | digit;
    heldBits += 6;
    if (heldBits >= 8) {
      heldBits -= 8;
      bytes[at] = held >> heldBits;
      at += 1;
      held &= (1 << heldBits) - 1;
    }
  }
  return held === 0 ? bytes : undefined;
}
