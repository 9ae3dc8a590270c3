import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { gbkBytes } from "../../text/gbk.ts";
import { drawn } from "./slip.ts";
import type { Sending, Slip, Slipping } from "./slip.ts";

/** A message signed with one part and sent with another. */
const otherwise = (
  { base, message }: Sending,
  signed: Partial<Sending["message"]>,
  sent: Partial<Sending["message"]> = {},
): Slip => ({ signed: base({ ...message, ...sent, ...signed }), sent });

const text = ({ message }: Sending): string => Buffer.from(message.body).toString();

function json(sending: Sending): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text(sending)) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** The request's target taken apart; undefined for an answer. */
function target({ kind, message }: Sending): { readonly path: string; readonly query: string } | undefined {
  const [path = "", ...query] = message.target.split("?");
  return kind === "answer" ? undefined : { path, query: query.join("?") };
}

/** JSON as other languages write it by default. */
const WRITERS: readonly ((value: Readonly<Record<string, unknown>>) => string)[] = [
  (value) => JSON.stringify(value, undefined, 2),
  (value) => JSON.stringify(value, undefined, 4),
  (value) => pythonDumps(value, true),
  (value) => pythonDumps(value, false),
  (value) => JSON.stringify(Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  (value) => JSON.stringify(value).replaceAll("/", "\\/"),
  (value) => JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026"),
  (value) => JSON.stringify(value, undefined, "\t"),
  // An indentation that no explanation tries: silence is the best that can be had.
  (value) => JSON.stringify(value, undefined, 3),
];

function pythonDumps(value: unknown, ascii: boolean): string {
  if (Array.isArray(value)) return `[${value.map((one) => pythonDumps(one, ascii)).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([name, one]) => `${pythonDumps(name, ascii)}: ${pythonDumps(one, ascii)}`)
      .join(", ")}}`;
  const plain = JSON.stringify(value);
  if (!ascii) return plain;
  let out = "";
  for (let at = 0; at < plain.length; at += 1) {
    const code = plain.charCodeAt(at);
    out += code < 0x7f ? plain[at] : `\\u${code.toString(16).padStart(4, "0")}`;
  }
  return out;
}

const wide = (sending: Sending): boolean => sending.message.body.some((byte) => byte >= 0x80);

/** Mistakes with targets, bodies, character sets, times and other messages, made as senders make them. */
export const SLIPS_OF_CONTENT: Readonly<Record<string, Slipping>> = {
  "path-without-query": (sending) => {
    const parts = target(sending);
    return parts === undefined || parts.query === "" ? undefined : otherwise(sending, { target: parts.path });
  },
  "full-url": (sending) =>
    target(sending) === undefined
      ? undefined
      : otherwise(sending, { target: `${drawn(sending.random, ["https://", ""])}bank.test${sending.message.target}` }),
  "path-prefix-added": (sending) =>
    target(sending) === undefined
      ? undefined
      : otherwise(sending, { target: `/gateway/bank${sending.message.target}` }),
  "path-prefix-missing": (sending) => {
    const parts = target(sending);
    const rest = /^\/[^/]+(\/.+)$/.exec(sending.message.target)?.[1];
    return parts === undefined || rest === undefined ? undefined : otherwise(sending, { target: rest });
  },
  "path-decoded": (sending) => {
    const parts = target(sending);
    return parts === undefined || !/%[2-9A-F]/.test(sending.message.target)
      ? undefined
      : otherwise(sending, { target: decodeURIComponent(sending.message.target) });
  },
  "path-encoded-again": (sending) =>
    target(sending) === undefined || !sending.message.target.includes("%")
      ? undefined
      : otherwise(sending, { target: encodeURI(sending.message.target) }),
  "characters-escaped-otherwise": (sending) => {
    const parts = target(sending);
    if (parts === undefined || parts.query === "") return undefined;
    const strict = new URLSearchParams(parts.query).toString().replaceAll("+", "%20");
    return otherwise(
      sending,
      { target: `${parts.path}?${strict}` },
      { target: `${parts.path}?${strict.replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%40", "@")}` },
    );
  },
  "space-escaped-otherwise": (sending) => {
    const parts = target(sending);
    return parts === undefined || !parts.query.includes("%20")
      ? undefined
      : otherwise(sending, { target: `${parts.path}?${parts.query.replaceAll("%20", "+")}` });
  },
  "escapes-in-other-case": (sending) =>
    target(sending) === undefined
      ? undefined
      : otherwise(sending, { target: sending.message.target.replaceAll(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()) }),
  "query-in-other-order": (sending) => {
    const parts = target(sending);
    const pairs = parts?.query.split("&") ?? [];
    return parts === undefined || pairs.length < 2
      ? undefined
      : otherwise(sending, { target: `${parts.path}?${pairs.toSorted((a, b) => (a < b ? -1 : 1)).join("&")}` });
  },
  "slash-at-end": (sending) => {
    const parts = target(sending);
    return parts === undefined
      ? undefined
      : otherwise(sending, { target: `${parts.path}/${parts.query === "" ? "" : `?${parts.query}`}` });
  },
  "path-in-other-case": (sending) => {
    const parts = target(sending);
    return parts === undefined
      ? undefined
      : otherwise(sending, { target: `${parts.path.toLowerCase()}${parts.query === "" ? "" : `?${parts.query}`}` });
  },

  "body-reserialised": (sending) => {
    const value = json(sending);
    return value === undefined
      ? undefined
      : otherwise(sending, { body: Buffer.from(drawn(sending.random, WRITERS)(value)) });
  },
  "empty-body-signed": (sending) =>
    sending.message.body.length === 0 ? undefined : otherwise(sending, { body: new Uint8Array() }),
  "body-placeholder-signed": (sending) =>
    otherwise(sending, { body: Buffer.from(drawn(sending.random, ["{}", "null", '""'])) }, { body: new Uint8Array() }),
  "body-escaped-again": (sending) =>
    text(sending) === "" ? undefined : otherwise(sending, { body: Buffer.from(JSON.stringify(text(sending))) }),
  "body-digest-signed": (sending) => {
    const digest = createHash(drawn(sending.random, ["sha256", "md5"]))
      .update(sending.message.body)
      .digest();
    return otherwise(sending, {
      body: Buffer.from(digest.toString(drawn(sending.random, ["hex", "base64"] as const))),
    });
  },
  "body-in-gbk": (sending) => {
    const gbk = wide(sending) ? gbkBytes(text(sending)) : undefined;
    if (gbk === undefined) return undefined;
    return sending.random.below(2) === 0
      ? otherwise(sending, { body: gbk })
      : otherwise(sending, { body: sending.message.body }, { body: gbk });
  },
  "body-misread": (sending) =>
    wide(sending)
      ? otherwise(sending, { body: Buffer.from(Buffer.from(sending.message.body).toString("latin1")) })
      : undefined,
  "body-in-ascii": (sending) =>
    wide(sending)
      ? otherwise(sending, { body: Buffer.from(text(sending).replaceAll(/[^\0-\x7f]/gu, "?")) })
      : undefined,
  "byte-order-mark": (sending) => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), sending.message.body]);
    return sending.random.below(2) === 0
      ? otherwise(sending, { body: marked })
      : otherwise(sending, { body: sending.message.body }, { body: marked });
  },
  "body-compressed": (sending) =>
    sending.message.body.length === 0
      ? undefined
      : otherwise(sending, { body: sending.message.body }, { body: gzipSync(sending.message.body) }),

  "timestamp-in-milliseconds": (sending) => {
    const ms = `${sending.message.timestamp}${String(sending.random.below(1000)).padStart(3, "0")}`;
    return sending.random.below(2) === 0
      ? otherwise(sending, { timestamp: sending.message.timestamp }, { timestamp: ms })
      : otherwise(sending, { timestamp: `${sending.message.timestamp}000` });
  },
  "timestamp-taken-twice": (sending) =>
    otherwise(sending, { timestamp: String(Number(sending.message.timestamp) + drawn(sending.random, [-1, 1, 2])) }),
  "timestamp-in-other-zone": (sending) => {
    const hours = drawn(sending.random, [-8, 8, 9, -5]);
    const timestamp = String(Number(sending.message.timestamp) - hours * 3600 - sending.random.below(20));
    return { sent: { timestamp }, signed: Buffer.from("something else") };
  },
  "timestamp-stale": (sending) => {
    const away = 301 + sending.random.below(2000);
    const timestamp = String(Number(sending.message.timestamp) + drawn(sending.random, [-away, away]));
    return { sent: { timestamp }, signed: Buffer.from("something else") };
  },

  "signature-of-another-message": (sending) => {
    const signed = sending.base({ ...sending.message, nonce: "another", timestamp: "1700000001" });
    return {
      signed,
      failed: { otherMessages: () => [{ title: { en: "the request before", zh: "上一个请求" }, base: signed }] },
    };
  },
};
