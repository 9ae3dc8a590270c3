import { Buffer } from "node:buffer";
import { constants, createHash, sign as cryptoSign } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ed25519 } from "../../signature/ed25519.ts";
import { rsa2048 } from "../../signature/rsa.ts";
import { sm2 } from "../../signature/sm2.ts";
import { explain } from "../explanation/explain.ts";
import type { Cause } from "../explanation/explain.ts";
import type { FailedAnswer, FailedMessage, FailedRequest } from "../explanation/failed.ts";
import type { RequestMessage } from "../message.ts";
import { authorizationHeader } from "./authorization-header.ts";
import { requestBase, responseBase } from "./base.ts";
import { MISTAKES } from "./mistakes.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";

const policy: AuthorizationHeaderPolicy = {
  style: "authorization-header",
  requestBase: ["method", "path-and-query", "timestamp", "nonce", "body"],
  responseBase: ["timestamp", "nonce", "body"],
  algorithms: { "TEST-ED25519": "ed25519" },
  authorization: {
    header: "Authorization",
    party: "party_id",
    nonce: "nonce",
    timestamp: "timestamp",
    serial: "serial",
    signature: "signature",
  },
  response: {
    timestamp: "X-Timestamp",
    nonce: "X-Nonce",
    signature: "X-Signature",
    serial: "X-Serial",
    algorithm: "X-Algorithm",
  },
};
const NOW = 1_700_000_000_500;
const value = { url: "https://a.test/b", amount: 1, attach: "金,额:😀", payer: { b: 1, a: [1, 2] } };
const parts: RequestMessage = {
  party: "P1",
  serial: "S1",
  algorithm: "TEST-ED25519",
  method: "POST",
  target: "/v1/payments?party=P1&name=%E9%87%91",
  timestamp: "1700000000",
  nonce: "abcdef0123456789",
  body: Buffer.from(JSON.stringify(value)),
};

const scheme = ed25519;
const pair = scheme.generate();
const otherPair = scheme.generate();
const privateKey = scheme.privateKey(pair.privatePem);
const otherPrivateKey = scheme.privateKey(otherPair.privatePem);
const key = scheme.publicKey(pair.publicPem);
const otherKeys = [{ owner: "P2 serial-9", key: scheme.publicKey(otherPair.publicPem) }];

const sign = (bytes: Uint8Array): Buffer => Buffer.from(privateKey.sign(bytes));
const envelope = authorizationHeader(policy);
const diagnose = (failed: FailedMessage): Cause | undefined => explain(envelope, failed).cause;
const failing = (
  signature: string,
  {
    key: named,
    otherKeys: others,
    ...changed
  }: Partial<RequestMessage & Pick<FailedRequest, "key" | "otherKeys">> = {},
): FailedRequest => ({
  kind: "request",
  message: { ...parts, ...changed },
  signature,
  key: named ?? key,
  otherKeys: others ?? otherKeys,
  now: NOW,
  origins: ["https://bank.test:8443"],
  prefixes: ["/bank"],
});
/** A request where `signed` went into the base and `sent` over the wire. */
const mistaken = (signed: Partial<RequestMessage>, sent: Partial<RequestMessage> = {}): FailedRequest =>
  failing(sign(requestBase(policy, { ...parts, ...sent, ...signed })).toString("base64"), sent);
const base = requestBase(policy, parts);
const body = (text: string): { body: Buffer } => ({ body: Buffer.from(text) });
const sha256 = createHash("sha256").update(base).digest();
/** A signature whose standard and URL-safe spellings differ; Ed25519 is deterministic, so the nonce is varied. */
const distinct = ((): { nonce: string; signature: Buffer } => {
  for (let index = 0; ; index++) {
    const nonce = `nonce${index}`;
    const signature = sign(requestBase(policy, { ...parts, nonce }));
    if (/[+/]/.test(signature.toString("base64"))) return { nonce, signature };
  }
})();
const sorted = { amount: 1, attach: value.attach, payer: { a: [1, 2], b: 1 }, url: value.url };

const rsaPair = rsa2048.generate();
/** Signed with RSA by node:crypto, as it is told to. */
const rsaFailing = (how: { readonly key?: string; readonly padding?: number }, hash = "sha256"): FailedRequest =>
  failing(cryptoSign(hash, base, { key: rsaPair.privatePem, ...how }).toString("base64"), {
    key: rsa2048.publicKey(rsaPair.publicPem),
    otherKeys,
  });

