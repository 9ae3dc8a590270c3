import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Bilingual } from "../run/verdict.ts";
import { decodeBase64Strict, parseTimestampSeconds, requestBase, responseBase } from "./message.ts";
import type { RequestParts, SignaturePolicy } from "./message.ts";
import type { PublicKey } from "./scheme.ts";

const NO_BYTES = new Uint8Array();
const HASHES = ["sha256", "sm3", "sha512", "sha1", "md5"] as const;
const DEFAULT_CLOCK_SKEW_SECONDS = 300;

interface FailedMessage {
  readonly policy: SignaturePolicy;
  readonly timestamp: string;
  readonly nonce: string;
  /** Raw, as on the wire. */
  readonly body: Uint8Array;
  /** As it stands in the header. */
  readonly signature: string;
  /** The key that the message names. */
  readonly key: PublicKey;
  /** Keys that the sender may have taken instead: its others, those of other parties, the verifier's own. */
  readonly otherKeys: readonly { readonly owner: string; readonly key: PublicKey }[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** How old or how early a timestamp may be; without it, 300. */
  readonly clockSkewSeconds?: number;
}

/** A request that did not verify. */
export interface FailedRequest extends FailedMessage {
  readonly method: string;
  readonly pathAndQuery: string;
  /** Where we can be reached, such as `https://bank.test:8443`; tried as the beginning of a signed full URL. */
  readonly origins?: readonly string[];
}

/** An answer that did not verify. */
export type FailedResponse = FailedMessage;

export interface Diagnosis {
  /** Stable name of the cause: `missing-last-newline`. */
  readonly id: string;
  readonly message: Bilingual;
  /** True when the signature verifies once the mistake is made on purpose; false for a mere sign of it. */
  readonly proven: boolean;
}

/**
 * The likeliest mistake behind a signature that did not verify, or undefined when none fits.
 *
 * Each mistake is made again on purpose, alone: when the signature then verifies, that was it. Costs up to about
 * fifty verifications, so it is meant for tests and for integration, not for every refusal on the open net; and its
 * answer helps a forger as well as an integrator.
 */
export function diagnose(failed: FailedRequest | FailedResponse): Diagnosis | undefined {
  const attempt = new Attempt(failed);
  for (const cause of CAUSES) {
    const message = cause.explains(attempt);
    if (message !== undefined) return { id: cause.id, message, proven: cause.proven };
  }
  return undefined;
}

interface Cause {
  readonly id: string;
  readonly proven: boolean;
  /** The sentence for a person, if this mistake explains the signature. */
  explains(attempt: Attempt): Bilingual | undefined;
}

/** The inputs that all trials of one signature share. */
class Attempt {
  readonly failed: FailedRequest | FailedResponse;
  /** Present where a request was signed, and so a method and a path. */
  readonly request: FailedRequest | undefined;
  readonly signature: Uint8Array | undefined;

  constructor(failed: FailedRequest | FailedResponse) {
    this.failed = failed;
    this.request = "method" in failed ? failed : undefined;
    this.signature = decodeBase64Strict(failed.signature);
  }

  /** The signature base, with some parts as the sender may have had them. */
  base(changed: Partial<RequestParts> = {}): Uint8Array {
    const { policy } = this.failed;
    return this.request === undefined
      ? responseBase(policy, { ...this.failed, ...changed })
      : requestBase(policy, { ...this.request, ...changed });
  }

  /** Whether the signature, or another reading of it, fits these bytes. */
  fits(bytes: Uint8Array, signature: Uint8Array | undefined = this.signature): boolean {
    return signature !== undefined && this.failed.key.verify(bytes, signature);
  }

