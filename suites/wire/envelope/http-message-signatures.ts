import { Buffer } from "node:buffer";
import {
  componentValue,
  componentsOf,
  contentDigest,
  signatureBase,
} from "../../../core/envelope/http-message-signatures/base.ts";
import { httpMessageSignatures as encoders } from "../../../core/envelope/http-message-signatures/http-message-signatures.ts";
import type { HttpMessageSignaturesPolicy } from "../../../core/envelope/http-message-signatures/policy.ts";
import {
  PARAMETER,
  parametersText,
  readInput,
} from "../../../core/envelope/http-message-signatures/signature-input.ts";
import type { AnswerMessage, RequestMessage } from "../../../core/envelope/message.ts";
import { decodeBase64Strict, encodeBase64 } from "../../../core/signature/base64.ts";
import { header } from "../header.ts";
import { changedHeader, otherBytes } from "./header-change.ts";
import type { Carrier, Doubled, Read, WireEnvelope } from "./wire-envelope.ts";

/** The judge's side of HTTP Message Signatures. */
export function httpMessageSignatures(policy: HttpMessageSignaturesPolicy): WireEnvelope {
  const { label } = policy;
  const encoder = encoders(policy);
  const read =
    (way: "request" | "answer") =>
    (message: Carrier): Read => ({ claims: claimsOf(policy, message, way), body: message.body });
  return {
    ...encoder,
    answerBase: (message) => encoder.answerBase(asAgreed(policy, message)),
    decodesFirst: false,
    inLines: true,
    carries: () => true,
    spelling: "base64",
    writeSignature: encodeBase64,
    readSignature: decodeBase64Strict,
    carry: (message, claims) => ({
      headers:
        claims === undefined
          ? []
          : [
              ["Content-Digest", contentDigest(policy, message.body)],
              ...(policy.party === undefined || claims.party === undefined
                ? []
                : [[policy.party, claims.party] as const]),
              ["Signature-Input", `${label}=${parametersText(policy, componentsOf(policy, "request"), claims)}`],
              ...(claims.signature === undefined ? [] : [["Signature", `${label}=:${claims.signature}:`] as const]),
            ],
      body: message.body,
    }),
    otherBases: (message) => otherBases(policy, message),
    readRequest: read("request"),
    readAnswer: read("answer"),
    otherBody: otherBytes,
    respelt: (request, signature) => changedHeader(request, "Signature", () => [`${label}=:${signature}:`]),
    doubles: doublesOf(policy),
  };
}

/** An answer whose signature covers something else than agreed is held against what is agreed, and does not verify. */
function asAgreed(policy: HttpMessageSignaturesPolicy, { carried, ...message }: AnswerMessage): AnswerMessage {
  const read = carried === undefined ? undefined : readInput(policy, `${policy.label}=${carried}`);
  const agreed = componentsOf(policy, "answer");
  const same = read?.ok === true && read.components.length === agreed.length;
  return same && carried !== undefined && agreed.every((name) => read.components.includes(name))
    ? { ...message, carried }
    : message;
}

/** What the headers say, read leniently. */
function claimsOf(policy: HttpMessageSignaturesPolicy, message: Carrier, way: "request" | "answer"): Read["claims"] {
  const input = header(message, "signature-input");
  const signature = header(message, "signature");
  const parameter = (name: string): string | undefined => {
    const found = new RegExp(`;${name}=(?:"([^"]*)"|([^;,]*))`).exec(input ?? "");
    return found?.[1] ?? found?.[2];
  };
  const carried = input?.slice(input.indexOf("=") + 1);
  return {
    ...Object.fromEntries(Object.entries(PARAMETER).map(([id, name]) => [id, parameter(name)])),
    ...(policy.nonce ? {} : { nonce: undefined }),
    party: way === "request" && policy.party !== undefined ? header(message, policy.party) : undefined,
    signature: signature === undefined ? undefined : (/=:([^:]*):$/.exec(signature)?.[1] ?? signature),
    ...(carried === undefined ? {} : { carried }),
  };
}

function otherBases(
  policy: HttpMessageSignaturesPolicy,
  message: RequestMessage,
): Readonly<Record<string, Uint8Array>> {
  const names = componentsOf(policy, "request");
  const parameters = parametersText(policy, names, message);
  const values = names.map((name) => [`"${name}"`, componentValue(policy, name, message)] as const);
  const base = Buffer.from(signatureBase(values, parameters)).toString();
  return {
    "the lines in reverse order": Buffer.from(base.split("\n").toReversed().join("\n")),
    "the components in another order than the parameters say": signatureBase(values.toReversed(), parameters),
    "the lines without that of the parameters": Buffer.from(base.split("\n").slice(0, -1).join("\n")),
    "a line break at the end": Buffer.from(`${base}\n`),
    "the body in place of its digest": Buffer.concat([Buffer.from(base), Buffer.from("\n"), message.body]),
    ...Object.fromEntries(
      values.map(([left]) => [
        `all lines but that of ${left}`,
        signatureBase(
          values.filter(([name]) => name !== left),
          parameters,
        ),
      ]),
    ),
  };
}

function doublesOf({ label, party }: HttpMessageSignaturesPolicy): Readonly<Record<string, Doubled>> {
  const forged = (value: string): string =>
    value.replace(/=:(.)/, (_all, first: string) => `=:${first === "A" ? "B" : "A"}`);
  const changing =
    (name: string, change: (value: string, serial: string) => readonly string[]): Doubled =>
    (request, serial) =>
      changedHeader(request, name, (value) => change(value, serial));
  const other = (value: string): string => value.replace(`${label}=`, "other=");
  return {
    "two signatures, the first forged": changing("Signature", (value) => [forged(value), value]),
    "two signatures, the second forged": changing("Signature", (value) => [value, forged(value)]),
    "two signatures, both right": changing("Signature", (value) => [value, value]),
    "one header with two signatures of a name": changing("Signature", (value) => [`${forged(value)}, ${value}`]),
    "one header with a signature of another name": changing("Signature", (value) => [
      `${value}, ${other(forged(value))}`,
    ]),
    "two inputs, the second of another name": changing("Signature-Input", (value) => [`${value}, ${other(value)}`]),
    "two serials, the second unknown": changing("Signature-Input", (value, serial) => [
      `${value};keyid=${JSON.stringify(serial)}`,
    ]),
    "two digests": changing("Content-Digest", (value) => [value, value]),
    ...(party === undefined ? {} : { "two parties": changing(party, (value) => [value, "STRANGER"]) }),
  };
}
