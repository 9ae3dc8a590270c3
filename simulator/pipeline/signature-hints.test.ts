import { constants, generateKeyPairSync, sign } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rsa2048 } from "../../core/signature/rsa.ts";
import { startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { RSA } from "../testing/keys.ts";
import type { TestKey } from "../testing/keys.ts";

/*
 * A client that makes one mistake each time, with nothing of ours but the bank: it joins and signs its lines by itself.
 */

const pairOf = (): { readonly publicKey: string; readonly privateKey: string } =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

const enrolledAs = (serial: string, pair: ReturnType<typeof pairOf>): TestKey => ({
  serial,
  algorithm: RSA,
  privatePem: pair.privateKey,
  publicPem: pair.publicKey,
  privateKey: rsa2048.privateKey(pair.privateKey),
  publicKey: rsa2048.publicKey(pair.publicKey),
});

const mine = pairOf();
const stranger = pairOf();
const BOOK = '{"party_id":"SHOP01","message":"一本书"}';
/** As `iconv -t GBK` has it. */
const BOOK_IN_GBK = Buffer.concat([
  Buffer.from('{"party_id":"SHOP01","message":"'),
  Buffer.from("d2bbb1becae9", "hex"),
  Buffer.from('"}'),
]);
const QUERY = "/v1/bindings/B000001/statement?party_id=SHOP01&from_date=2026-11-21&to_date=2026-11-21&cursor=";
let nonces = 0;

/** What goes out, and in what it differs from what was signed. */
interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: readonly (readonly [string, string])[];
  readonly serial?: string;
  readonly key?: string;
  readonly hash?: string;
  readonly padding?: number;
  readonly signed?: (lines: Lines) => readonly (string | Uint8Array)[];
}

interface Lines {
  readonly method: string;
  readonly target: string;
  readonly time: string;
  readonly nonce: string;
  readonly body: string | Uint8Array;
}

let bank: TestBank;
beforeAll(async () => {
  bank = await startBank({
    parties: [{ id: "SHOP01", key: enrolledAs("MY-KEY-1", mine) }],
    options: { baseUrl: () => "https://pay.bank.test/bank" },
  });
});
afterAll(() => bank.simulator.stop());

async function answerTo(sent: Sent): Promise<{
  readonly code: string | undefined;
  readonly cause: { readonly id: string; readonly en: string; readonly zh: string } | undefined;
}> {
  const { method = "POST", target = "/v1/echo", body = method === "GET" ? "" : BOOK } = sent;
  nonces += 1;
  const lines: Lines = {
    method,
    target,
    time: String(Math.floor(Date.now() / 1000)),
    nonce: `nonce-${String(nonces).padStart(8, "0")}`,
    body,
  };
  const right = [method, target, lines.time, lines.nonce, body];
  const base = Buffer.concat((sent.signed?.(lines) ?? right).flatMap((line) => [Buffer.from(line), Buffer.from("\n")]));
  const signature = sign(sent.hash ?? "sha256", base, {
    key: sent.key ?? mine.privateKey,
    ...(sent.padding === undefined ? {} : { padding: sent.padding }),
  }).toString("base64");
  const response = await bank.simulator.handle({
    method,
    target,
    headers: [
      ["Host", "127.0.0.1:8080"],
      ...(method === "GET" ? [] : [["Content-Type", "application/json"] as const]),
      [
        "Authorization",
        `${RSA} mchid="SHOP01",nonce_str="${lines.nonce}",signature="${signature}",timestamp="${lines.time}",serial_no="${sent.serial ?? "MY-KEY-1"}"`,
      ],
      ...(sent.headers ?? []),
    ],
    body: Buffer.from(body),
  });
  const answer = JSON.parse(Buffer.from(response.body).toString()) as {
    readonly code?: string;
    readonly hint?: { readonly likely_cause?: { readonly id: string; readonly en: string; readonly zh: string } };
  };
  return { code: answer.code, cause: answer.hint?.likely_cause };
}

const rest = ({ time, nonce, body }: Lines): readonly (string | Uint8Array)[] => [time, nonce, body];
const target =
  (changed: (target: string) => string) =>
  (lines: Lines): readonly (string | Uint8Array)[] => [lines.method, changed(lines.target), ...rest(lines)];
const body =
  (changed: string | Uint8Array) =>
  ({ method, target: path, time, nonce }: Lines): readonly (string | Uint8Array)[] => [
    method,
    path,
    time,
    nonce,
    changed,
  ];

/** An order as a program puts it together, and in the order in which `java.util.HashMap` of JDK 17 hands out its keys. */
const ORDER =
  '{"party_id":"SHOP01","out_trade_no":"T000001","binding_id":"B000001","amount":{"value":1,"currency":"CNY"},"description":"x","attach":"y"}';
