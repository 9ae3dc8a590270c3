import { Buffer } from "node:buffer";
import { createPublicKey } from "node:crypto";
import { detachedJws as encoders, signingInput } from "../../../core/envelope/detached-jws/detached-jws.ts";
import type { DetachedJwsPolicy } from "../../../core/envelope/detached-jws/policy.ts";
import { fieldsOf, headerText, readHeader } from "../../../core/envelope/detached-jws/protected-header.ts";
import { parseBounded } from "../../../core/json/bounded-parse.ts";
import type { AnswerMessage, RequestMessage } from "../../../core/envelope/message.ts";
import { decodeBase64Url, encodeBase64Url } from "../../../core/signature/base64url.ts";
import { header } from "../header.ts";
import { changedHeader, otherBytes } from "./header-change.ts";
import type { BroughtKey, Carrier, Claims, Doubled, Read, StrangerKey, WireEnvelope } from "./wire-envelope.ts";

/** The judge's side of detached JWS. */
export function detachedJws(policy: DetachedJwsPolicy): WireEnvelope {
  const encoder = encoders(policy);
  const encoded = (text: string): string => encodeBase64Url(Buffer.from(text));
  const read =
    (way: "request" | "answer") =>
    (message: Carrier): Read => ({
      claims: claimsOf(policy, header(message, policy.header), way),
      body: message.body,
    });
  return {
    ...encoder,
    answerBase: (message) => encoder.answerBase(asAgreed(policy, message)),
    decodesFirst: false,
    inLines: false,
    carries: () => true,
    spelling: "base64url",
    writeSignature: encodeBase64Url,
    readSignature: decodeBase64Url,
    carry: (message, claims) => ({
      headers:
        claims === undefined
          ? []
          : [
              [
                policy.header,
                claims.signature === undefined
                  ? encoded(headerText(policy, claims, "request"))
                  : `${encoded(headerText(policy, claims, "request"))}..${claims.signature}`,
              ],
            ],
      body: message.body,
    }),
    otherBases: (message) => otherBases(policy, message),
    readRequest: read("request"),
    readAnswer: read("answer"),
    otherBody: otherBytes,
    respelt: (request, signature) =>
      changedHeader(request, policy.header, (value) => [`${value.slice(0, value.indexOf("..") + 2)}${signature}`]),
    doubles: doublesOf(policy),
    ownBroughtKeys: () => ({
      "the public key in the protected header (jwk)": withMember(policy, ({ publicPem }) => ({
        jwk: createPublicKey(publicPem).export({ format: "jwk" }),
      })),
      "the certificate in the protected header (x5c)": withMember(policy, ({ certificate }) => ({
        x5c: [certificate.replaceAll(/-----[^-]+-----|\s/g, "")],
      })),
    }),
  };
}

/** The message under a protected header with a member more, as its sender's own library verifies it. Source: RFC 7515, 4.1. */
const withMember =
  (policy: DetachedJwsPolicy, member: (stranger: StrangerKey) => object): BroughtKey =>
  (message, stranger) => {
    const agreed: unknown = JSON.parse(
      headerText(policy, fieldsOf({ ...message, serial: stranger.serial }), "request"),
    );
    const own = encodeBase64Url(Buffer.from(JSON.stringify({ ...(agreed as object), ...member(stranger) })));
    const signature = encodeBase64Url(stranger.sign(signingInput(policy, own, message.body)));
    return { headers: [[policy.header, `${own}..${signature}`]], body: message.body };
  };

/** An answer whose protected header is not as agreed is held against one that is, and does not verify. */
function asAgreed(policy: DetachedJwsPolicy, { carried, ...message }: AnswerMessage): AnswerMessage {
  const bytes = carried === undefined ? undefined : decodeBase64Url(carried);
  const agreed = bytes !== undefined && readHeader(policy, bytes, "answer").ok;
  return agreed && carried !== undefined ? { ...message, carried } : message;
}

/** What a header says, read leniently. */
function claimsOf({ parameters }: DetachedJwsPolicy, value: string | undefined, way: "request" | "answer"): Claims {
  if (value === undefined) return {};
  const [text = ""] = value.split(".", 1);
  const members = parseBounded(Buffer.from(text, "base64url").toString());
  const member = (name: string | undefined): string | undefined => {
    if (name === undefined || typeof members !== "object" || members === null || Array.isArray(members))
      return undefined;
    const found = Object.hasOwn(members, name) ? (members as Readonly<Record<string, unknown>>)[name] : undefined;
    return typeof found === "string" ? found : typeof found === "number" ? String(found) : undefined;
  };
  const at = value.indexOf("..");
  return {
    algorithm: member("alg"),
    serial: member("kid"),
    party: way === "request" ? member(parameters.party) : undefined,
    timestamp: member(parameters.timestamp),
    nonce: member(parameters.nonce),
    signature: at < 0 ? undefined : value.slice(at + 2),
    carried: text,
  };
}

function otherBases(policy: DetachedJwsPolicy, message: RequestMessage): Readonly<Record<string, Uint8Array>> {
  const json = headerText(policy, fieldsOf(message), "request");
  const own = encodeBase64Url(Buffer.from(json));
  const payload = encodeBase64Url(message.body);
  return {
    "the payload in the other encoding": signingInput(
      { ...policy, payload: policy.payload === "base64url" ? "unencoded" : "base64url" },
      own,
      message.body,
    ),
    "the payload in base64 with padding": Buffer.from(`${own}.${Buffer.from(message.body).toString("base64")}`),
    "the header alone": Buffer.from(own),
    "the header and an empty payload": Buffer.from(`${own}.`),
    "the payload alone": Buffer.from(payload),
    "the body alone": message.body,
    "the header as JSON": Buffer.from(`${json}.${payload}`),
    "another header": signingInput(policy, encodeBase64Url(Buffer.from(` ${json}`)), message.body),
  };
}

function doublesOf({ header: name }: DetachedJwsPolicy): Readonly<Record<string, Doubled>> {
  const forged = (value: string): string =>
    value.replace(/\.\.(.)/, (_all, first: string) => `..${first === "A" ? "B" : "A"}`);
  const values =
    (change: (value: string, serial: string) => readonly string[]): Doubled =>
    (request, serial) =>
      changedHeader(request, name, (value) => change(value, serial));
  /** The same message with a member more in its protected header. */
  const withMember = (value: string, member: string): string => {
    const [text = "", , signature = ""] = value.split(".");
    const json = Buffer.from(text, "base64url").toString();
    return `${encodeBase64Url(Buffer.from(`${json.slice(0, -1)},${member}}`))}..${signature}`;
  };
  return {
    "two signatures, the first forged": values((value) => [forged(value), value]),
    "two signatures, the second forged": values((value) => [value, forged(value)]),
    "two signatures, both right": values((value) => [value, value]),
    "one header with two signatures": values((value) => [`${value}, ${value}`]),
    "one signature with a part more": values((value) => [`${value}.${value.split(".")[2] ?? ""}`]),
    "two serials, the second unknown": values((value, serial) => [
      withMember(value, `"kid":${JSON.stringify(serial)}`),
    ]),
    "two algorithms, the second none": values((value) => [withMember(value, '"alg":"none"')]),
  };
}
