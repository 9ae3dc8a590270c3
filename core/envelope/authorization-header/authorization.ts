/*
 * Imports nothing of Node's: scripts that run elsewhere sign with this file too.
 */

import type { Bilingual } from "../../run/verdict.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";

export interface AuthorizationFields {
  readonly party: string;
  readonly nonce: string;
  readonly timestamp: string;
  /** Undefined where the policy has none. */
  readonly serial?: string | undefined;
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
  | ({
      readonly ok: true;
      readonly token: string;
      readonly scheme: string;
      /** The parameters ahead of the signature, where they are bare. */
      readonly signed?: string;
    } & AuthorizationFields)
  | Refused;

interface Refused {
  readonly ok: false;
  readonly why: AuthorizationFault;
  readonly message: Bilingual;
}

const FIELDS = ["party", "nonce", "signature", "timestamp", "serial"] as const;
const MAXIMUM_HEADER_CHARACTERS = 8192;
const QUOTABLE = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * The value of the Authorization header.
 *
 * @throws RangeError for a token that the policy lacks, or a value that cannot stand between quotes.
 */
export function formatAuthorization(
  policy: AuthorizationHeaderPolicy,
  token: string,
  fields: AuthorizationFields,
): string {
  if (!Object.hasOwn(policy.algorithms, token)) {
    throw new RangeError(`no algorithm token "${token}"; allowed: ${Object.keys(policy.algorithms).join(", ")}`);
  }
  if (policy.authorization.parameters === "bare") {
    for (const field of BARE)
      if (!/^[\x21-\x2b\x2d-\x7e]*$/.test(fields[field] ?? ""))
        throw new RangeError(
          `${policy.authorization[field] ?? field} cannot stand in a header: only printable ASCII without a comma or a space`,
        );
    return `${token} ${bareParameters(policy, fields)},${policy.authorization.signature}=${fields.signature}`;
  }
  const parameters = fieldsOf(policy).map((field) => {
    const value = fields[field] ?? "";
    if (!QUOTABLE.test(value))
      throw new RangeError(
        `${policy.authorization[field]} cannot be quoted in a header: only printable ASCII without " and \\`,
      );
    return `${policy.authorization[field] ?? ""}="${value}"`;
  });
  return `${token} ${parameters.join(",")}`;
}

/** The fields that the policy has a name for. */
const fieldsOf = ({ authorization }: AuthorizationHeaderPolicy): readonly (typeof FIELDS)[number][] =>
  FIELDS.filter((field) => authorization[field] !== undefined);

/** In the order of Alipay's clients, the signature behind them. */
const BARE = ["party", "serial", "nonce", "timestamp"] as const;

/**
 * The bare parameters ahead of the signature: `app_id=…,nonce=…,timestamp=…`. They are signed as they stand, whatever
 * they are; what would be read as several parameters is sent by no right client.
 */
export function bareParameters(
  { authorization }: AuthorizationHeaderPolicy,
  fields: Omit<AuthorizationFields, "signature">,
): string {
  return BARE.flatMap((field) => {
    const [name, value] = [authorization[field], fields[field]];
    if (name === undefined || value === undefined) return [];
    return [`${name}=${value}`];
  }).join(",");
}

/**
 * Reads an Authorization header: one known token, then exactly the policy's parameters, each once, quoted, in any
 * order (clients differ). Spaces are allowed around commas and nowhere else. What is not understood is refused: a
 * reader that skips garbage verifies something else than the writer signed.
 */
export function parseAuthorization(
  policy: AuthorizationHeaderPolicy,
  headerValue: string | undefined,
): ParsedAuthorization {
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
  const start = space < 0 ? token.length : space + 1;
  const read = readParameters(policy, headerValue, start);
  if (!read.ok || policy.authorization.parameters !== "bare")
    return read.ok ? { ok: true, token, scheme, ...read.fields } : read;
  const last = `,${policy.authorization.signature}=${read.fields.signature}`;
  if (!headerValue.endsWith(last) || headerValue.slice(start).includes(" "))
    return fault(
      "malformed",
      `the header ${header} must end with ${policy.authorization.signature}, and have no spaces between its parameters`,
      `请求头 ${header} 应以 ${policy.authorization.signature} 结尾，参数之间不含空格`,
    );
  return { ok: true, token, scheme, signed: headerValue.slice(start, -last.length), ...read.fields };
}

type ParsedParameters = { readonly ok: true; readonly fields: AuthorizationFields } | Refused;

/** The parameters after the token, from the character `start` on. */
function readParameters({ authorization }: AuthorizationHeaderPolicy, value: string, start: number): ParsedParameters {
  const { header } = authorization;
  const values: Partial<Record<(typeof FIELDS)[number], string>> = {};
  const bare = authorization.parameters === "bare";
  const parameter = bare
    ? /([A-Za-z0-9_-]+)=([\x21-\x2b\x2d-\x7e]*)(?:(,)|$)/y
    : /([A-Za-z0-9_-]+)="([\x20-\x21\x23-\x5b\x5d-\x7e]*)"(?: *(,) *|$)/y;
  parameter.lastIndex = start;
  let more = true;
  while (more) {
    const at = parameter.lastIndex;
    const match = parameter.exec(value);
    if (match === null) {
      return fault(
        "malformed",
        `the header ${header} is malformed at character ${at + 1}; expected ${bare ? "name=value" : 'name="value"'} pairs with a comma between`,
        `请求头 ${header} 第 ${at + 1} 个字符处格式错误；应为以逗号分隔的 ${bare ? "名称=值" : '名称="值"'}`,
      );
    }
    const [, name = "", text = "", comma] = match;
    const field = FIELDS.find((one) => authorization[one] === name);
    if (field === undefined) {
      const expected = FIELDS.flatMap((one) => authorization[one] ?? []).join(", ");
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
    if (text === "")
      return fault(
        "empty-parameter",
        `${name} in the header ${header} is empty`,
        `请求头 ${header} 中参数 ${name} 为空`,
      );
    values[field] = text;
    more = comma !== undefined;
  }
  return complete(values, authorization);
}

/** Holds that no parameter is missing. */
function complete(
  { party, nonce, signature, timestamp, serial }: Partial<AuthorizationFields>,
  names: AuthorizationHeaderPolicy["authorization"],
): ParsedParameters {
  if (
    party === undefined ||
    nonce === undefined ||
    signature === undefined ||
    timestamp === undefined ||
    (serial === undefined && names.serial !== undefined)
  ) {
    const values = { party, nonce, signature, timestamp, serial };
    const missing = FIELDS.filter((field) => values[field] === undefined && names[field] !== undefined)
      .map((field) => names[field])
      .join(", ");
    return fault(
      "missing-parameter",
      `the header ${names.header} lacks: ${missing}`,
      `请求头 ${names.header} 缺少参数：${missing}`,
    );
  }
  return { ok: true, fields: { party, nonce, signature, timestamp, serial } };
}

function fault(why: AuthorizationFault, en: string, zh: string): Refused {
  return { ok: false, why, message: { en, zh } };
}

/** Text of the peer's in a message of ours: short, and with nothing in it that breaks a line or a terminal. */
function shown(text: string): string {
  const short = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return JSON.stringify(short.replace(/[^\x20-\x7e…]/g, "?"));
}