const HASHED_ORDER =
  '{"amount":{"currency":"CNY","value":1},"out_trade_no":"T000001","party_id":"SHOP01","description":"x","attach":"y","binding_id":"B000001"}';

/** Each mistake, and the same message without it. */
const MISTAKES: readonly (readonly [id: string, name: string, sent: Sent])[] = [
  ["unknown-key", "a key that is not enrolled", { key: stranger.privateKey }],
  ["unknown-key", "a key and a serial that are not enrolled", { key: stranger.privateKey, serial: "MY-KEY-2" }],
  ["unknown-serial", "an enrolled key under another serial", { serial: "my-key-1" }],
  ["rsa-pss", "RSA-PSS", { padding: constants.RSA_PKCS1_PSS_PADDING }],
  ["other-hash", "SHA-1", { hash: "sha1" }],
  ["other-hash", "SHA-512", { hash: "sha512" }],
  ["full-url", "the full URL by the Host header", { signed: target((path) => `http://127.0.0.1:8080${path}`) }],
  ["full-url", "the full URL by the public address", { signed: target((path) => `https://pay.bank.test${path}`) }],
  [
    "full-url",
    "the full URL by what the gateway says of itself",
    { headers: [["X-Forwarded-Host", "gate.test"]], signed: target((path) => `https://gate.test${path}`) },
  ],
  ["path-prefix-added", "a prefix that is stripped", { signed: target((path) => `/bank${path}`) }],
  [
    "path-prefix-added",
    "a prefix that a gateway names",
    { headers: [["X-Forwarded-Prefix", "/pay/"]], signed: target((path) => `/pay${path}`) },
  ],
  ["path-prefix-missing", "a path without its prefix", { signed: target((path) => path.replace("/v1", "")) }],
  [
    "lines-swapped",
    "timestamp and nonce swapped",
    { signed: ({ method, target: path, time, nonce, body: text }) => [method, path, nonce, time, text] },
  ],
  [
    "lines-swapped",
    "the body ahead",
    { signed: ({ method, target: path, time, nonce, body: text }) => [text, path, time, nonce, method] },
  ],
  ["body-in-gbk", "GBK signed, UTF-8 sent", { signed: body(BOOK_IN_GBK) }],
  ["body-in-gbk", "UTF-8 signed, GBK sent", { body: BOOK_IN_GBK, signed: body(BOOK) }],
  ["body-in-ascii", "the default character set", { signed: body(BOOK.replace("一本书", "???")) }],
  ["body-compressed", "gzip after signing", { body: gzipSync(BOOK), signed: body(BOOK) }],
  ["body-reserialised", "sorted keys", { signed: body('{"message":"一本书","party_id":"SHOP01"}') }],
  ["body-reserialised", "a HashMap", { target: "/v1/payments", body: ORDER, signed: body(HASHED_ORDER) }],
  [
    "space-escaped-otherwise",
    "+ signed, %20 sent",
    { method: "GET", target: `${QUERY}a%20b`, signed: target((path) => path.replace("%20", "+")) },
  ],
  [
    "space-escaped-otherwise",
    "%20 signed, + sent",
    { method: "GET", target: `${QUERY}a+b`, signed: target((path) => path.replace("+", "%20")) },
  ],
  [
    "escapes-in-other-case",
    "%2f signed, %2F sent",
    { method: "GET", target: `${QUERY}a%2Fb`, signed: target((path) => path.replace("%2F", "%2f")) },
  ],
  [
    "escapes-in-other-case",
    "%2F signed, %2f sent",
    { method: "GET", target: `${QUERY}a%2fb`, signed: target((path) => path.replace("%2f", "%2F")) },
  ],
];

describe("a mistake of a client", () => {
  test.each(MISTAKES)("a client's mistake is recognised as %s: %s", async (id, _name, sent) => {
    const { code, cause } = await answerTo(sent);
    expect(code).toBe("SIGN_ERROR");
    expect(cause?.id).toBe(id);
    expect(cause?.en).toMatch(/\w/);
    expect(cause?.zh).toMatch(/\p{Script=Han}/u);
  });

  test.each(MISTAKES)("the message verifies without the mistake %s: %s", async (_id, _name, sent) => {
    const { signed: _signed, key: _key, serial: _serial, hash: _hash, padding: _padding, ...right } = sent;
    const { code, cause } = await answerTo(right);
    expect(code).not.toBe("SIGN_ERROR");
    expect(cause).toBeUndefined();
  });

  test.each(MISTAKES)(
    "the same message gets no explanation when another text was signed: %s, %s",
    async (_id, _name, sent) => {
      const { signed: _signed, key: _key, serial: _serial, hash: _hash, padding: _padding, ...right } = sent;
      const { code, cause } = await answerTo({ ...right, signed: () => ["something else"] });
      expect(code).toBe("SIGN_ERROR");
      expect(cause).toBeUndefined();
    },
  );
});