const cases: readonly (readonly [id: string, name: string, failed: FailedRequest | FailedAnswer])[] = [
  ["missing-last-newline", "no last newline", failing(sign(base.subarray(0, -1)).toString("base64"))],
  [
    "missing-last-newline",
    "no last newline, empty body",
    failing(sign(requestBase(policy, { ...parts, ...body("") }).subarray(0, -1)).toString("base64"), body("")),
  ],
  [
    "crlf-line-ends",
    "CRLF",
    failing(sign(Buffer.from(Buffer.from(base).toString("utf8").replaceAll("\n", "\r\n"))).toString("base64")),
  ],
  ["path-without-query", "no query", mistaken({ target: "/v1/payments" })],
  ["full-url", "the full URL", mistaken({ target: `https://bank.test:8443${parts.target}` })],
  ["path-decoded", "the decoded path", mistaken({ target: "/v1/payments?party=P1&name=金" })],
  ["lower-case-method", "post", mistaken({ method: "post" })],
  [
    "body-reserialised",
    "pretty sent, compact signed",
    mistaken(body(JSON.stringify(value)), body(JSON.stringify(value, undefined, 3))),
  ],
  ["body-reserialised", "pretty signed by 2", mistaken(body(JSON.stringify(value, undefined, 2)))],
  ["body-reserialised", "pretty signed by 4", mistaken(body(JSON.stringify(value, undefined, 4)))],
  ["body-reserialised", "sorted keys", mistaken(body(JSON.stringify(sorted)))],
  [
    "body-reserialised",
    "Python",
    mistaken(
      body(
        '{"url": "https://a.test/b", "amount": 1, "attach": "\\u91d1,\\u989d:\\ud83d\\ude00", "payer": {"b": 1, "a": [1, 2]}}',
      ),
    ),
  ],
  [
    "body-reserialised",
    "Python, ensure_ascii=False",
    mistaken(body('{"url": "https://a.test/b", "amount": 1, "attach": "金,额:😀", "payer": {"b": 1, "a": [1, 2]}}')),
  ],
  [
    "body-reserialised",
    "PHP",
    mistaken(
      body(
        '{"url":"https:\\/\\/a.test\\/b","amount":1,"attach":"\\u91d1,\\u989d:\\ud83d\\ude00","payer":{"b":1,"a":[1,2]}}',
      ),
    ),
  ],
  ["one-newline-too-many", "a newline at the end of the body", mistaken(body(`${JSON.stringify(value)}\n`))],
  ["empty-body-signed", "an empty body", mistaken(body(""))],
  ["body-placeholder-signed", "{} for no body", mistaken(body("{}"), body(""))],
  ["body-placeholder-signed", "null for no body", mistaken(body("null"), body(""))],
  ["wrong-key", "another enrolled key", failing(Buffer.from(otherPrivateKey.sign(base)).toString("base64"))],
  ["encoding-hex", "hex", failing(sign(base).toString("hex"))],
  ["encoding-hex", "upper-case hex", failing(sign(base).toString("hex").toUpperCase())],
  ["encoding-base64url", "base64url", failing(distinct.signature.toString("base64url"), { nonce: distinct.nonce })],
  [
    "encoding-not-canonical",
    "base64 with spaces",
    failing(distinct.signature.toString("base64").replace(/.{20}/, "$& "), { nonce: distinct.nonce }),
  ],
  [
    "encoding-not-canonical",
    "base64 without padding",
    failing(distinct.signature.toString("base64").replace(/=+$/, ""), { nonce: distinct.nonce }),
  ],
  ["digest-signed", "the hash", failing(sign(sha256).toString("base64"))],
  ["digest-signed", "the hash in hex", failing(sign(Buffer.from(sha256.toString("hex"))).toString("base64"))],
  [
    "digest-signed",
    "the SM3 hash in hex",
    failing(sign(Buffer.from(createHash("sm3").update(base).digest("hex"))).toString("base64")),
  ],
  ["path-prefix-added", "a prefix that is stripped", mistaken({ target: `/bank${parts.target}` })],
  ["path-prefix-missing", "without the first segment", mistaken({ target: parts.target.replace("/v1", "") })],
  ["space-escaped-otherwise", "+ signed", mistaken({ target: "/v1/a%20b?c=a+b" }, { target: "/v1/a%20b?c=a%20b" })],
  ["escapes-in-other-case", "lower case signed", mistaken({ target: parts.target.replace("%E9", "%e9") })],
  ["lines-swapped", "nonce ahead of timestamp", mistaken({ timestamp: parts.nonce, nonce: parts.timestamp })],
  ["body-in-gbk", "GBK signed", mistaken({ body: Buffer.from("d6d0", "hex") }, body("中"))],
  ["body-in-ascii", "a question mark for each character", mistaken(body("{?}"), body("{中}"))],
  ["body-in-ascii", "a question mark for each UTF-16 unit", mistaken(body("{??}"), body("{😀}"))],
  ["body-compressed", "compressed after signing", mistaken(body("{}"), { body: gzipSync("{}") })],
  ["rsa-pss", "RSA-PSS", rsaFailing({ padding: constants.RSA_PKCS1_PSS_PADDING })],
  ["other-hash", "SHA-1", rsaFailing({}, "sha1")],
  ["unknown-key", "a key that is not enrolled", rsaFailing({ key: rsa2048.generate().privatePem })],
  [
    "timestamp-in-milliseconds",
    "milliseconds sent",
    mistaken({ timestamp: "1700000000" }, { timestamp: "1700000000123" }),
  ],
  ["timestamp-in-milliseconds", "milliseconds signed", mistaken({ timestamp: "1700000000000" })],
  ["timestamp-taken-twice", "a second later", mistaken({ timestamp: "1700000001" })],
  [
    "timestamp-stale",
    "old, and nothing else fits",
    failing(sign(Buffer.from("x")).toString("base64"), { timestamp: "1699990000" }),
  ],
  ["timestamp-stale", "ahead, and nothing else fits", failing("", { timestamp: "1700000302" })],
];