  fitsWith(changed: Partial<RequestParts>): boolean {
    return this.fits(this.base(changed));
  }
}

/**
 * Every mistake known, the commonest first. A new one is added here, and `diagnose.test.ts` then asks for a case of it.
 */
const CAUSES: readonly Cause[] = [
  {
    id: "missing-last-newline",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.fits(attempt.base().subarray(0, -1)),
        "the signed text lacks its last line feed; every line ends with \\n, the last one too",
        "待签名串缺少最后一个换行符；每一行都以 \\n 结尾，最后一行也不例外",
      ),
  },
  {
    id: "crlf-line-ends",
    proven: true,
    explains: (attempt) => {
      const { body } = attempt.failed;
      // The body is bytes, not lines of the base: only the line feeds around it change.
      const lines = attempt.base({ body: NO_BYTES }).subarray(0, -1);
      const withoutBody = Buffer.from(lines).toString("latin1").replaceAll("\n", "\r\n");
      return said(
        attempt.fits(Buffer.concat([Buffer.from(withoutBody, "latin1"), body, Buffer.from("\r\n")])),
        "the lines of the signed text end with \\r\\n; use \\n alone",
        "待签名串使用了 \\r\\n 换行；应只用 \\n",
      );
    },
  },
  {
    id: "path-without-query",
    proven: true,
    explains: (attempt) => {
      const path = attempt.request?.pathAndQuery;
      return said(
        path?.includes("?") === true && attempt.fitsWith({ pathAndQuery: path.slice(0, path.indexOf("?")) }),
        "the path was signed without its query string; sign path and query as they are sent",
        "签名的 URL 不含查询串；应按实际发送的路径与查询串签名",
      );
    },
  },
  {
    id: "full-url",
    proven: true,
    explains: (attempt) => {
      const { request } = attempt;
      return said(
        request !== undefined &&
          (request.origins ?? []).some((origin) =>
            attempt.fitsWith({ pathAndQuery: `${origin.replace(/\/$/, "")}${request.pathAndQuery}` }),
          ),
        "the full URL was signed; sign only path and query, without scheme and host",
        "签名用了完整 URL；应只用路径与查询串，不含协议与域名",
      );
    },
  },
  {
    id: "path-decoded",
    proven: true,
    explains: (attempt) => {
      const path = attempt.request?.pathAndQuery ?? "";
      const decoded = percentDecoded(path);
      return said(
        decoded !== undefined && decoded !== path && attempt.fitsWith({ pathAndQuery: decoded }),
        "the path was signed percent-decoded; sign it exactly as it is sent, percent signs and all",
        "签名用了解码后的 URL；应按实际发送的百分号编码原样签名",
      );
    },
  },
  {
    id: "lower-case-method",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.request !== undefined && attempt.fitsWith({ method: attempt.request.method.toLowerCase() }),
        "the method was signed in lower case; sign it as it is sent: POST",
        "签名时 HTTP 方法用了小写；应与实际发送一致，如 POST",
      ),
  },
  {
    id: "body-reserialised",
    proven: true,
    explains: (attempt) => {
      const variant = reserialised(attempt.failed.body).find(({ body }) => attempt.fitsWith({ body }));
      return variant === undefined
        ? undefined
        : {
            en: `another spelling of the body was signed (${variant.en}); serialise once, then sign and send those very bytes`,
            zh: `被签名的报文体与发送的写法不同（${variant.zh}）；应只序列化一次，对同一份字节签名并发送`,
          };
    },
  },
  {
    id: "empty-body-signed",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.failed.body.length > 0 && attempt.fitsWith({ body: NO_BYTES }),
        "an empty body was signed, but one was sent; sign the bytes that are sent",
        "签名时报文体为空，而实际发送了报文体；应对实际发送的字节签名",
      ),
  },
  {
    id: "body-placeholder-signed",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.failed.body.length === 0 &&
          ["{}", "null", '""', "undefined"].some((body) => attempt.fitsWith({ body: Buffer.from(body) })),
        "no body was sent, but {} or null was signed in its place; sign an empty line",
        "没有发送报文体，签名时却用了 {} 或 null；应签空行",
      ),
  },
  {
    id: "wrong-key",
    proven: true,
    explains: (attempt) => {
      const { signature } = attempt;
      if (signature === undefined) return undefined;
      const base = attempt.base();
      const other = attempt.failed.otherKeys.find(({ key }) => key.verify(base, signature));
      return other === undefined
        ? undefined
        : {
            en: `the signature was made with another key: that of ${other.owner}; sign with the private key that belongs to the serial number sent`,
            zh: `签名用的是另一把密钥：${other.owner}；应使用与所发证书序列号对应的私钥`,
          };
    },
  },
  {
    id: "encoding-hex",
    proven: true,
    explains: (attempt) => {
      const text = attempt.failed.signature;
      return said(
        /^(?:[0-9a-f]{2})+$/i.test(text) && attempt.fits(attempt.base(), Buffer.from(text, "hex")),
        "the signature is sent as hexadecimal; send it as standard base64",
        "签名以十六进制发送；应使用标准 Base64",
      );
    },
  },
  {
    id: "encoding-base64url",
    proven: true,
    explains: (attempt) => {
      const text = attempt.failed.signature;
      return said(
        attempt.signature === undefined &&
          /^[A-Za-z0-9_-]+={0,2}$/.test(text) &&
          attempt.fits(attempt.base(), Buffer.from(text, "base64url")),
        "the signature is sent as base64url; send it as standard base64 with + and / and padding",
        "签名以 base64url 发送；应使用标准 Base64（含 +、/ 与 = 补位）",
      );
    },
  },
  {
    id: "encoding-not-canonical",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.signature === undefined &&
          attempt.fits(attempt.base(), Buffer.from(attempt.failed.signature, "base64")),
        "the base64 of the signature is not canonical: line breaks, spaces, missing padding, or bits behind the end; send it in one piece with its padding",
        "签名的 Base64 不规范：含换行或空格、缺少补位、或末尾有多余比特；应为带补位的一整段",
      ),
  },
  {
    id: "encoding-raw-pair",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.failed.key.scheme === "sm2" &&
          attempt.signature?.length === 64 &&
          attempt.fits(attempt.base(), rawPairToDer(attempt.signature)),
        "the SM2 signature is sent as raw r||s (64 bytes); encode it as ASN.1 DER: SEQUENCE { INTEGER r, INTEGER s }",
        "SM2 签名以裸 r||s（64 字节）发送；应编码为 ASN.1 DER：SEQUENCE { INTEGER r, INTEGER s }",
      ),
  },
  {
    id: "digest-signed",
    proven: true,
    explains: (attempt) => {
      const base = attempt.base();
      return said(
        HASHES.some((hash) => {
          const digest = createHash(hash).update(base).digest();
          return [
            digest,
            Buffer.from(digest.toString("hex")),
            Buffer.from(digest.toString("hex").toUpperCase()),
            Buffer.from(digest.toString("base64")),
          ].some((bytes) => attempt.fits(bytes));
        }),
        "a hash of the text was signed, as bytes, hexadecimal or base64, and so hashed twice; give the signing function the text itself",
        "对待签名串先做了一次哈希再签名（等于哈希两次）；应把原文直接交给签名函数",
      );
    },
  },
  {
    id: "timestamp-in-milliseconds",
    proven: false,
    explains: (attempt) => {
      const { timestamp } = attempt.failed;
      const sentInMilliseconds = /^[1-9][0-9]{12}$/.test(timestamp);
      return said(
        sentInMilliseconds || attempt.fitsWith({ timestamp: `${timestamp}000` }),
        "the timestamp is in milliseconds, in the header or in the signed text; use whole seconds since 1970 in both",
        "时间戳（请求头或待签名串中）为毫秒；两处都应使用秒",
      );
    },
  },
  {
    id: "timestamp-taken-twice",
    proven: true,
    explains: (attempt) => {
      const seconds = parseTimestampSeconds(attempt.failed.timestamp);
      return said(
        seconds !== undefined &&
          [-1, 1, -2, 2, -3, 3].some((offset) => attempt.fitsWith({ timestamp: String(seconds + offset) })),
        "the clock was read twice: the signed timestamp is another than the one sent; read it once and use it in both places",
        "取了两次时间：签名中的时间戳与发送的不同；应只取一次，两处共用",
      );
    },
  },
  {
    id: "timestamp-stale",
    proven: false,
    explains: (attempt) => {
      const { timestamp, now, clockSkewSeconds = DEFAULT_CLOCK_SKEW_SECONDS } = attempt.failed;
      const seconds = parseTimestampSeconds(timestamp);
      if (seconds === undefined) return undefined;
      const age = Math.floor(now / 1000) - seconds;
      return said(
        Math.abs(age) > clockSkewSeconds,
        `the timestamp is ${Math.abs(age)} s ${age > 0 ? "old" : "ahead"}, allowed: ${clockSkewSeconds} s; set the clock, and sign anew for every attempt`,
        `时间戳${age > 0 ? "已过期" : "超前"} ${Math.abs(age)} 秒，允许偏差 ${clockSkewSeconds} 秒；请校准时钟，并在每次发送时重新签名`,
      );
    },
  },
];

