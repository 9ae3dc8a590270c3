import { describe, expect, test } from "vitest";
import { ed25519 } from "../../signature/ed25519.ts";
import { explain } from "../explanation/explain.ts";
import type { RequestMessage } from "../message.ts";
import { contentDigest } from "./base.ts";
import { httpMessageSignatures } from "./http-message-signatures.ts";
import type { HttpMessageSignaturesPolicy } from "./policy.ts";

const POLICY: HttpMessageSignaturesPolicy = {
  style: "http-message-signatures",
  algorithms: { ed25519: "ed25519" },
  party: "Client-Id",
  requestComponents: ["@method", "@request-target", "content-digest"],
  answerComponents: ["@status", "content-digest"],
  digest: "sha-256",
  nonce: false,
  label: "sig1",
};
const envelope = httpMessageSignatures(POLICY);
const message: RequestMessage = {
  method: "POST",
  target: "/v1/payments?a=%E4%B8%AD",
  party: "P1",
  serial: "KEY-1",
  algorithm: "ed25519",
  timestamp: "1700000000",
  nonce: "",
  body: new TextEncoder().encode('{"amount":1}'),
};
const { privatePem, publicPem } = ed25519.generate();
const key = ed25519.privateKey(privatePem);
const base = Buffer.from(envelope.requestBase(message)).toString();
const lines = base.split("\n");
const signed = (text: string): string => Buffer.from(key.sign(Buffer.from(text))).toString("base64");
const caused = (signature: string, changed: Partial<RequestMessage> = {}): string | undefined =>
  explain(envelope, {
    kind: "request",
    message: { ...message, ...changed },
    signature,
    key: ed25519.publicKey(publicPem),
    otherKeys: [],
    now: 1_700_000_000_000,
  }).cause?.id;

const BOUNDS = { bytes: 65_536, depth: 16, members: 1_000 };
const sealed = envelope.sealRequest(message, key.sign(Buffer.from(base)));
const opening = (name: string, value: string) =>
  envelope.openRequest(
    { ...message, headers: sealed.headers.map(([each, own]) => [each, each === name ? value : own] as const) },
    BOUNDS,
  );

describe("mistakes with HTTP Message Signatures", () => {
  test.each([
    ["one-newline-too-many", `${base}\n`],
    ["signature-params-left-out", lines.slice(0, -1).join("\n")],
    ["label-in-signature-params", base.replace(": (", ": sig1=(")],
    ["components-unquoted", lines.map((line) => line.replace(/^"([^"]*)"/, "$1")).join("\n")],
    ["crlf-line-ends", lines.join("\r\n")],
    ["space-after-colon", lines.map((line) => line.replace('": ', '":')).join("\n")],
    ["lower-case-method", base.replace("POST", "post")],
    ["digest-unquoted", base.replace(/=:([^:]*):/, "=$1")],
    ["path-without-query", base.replace("?a=%E4%B8%AD", "")],
    ["path-decoded", base.replace("%E4%B8%AD", "中")],
  ])("%s is found", (id, text) => {
    expect(caused(signed(text))).toBe(id);
  });

  test("each mistake's id stands once, and a forgery stays unexplained", () => {
    const ids = envelope.mistakes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(caused(signed("something else"))).toBeUndefined();
  });

  test.each([
    [
      "in hexadecimal",
      `sha-256=:${Buffer.from(contentDigest(POLICY, message.body).slice(9), "base64").toString("hex")}:`,
      /hexadecimal/,
    ],
    [
      "of the body in another writing",
      contentDigest(POLICY, new TextEncoder().encode('{"amount": 1}')),
      /another writing/,
    ],
    ["of something else", contentDigest(POLICY, new Uint8Array(1)), /the very bytes that are sent/],
  ])("a digest %s is refused with what it is", (_what, value, words) => {
    const opened = opening("Content-Digest", value);
    expect(opened).toMatchObject({ ok: false, field: "Content-Digest" });
    if (!opened.ok) expect(opened.message.en).toMatch(words);
  });

  const input = sealed.headers.find(([name]) => name === "Signature-Input")?.[1] ?? "";
  test.each([
    ["a component less", input.replace('"@method" ', "")],
    ["a component more", input.replace('"@method"', '"@method" "date"')],
    ["a component twice", input.replace('"@method"', '"@method" "@method"')],
    ["a parameter at a component", input.replace('"@method"', '"@method";req')],
    ["a parameter twice", `${input};created=1`],
    ["an unknown parameter", `${input};expires=1`],
    ["spaces that nothing needs", input.replace(";created", "; created")],
    ["the time as a text", input.replace("created=1700000000", 'created="1700000000"')],
    ["a fraction of time", input.replace("created=1700000000", "created=1700000000.5")],
    ["two signatures", `${input}, other=()`],
    ["no list", "sig1=?1"],
  ])("Signature-Input with %s is refused", (_what, value) => {
    expect(opening("Signature-Input", value)).toMatchObject({
      ok: false,
      stage: "signature",
      field: "Signature-Input",
    });
  });
});