describe("diagnose", () => {
  it.each(cases)("diagnose finds %s: %s", (id, _name, failed) => {
    const found = diagnose(failed);
    expect(found?.id).toBe(id);
    expect(found?.message.en).toMatch(/\w/);
    expect(found?.message.zh).toMatch(/\p{Script=Han}/u);
  });

  it("diagnose finds raw r||s under SM2", () => {
    const { privatePem, publicPem } = sm2.generate();
    const privateSm2 = sm2.privateKey(privatePem);
    // Several nonces, so that r and s with and without a leading zero byte come up.
    for (let index = 0; index < 20; index++) {
      const nonce = `n${index}`;
      const der = privateSm2.sign(requestBase(policy, { ...parts, nonce }));
      const rLength = der[3] ?? 0;
      const raw = [der.subarray(4, 4 + rLength), der.subarray(6 + rLength)]
        .map((integer) => Buffer.from(integer).toString("hex").padStart(64, "0").slice(-64))
        .join("");
      const found = diagnose(
        failing(Buffer.from(raw, "hex").toString("base64"), { nonce, key: sm2.publicKey(publicPem), otherKeys: [] }),
      );
      expect(found?.id).toBe("encoding-raw-pair");
    }
  });

  it("each mistake's id stands once", () => {
    expect(new Set(MISTAKES.map(({ id }) => id)).size).toBe(MISTAKES.length);
  });

  it("diagnose names the owner of the key that was taken by mistake", () => {
    expect(diagnose(failing(Buffer.from(otherPrivateKey.sign(base)).toString("base64")))?.message.en).toContain(
      "P2 serial-9",
    );
  });

  it("diagnose names the spelling of the body that was signed", () => {
    expect(diagnose(mistaken(body(JSON.stringify(sorted))))?.message.en).toContain("compact and sorted keys");
  });

  it("diagnose says which causes are proven by the signature itself", () => {
    expect(diagnose(mistaken({ method: "post" }))?.proven).toBe(true);
    expect(diagnose(failing("", { timestamp: "1600000000" }))?.proven).toBe(false);
  });

  it("diagnose returns undefined when no cause fits", () => {
    for (const signature of ["", "AAAA", "not base64", sign(Buffer.from("something else")).toString("base64")])
      expect(diagnose(failing(signature))).toBeUndefined();
    expect(diagnose(mistaken({ nonce: "0123456789abcdef" }))).toBeUndefined();
    // Neither a body that is no JSON nor a path that cannot be decoded, or decodes to a line break, throws.
    for (const target of ["/%zz?a=1", "/%0a?a=1"])
      expect(diagnose(failing("AAAA", { ...body("not JSON {"), target }))).toBeUndefined();
  });

  it("diagnose works for answers, which lack method and path", () => {
    const { method: _method, target: _target, party: _party, ...response } = parts;
    const answered = (bytes: Uint8Array): FailedAnswer => ({
      kind: "answer",
      message: response,
      signature: sign(bytes).toString("base64"),
      key,
      otherKeys: [],
      now: NOW,
    });
    expect(diagnose(answered(responseBase(policy, response).subarray(0, -1)))?.id).toBe("missing-last-newline");
    expect(diagnose(answered(responseBase(policy, { ...response, body: Buffer.from("") })))?.id).toBe(
      "empty-body-signed",
    );
    expect(diagnose(answered(Buffer.from("x")))).toBeUndefined();
  });

  it("diagnose works over RSA, whose verifier hashes by itself", () => {
    const rsa = rsa2048.generate();
    const signature = Buffer.from(rsa2048.privateKey(rsa.privatePem).sign(sha256)).toString("base64");
    expect(diagnose(failing(signature, { key: rsa2048.publicKey(rsa.publicPem), otherKeys }))?.id).toBe(
      "digest-signed",
    );
  });
});
