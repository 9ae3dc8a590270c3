import type { Codec } from "../../../core/codec/codec.ts";
import { carriedBy, CARRIED, cut, NO_BOUNDS, signed } from "../../../core/envelope/trailing-signature/document.ts";
import type { Fields } from "../../../core/envelope/trailing-signature/document.ts";
import type { TrailingSignaturePolicy } from "../../../core/envelope/trailing-signature/policy.ts";
import { trailingSignature as encoders } from "../../../core/envelope/trailing-signature/trailing-signature.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";
import { decodeBase64Strict, encodeBase64 } from "../../../core/signature/base64.ts";
import { withFieldAhead, withFields } from "./document-fields.ts";
import type { Carrier, Claims, Doubled, Read, WireEnvelope } from "./wire-envelope.ts";

/** The judge's side of the envelope whose signature stands behind the document. */
export function trailingSignature(policy: TrailingSignaturePolicy, codec: Codec): WireEnvelope {
  const document = (body: Uint8Array, claims: Claims): Uint8Array => withFields(codec, body, carriedBy(policy, claims));
  const base = ({ body, ...claims }: Claims & { readonly body: Uint8Array }): Uint8Array => document(body, claims);
  const read = (carrier: Carrier): Read => readFrom(policy, codec, carrier);
  return {
    ...encoders(policy, codec),
    requestBase: base,
    answerBase: ({ serial, algorithm, timestamp, nonce, body }) => base({ serial, algorithm, timestamp, nonce, body }),
    decodesFirst: true,
    inLines: false,
    carries: (text) => codec.carries?.(text) !== false,
    spelling: "base64",
    writeSignature: encodeBase64,
    readSignature: decodeBase64Strict,
    carry: ({ body }, claims) => ({
      headers: [],
      body:
        claims?.signature === undefined
          ? document(body, claims ?? {})
          : signed(policy, document(body, claims), claims.signature),
    }),
    otherBases: ({ body, ...message }) => {
      const whole = Buffer.from(document(body, message)).toString();
      return {
        "the line end behind the document too": Buffer.from(`${whole}\r\n`),
        "a line feed at its end": Buffer.from(`${whole}\n`),
        "the business fields alone": body,
        "without its declaration": Buffer.from(whole.replace(/^<\?xml.*?\?>\s*/, "")),
        "each element on a line": Buffer.from(whole.replaceAll("><", ">\n<")),
        ...Object.fromEntries(
          CARRIED.flatMap((left) =>
            policy.fields[left] === undefined
              ? []
              : [[`all but ${policy.fields[left]}`, document(body, { ...message, [left]: undefined })]],
          ),
        ),
      };
    },
    readRequest: read,
    readAnswer: read,
    otherBody: (body) => withFields(codec, body, { liantiao: "x" }),
    respelt: (request, signature) => changed(policy, request, () => [signature]),
    doubles: doublesOf(policy, codec),
  };
}

/** The first of each that a body carries, and the payload as its codec writes it. */
function readFrom(policy: TrailingSignaturePolicy, codec: Codec, { body }: Carrier): Read {
  const parts = cut(policy, body);
  const document = parts?.document ?? body;
  const signature = parts === undefined || parts.signature === "" ? undefined : parts.signature;
  const decoded = (codec.loosely ?? codec).decode(document, NO_BOUNDS);
  if (!decoded.ok || typeof decoded.value !== "object" || decoded.value === null)
    return { claims: { signature }, body: document };
  const all = decoded.value as Fields;
  const own = new Set(Object.values(policy.fields));
  const claims = Object.fromEntries(
    CARRIED.flatMap((id) => {
      const value = all[policy.fields[id] ?? ""];
      return typeof value === "string" ? [[id, value]] : [];
    }),
  );
  const payload = Object.fromEntries(Object.entries(all).filter(([name]) => !own.has(name)));
  return {
    claims: { ...claims, signature },
    body: Object.keys(payload).length === 0 ? new Uint8Array() : (codec.loosely ?? codec).encode(payload),
  };
}

function doublesOf(policy: TrailingSignaturePolicy, codec: Codec): Readonly<Record<string, Doubled>> {
  const forged = (text: string): string => (text.startsWith("A") ? "B" : "A") + text.slice(1);
  const signatures =
    (change: (text: string) => readonly string[]): Doubled =>
    (request) =>
      changed(policy, request, change);
  const field =
    (name: string, value: (serial: string) => string): Doubled =>
    (request, serial) => {
      const parts = cut(policy, request.body);
      const whole = withFieldAhead(codec, parts?.document ?? request.body, { [name]: value(serial) });
      return { ...request, body: signed(policy, whole, parts?.signature ?? "") };
    };
  return {
    "two signatures, the first forged": signatures((text) => [forged(text), text]),
    "two signatures, the second forged": signatures((text) => [text, forged(text)]),
    "two signatures, both right": signatures((text) => [text, text]),
    "two serials, the first unknown": field(policy.fields.serial, (serial) => serial),
    "two parties, the first unknown": field(policy.fields.party, () => "STRANGER"),
  };
}

function changed(
  policy: TrailingSignaturePolicy,
  request: HttpRequest,
  change: (text: string) => readonly string[],
): HttpRequest {
  const parts = cut(policy, request.body);
  if (parts === undefined) return request;
  const body = change(parts.signature).reduce((whole, text) => signed(policy, whole, text), parts.document);
  return { ...request, body };
}
