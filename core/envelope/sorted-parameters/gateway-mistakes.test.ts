import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ed25519 } from "../../signature/ed25519.ts";
import { explain } from "../explanation/explain.ts";
import type { FailedAnswer, FailedRequest } from "../explanation/failed.ts";
import type { RequestMessage } from "../message.ts";
import { SAMPLE_POLICIES } from "../testing/policies.ts";
import { mistakesWith } from "./mistakes.ts";
import type { SortedParametersPolicy } from "./policy.ts";
import { sortedParameters } from "./sorted-parameters.ts";

const sample = (name: string): SortedParametersPolicy => SAMPLE_POLICIES[name] as SortedParametersPolicy;
const WALLET = sample("sorted-parameters, a document in a parameter, answers wrapped");
const CARDS = sample("sorted-parameters, the path and a digest signed, a parameter not");
const pair = ed25519.generate();
const key = ed25519.publicKey(pair.publicPem);
const sign = (text: string | Uint8Array): string =>
  Buffer.from(ed25519.privateKey(pair.privatePem).sign(Buffer.from(text))).toString("base64");

const message = (body: string): RequestMessage => ({
  method: "POST",
  target: "/gateway.do?method=trade.pay",
  party: "P1",
  serial: "7",
  algorithm: "TEST-ED25519",
  timestamp: "1700000000",
  nonce: "",
  body: Buffer.from(body),
});
const failing = (body: string, signature: string): FailedRequest => ({
  kind: "request",
  message: message(body),
  signature,
  key,
  otherKeys: [],
  now: 1_700_000_000_500,
});
const DOCUMENT = '{"b":1,"a":"中/文"}';
const wallet = (text: (document: string) => string): FailedRequest =>
  failing(
    DOCUMENT,
    sign(text(`app_id=P1&biz_content=${DOCUMENT}&method=trade.pay&sign_type=TEST-ED25519&timestamp=1700000000`)),
  );
const FORM = "orderId=T1&txnType=01";
const RIGHT = "/gateway.do?certId=7&merId=P1&orderId=T1&txnType=01";
const digest = (text: string, name = "sha256"): string => createHash(name).update(text).digest("hex");
const cards = (signed: string | Uint8Array): FailedRequest => failing(FORM, sign(signed));
const answer = (body: string, signed: string): FailedAnswer => {
  const { method: _method, target: _target, party: _party, ...rest } = message(body);
  return {
    kind: "answer",
    message: { ...rest, member: "x_response" },
    signature: sign(signed),
    key,
    otherKeys: [],
    now: 0,
  };
};

const CASES: readonly (readonly [string, SortedParametersPolicy, FailedRequest | FailedAnswer])[] = [
  ["query-left-out", WALLET, wallet((text) => text.replace("&method=trade.pay", ""))],
  ["document-reserialised", WALLET, wallet((text) => text.replace(DOCUMENT, '{"b": 1, "a": "中/文"}'))],
  ["document-reserialised", WALLET, wallet((text) => text.replace(DOCUMENT, '{"a":"中/文","b":1}'))],
  ["document-reserialised", WALLET, wallet((text) => text.replace(DOCUMENT, '{"b":1,"a":"\\u4e2d/\\u6587"}'))],
  ["inner-reserialised", WALLET, answer('{"a": 1}', '{"a":1}')],
  ["wrapping-signed-too", WALLET, answer('{"a":1}', '{"x_response":{"a":1}}')],
  ["digest-left-out", CARDS, cards(RIGHT)],
  ["digest-in-upper-case", CARDS, cards(digest(RIGHT).toUpperCase())],
  ["digest-bytes-signed", CARDS, cards(Buffer.from(digest(RIGHT), "hex"))],
  ["digest-of-another-kind", CARDS, cards(digest(RIGHT, "sha1"))],
  ["unsigned-signed", CARDS, cards(digest(RIGHT.replace("&txnType", "&signMethod=TEST-ED25519&txnType")))],
  ["path-left-out", CARDS, cards(digest(RIGHT.slice(RIGHT.indexOf("?") + 1)))],
];

describe("mistakes with gateways' parameters", () => {
  test.each(CASES)("%s is found", (id, policy, failed) => {
    const found = explain(sortedParameters(policy), failed).cause;
    expect(found?.id).toBe(id);
    expect(found?.message.zh).toMatch(/\p{Script=Han}/u);
  });

  test("what is right fits, so that each case fails for its mistake alone", () => {
    expect(Buffer.from(sortedParameters(CARDS).requestBase(message(FORM))).toString()).toBe(digest(RIGHT));
    expect(Buffer.from(sortedParameters(WALLET).requestBase(message(DOCUMENT))).toString()).toContain(
      "method=trade.pay",
    );
  });

  test("every mistake that only some gateways know has a case", () => {
    const plain = mistakesWith(sample("sorted-parameters")).map(({ id }) => id);
    const signing = mistakesWith({ ...sample("sorted-parameters"), encoding: "base64" }).map(({ id }) => id);
    const own = [...mistakesWith(WALLET), ...mistakesWith(CARDS)].map(({ id }) => id);
    expect([...new Set(own.filter((id) => !plain.includes(id) && !signing.includes(id)))].toSorted()).toEqual(
      [...new Set(CASES.map(([id]) => id))].toSorted(),
    );
  });
});
