import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { form } from "../../codec/form.ts";
import { hmacSha256, hmacSm3 } from "../../signature/hmac.ts";
import { explain } from "../explanation/explain.ts";
import type { FailedRequest } from "../explanation/failed.ts";
import type { RequestMessage } from "../message.ts";
import { mistakesWith } from "./mistakes.ts";
import type { SortedParametersPolicy } from "./policy.ts";
import { sortedParameters } from "./sorted-parameters.ts";

const policy: SortedParametersPolicy = {
  style: "sorted-parameters",
  algorithms: { "HMAC-SHA256": "hmac-sha256" },
  parameters: {
    party: "mch_no",
    serial: "key_no",
    algorithm: "sign_type",
    timestamp: "timestamp",
    nonce: "nonce",
    signature: "sign",
  },
  encoding: "hex",
};
const SECRET = "00112233445566778899aabbccddeeff";
const NOW = 1_700_000_000_500;
const envelope = sortedParameters(policy);
const message: RequestMessage = {
  method: "POST",
  target: "/pay",
  party: "P1",
  serial: "P1-1",
  algorithm: "HMAC-SHA256",
  timestamp: "1700000000",
  nonce: "abcdef0123456789",
  body: form.encode({ out_trade_no: "T1", Memo: "a b 中/文", attach: "", total_fee: 100 }),
};
const right = new TextDecoder().decode(envelope.requestBase(message));
const hmac = (text: string, hash = "sha256", key: string | Buffer = SECRET): Buffer =>
  createHmac(hash, key).update(text).digest();
const failing = (signature: Buffer | string, changed: Partial<RequestMessage> = {}): FailedRequest => ({
  kind: "request",
  message: { ...message, ...changed },
  signature: typeof signature === "string" ? signature : signature.toString("hex"),
  key: hmacSha256.secret(SECRET),
  otherKeys: [{ owner: "P2 P2-1", key: hmacSha256.secret("ffeeddccbbaa99887766554433221100") }],
  now: NOW,
});
/** The parameters as they are signed, one by one. */
const pairs = right.split("&");

const CASES: readonly (readonly [id: string, name: string, failed: FailedRequest])[] = [
  ["values-escaped", "percent-encoded", failing(hmac(right.replace("a b 中/文", "a%20b%20%E4%B8%AD%2F%E6%96%87")))],
  ["values-escaped", "as forms write them", failing(hmac(right.replace("a b 中/文", "a+b+%E4%B8%AD%2F%E6%96%87")))],
  [
    "not-sorted",
    "as sent",
    failing(
      hmac(
        `out_trade_no=T1&Memo=a b 中/文&attach=&total_fee=100&mch_no=P1&key_no=P1-1&sign_type=HMAC-SHA256&timestamp=1700000000&nonce=abcdef0123456789`,
      ),
    ),
  ],
  ["empty-values-signed", "attach= signed", failing(hmac([pairs[0], "attach=", ...pairs.slice(1)].join("&")))],
  ["algorithm-left-out", "sign_type", failing(hmac(pairs.filter((pair) => !pair.startsWith("sign_type")).join("&")))],
  ["envelope-left-out", "business parameters alone", failing(hmac("Memo=a b 中/文&out_trade_no=T1&total_fee=100"))],
  ["separator-at-end", "&", failing(hmac(`${right}&`))],
  ["separator-at-end", "a line feed", failing(hmac(`${right}\n`))],
  ["secret-with-blank", "a line feed", failing(hmac(right, "sha256", `${SECRET}\n`))],
  ["secret-appended", "SHA-256 with &key=", failing(createHash("sha256").update(`${right}&key=${SECRET}`).digest())],
  ["secret-appended", "MD5 with &key=", failing(createHash("md5").update(`${right}&key=${SECRET}`).digest())],
  ["secret-appended", "HMAC with &key=", failing(hmac(`${right}&key=${SECRET}`))],
  ["secret-decoded", "from hexadecimal", failing(hmac(right, "sha256", Buffer.from(SECRET, "hex")))],
  ["other-hash", "HMAC-SHA1", failing(hmac(right, "sha1"))],
  ["other-hash", "HMAC-MD5", failing(hmac(right, "md5"))],
  ["other-hash", "HMAC-SM3", failing(hmac(right, "sm3"))],
  ["wrong-key", "another party's secret", failing(hmac(right, "sha256", "ffeeddccbbaa99887766554433221100"))],
  ["digest-signed", "the hash", failing(hmac(createHash("sha256").update(right).digest("hex")))],
  ["encoding-upper-case", "upper case", failing(hmac(right).toString("hex").toUpperCase())],
  ["encoding-base64", "base64", failing(hmac(right).toString("base64"))],
  ["timestamp-in-milliseconds", "milliseconds signed", failing(hmac(right.replace("1700000000", "1700000000000")))],
  ["timestamp-taken-twice", "a second later", failing(hmac(right.replace("1700000000", "1700000001")))],
  ["timestamp-stale", "old", failing(hmac("x"), { timestamp: "1699990000" })],
];

