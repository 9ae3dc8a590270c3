import { json } from "../../codec/json.ts";
import type { Bounds } from "../../codec/codec.ts";
import { memberSpans } from "../../json/member-spans.ts";
import type { MemberSpan } from "../../json/member-spans.ts";
import type { Envelope, EnvelopePart, OpenedAnswer, OpeningFault } from "../envelope.ts";
import { decodeBase64Strict, encodeBase64 } from "../../signature/base64.ts";
import { readHex, writeHex } from "../../signature/hex.ts";
import type { WrappedAnswer } from "./policy.ts";

const utf8 = new TextEncoder();

/** How a signature is written as a text, and read in its one strict spelling. */
export interface Spelling {
  write(signature: Uint8Array): string;
  read(text: string): Uint8Array | undefined;
}

/** How signatures are spelled in answers of this encoding. */
export const spellingOf = (encoding: "hex" | "base64"): Spelling =>
  encoding === "hex" ? { write: writeHex, read: readHex } : { write: encodeBase64, read: decodeBase64Strict };

/**
 * What is signed of an answer: the payload as it stands there, or, where the algorithm is named beside it,
 * `"NAME":{…},"ALGORITHM":"…"`.
 */
export function wrappedBase(policy: WrappedAnswer, { body, member, algorithm }: WrappedParts): Uint8Array {
  if (policy.algorithm === undefined) return body;
  const end = `,${JSON.stringify(policy.algorithm)}:${JSON.stringify(algorithm ?? "")}`;
  return Buffer.concat([utf8.encode(`${JSON.stringify(member ?? policy.member)}:`), body, utf8.encode(end)]);
}

interface WrappedParts {
  readonly body: Uint8Array;
  readonly member?: string | undefined;
  readonly algorithm?: string | undefined;
}

/**
 * Seals and opens answers that wrap their payload: `{"NAME_response":{…},"sign":"…"}`. The bytes of the payload are
 * signed as they stand there, so they are taken from the text by their place, and never written again.
 */
export function wrappedAnswer(
  policy: WrappedAnswer,
  spelling: Spelling,
): Pick<Envelope, "answerParts" | "answerBase" | "sealAnswer" | "openAnswer" | "bareAnswer"> {
  const wrapped = (body: Uint8Array, member: string | undefined, end: string): Uint8Array =>
    Buffer.concat([utf8.encode(`{${JSON.stringify(member ?? policy.member)}:`), body, utf8.encode(`${end}}`)]);
  return {
    answerParts: PARTS(policy),
    answerBase: (message) => wrappedBase(policy, message),
    sealAnswer: ({ body, member, algorithm }, signature) => ({
      headers: [],
      body: wrapped(
        body,
        member,
        (policy.algorithm === undefined ? "" : `,${JSON.stringify(policy.algorithm)}:${JSON.stringify(algorithm)}`) +
          `,${JSON.stringify(policy.signature)}:${JSON.stringify(spelling.write(signature))}`,
      ),
    }),
    bareAnswer: (body, member) => wrapped(body, member, ""),

    openAnswer(answer, bounds = NO_BOUNDS): OpenedAnswer | OpeningFault {
      const decoded = json.decode(answer.body, bounds);
      if (!decoded.ok) return { ok: false, stage: "decode", message: decoded.message, field: "", location: "body" };
      const spans = memberSpans(answer.body) ?? [];
      const signature = spans.find(({ name }) => name === policy.signature);
      const named = spans.find(({ name }) => name === policy.algorithm);
      const [payload, second] = spans.filter((one) => one !== signature && one !== named);
      const signatureText = signature === undefined ? undefined : textOf(answer.body, signature);
      if (signatureText === undefined || signatureText === "")
        return fault(policy.signature, "the signature is missing", "缺少签名");
      const algorithm = named === undefined ? undefined : textOf(answer.body, named);
      if (policy.algorithm !== undefined && algorithm === undefined)
        return fault(policy.algorithm, "the algorithm is missing", "缺少签名算法");
      if (payload === undefined || second !== undefined)
        return fault(
          policy.signature,
          "beside the signature the answer has exactly one member",
          "除签名外，应答须恰有一个成员",
        );
      const body = answer.body.subarray(payload.from, payload.to);
      return {
        ok: true,
        serial: undefined,
        algorithm,
        timestamp: undefined,
        nonce: undefined,
        covered: wrappedBase(policy, { body, member: payload.name, algorithm }),
        signature: spelling.read(signatureText),
        signatureText,
        member: payload.name,
        body,
      };
    },
  };
}

const NO_BOUNDS: Bounds = { bytes: Infinity, depth: 200, members: Infinity };

const PARTS = ({ signature, algorithm }: WrappedAnswer): readonly EnvelopePart[] => [
  ...(algorithm === undefined
    ? []
    : [{ id: "algorithm" as const, location: "body" as const, name: algorithm, covered: true }]),
  { id: "signature", location: "body", name: signature, covered: false },
  { id: "body", location: "body", name: "the bytes of the payload", covered: true },
];

/** The text that a value is; undefined for any other value. */
export function textOf(bytes: Uint8Array, { from, to }: MemberSpan): string | undefined {
  const value: unknown = JSON.parse(Buffer.from(bytes.subarray(from, to)).toString());
  return typeof value === "string" ? value : undefined;
}

const fault = (field: string, en: string, zh: string): OpeningFault => ({
  ok: false,
  stage: "signature",
  message: { en: `${field}: ${en}`, zh: `${field}：${zh}` },
  field,
  location: "body",
});