/** The ids of every cause, in the order they are tried. */
export const DIAGNOSIS_IDS: readonly string[] = CAUSES.map(({ id }) => id);

function said(condition: boolean, en: string, zh: string): Bilingual | undefined {
  return condition ? { en, zh } : undefined;
}

interface Spelling {
  readonly en: string;
  readonly zh: string;
  readonly body: Uint8Array;
}

/** The same JSON value as the serialisers in use would write it, other than it came. */
function reserialised(body: Uint8Array): readonly Spelling[] {
  const text = Buffer.from(body).toString("utf8");
  const trimmed = text.trim();
  const spellings: { en: string; zh: string; text: string }[] = [
    { en: "white space around it differs", zh: "首尾空白不同", text: trimmed },
    { en: "white space around it differs", zh: "首尾空白不同", text: `${trimmed}\n` },
  ];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value !== undefined) {
    const sorted = withSortedKeys(value);
    for (const [order, ordered] of [
      ["", value],
      [" and sorted keys", sorted],
    ] as const) {
      const zhOrder = order === "" ? "" : "、键排序";
      const compact = JSON.stringify(ordered);
      const python = spaced(compact);
      spellings.push(
        { en: `compact${order}`, zh: `紧凑格式${zhOrder}`, text: compact },
        { en: `indented by 2${order}`, zh: `缩进 2 格${zhOrder}`, text: JSON.stringify(ordered, undefined, 2) },
        { en: `indented by 4${order}`, zh: `缩进 4 格${zhOrder}`, text: JSON.stringify(ordered, undefined, 4) },
        {
          en: `spaces after commas and colons${order}, as Python writes it`,
          zh: `逗号与冒号后有空格（Python 默认）${zhOrder}`,
          text: python,
        },
        {
          en: `the same with \\u escapes${order}, as Python writes it`,
          zh: `逗号与冒号后有空格并转义非 ASCII 字符（Python 默认）${zhOrder}`,
          text: asciiOnly(python),
        },
        {
          en: `compact with \\u escapes${order}`,
          zh: `紧凑格式并转义非 ASCII 字符${zhOrder}`,
          text: asciiOnly(compact),
        },
        {
          en: `slashes as \\/ and \\u escapes${order}, as PHP writes it`,
          zh: `斜杠写作 \\/ 并转义非 ASCII 字符（PHP 默认）${zhOrder}`,
          text: asciiOnly(compact).replaceAll("/", "\\/"),
        },
        { en: `slashes as \\/${order}`, zh: `斜杠写作 \\/${zhOrder}`, text: compact.replaceAll("/", "\\/") },
      );
    }
  }
  return spellings
    .filter((spelling) => spelling.text !== text)
    .map(({ en, zh, text: spelt }) => ({ en, zh, body: Buffer.from(spelt) }));
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => [key, withSortedKeys(member)]),
  );
}

/** Compact JSON with a space after each comma and colon that is not inside a string. */
function spaced(compact: string): string {
  return compact.replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (token) => (token.startsWith('"') ? token : `${token} `));
}

function asciiOnly(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The percent-decoded path, unless it cannot be decoded or holds what no base can carry. */
function percentDecoded(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return /[\r\n]/.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

function rawPairToDer(pair: Uint8Array): Uint8Array {
  const content = [...derInteger(pair.subarray(0, 32)), ...derInteger(pair.subarray(32))];
  return Uint8Array.of(0x30, content.length, ...content);
}

function derInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  const content = (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...digits) : digits;
  return Uint8Array.of(0x02, content.length, ...content);
}