describe("mistakes with sorted parameters", () => {
  test.each(CASES)("%s is found: %s", (id, _name, failed) => {
    const found = explain(envelope, failed).cause;
    expect(found?.id).toBe(id);
    expect(found?.message.zh).toMatch(/\p{Script=Han}/u);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  const underSm3 = (signature: Buffer): FailedRequest => ({ ...failing(signature), key: hmacSm3.secret(SECRET) });
  const ofSm3: readonly (readonly [id: string, name: string, signature: Buffer])[] = [
    ["secret-with-blank", "a line feed", hmac(right, "sm3", `${SECRET}\n`)],
    ["secret-with-blank", "a carriage return too", hmac(right, "sm3", `${SECRET}\r\n`)],
    ["secret-decoded", "from hexadecimal", hmac(right, "sm3", Buffer.from(SECRET, "hex"))],
    ["secret-decoded", "from base64", hmac(right, "sm3", Buffer.from(SECRET, "base64"))],
    ["secret-in-other-case", "upper case", hmac(right, "sm3", SECRET.toUpperCase())],
    ["secret-appended", "SM3 with &key=", createHash("sm3").update(`${right}&key=${SECRET}`).digest()],
    ["secret-appended", "HMAC with &key=", hmac(`${right}&key=${SECRET}`, "sm3")],
    ["other-hash", "HMAC-SHA256", hmac(right)],
    ["digest-signed", "the hash", hmac(createHash("sm3").update(right).digest("hex"), "sm3")],
  ];
  test.each(ofSm3)("%s is found under HMAC-SM3: %s", (id, _name, signature) => {
    const found = explain(envelope, underSm3(signature)).cause;
    expect(found?.id).toBe(id);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  test("each mistake's id stands once", () => {
    const ids = mistakesWith(policy).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("a signature that no mistake explains is left unexplained", () => {
    for (const signature of ["", "00", "zz", hmac("something else")])
      expect(explain(envelope, failing(signature)).cause).toBeUndefined();
  });
});

test("what is signed has one reading: a value with &name= in it is not signed", () => {
  expect(() => envelope.requestBase({ ...message, body: form.encode({ memo: "1&minor=1" }) })).toThrow(
    /memo holds "&name="/,
  );
  for (const memo of ["R&D", "1&total_fee=1", "1&a=1"])
    expect(() => envelope.requestBase({ ...message, body: form.encode({ memo }) }), memo).not.toThrow();
  expect(() => envelope.requestBase({ ...message, body: form.encode({ sign: "x" }) })).toThrow(
    /which the envelope adds/,
  );
});

test("parameters without a value are neither signed nor handed on", () => {
  const sealed = envelope.sealRequest(message, hmac(right));
  const opened = envelope.openRequest(
    { method: "POST", target: "/pay", ...sealed },
    { bytes: 9_999, depth: 1, members: 99 },
  );
  expect(opened).toMatchObject({ ok: true, payload: { out_trade_no: "T1", Memo: "a b 中/文", total_fee: "100" } });
  expect(right).toBe(
    "Memo=a b 中/文&key_no=P1-1&mch_no=P1&nonce=abcdef0123456789&out_trade_no=T1&sign_type=HMAC-SHA256&timestamp=1700000000&total_fee=100",
  );
});
