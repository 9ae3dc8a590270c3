import { Buffer } from "node:buffer";
import type { Codec } from "../../../core/codec/codec.ts";
import { XmlFault } from "../../../core/codec/xml/reader.ts";
import {
  cutDocument,
  isDsig,
  rootAttributes,
  standalone,
  withElement,
} from "../../../core/envelope/enveloped-signature/document.ts";
import { envelopedSignature as encoders } from "../../../core/envelope/enveloped-signature/enveloped-signature.ts";
import type { EnvelopedSignaturePolicy } from "../../../core/envelope/enveloped-signature/policy.ts";
import { readSignature } from "../../../core/envelope/enveloped-signature/signature-element.ts";
import { covered, DSIG, signatureOver } from "../../../core/envelope/enveloped-signature/xml-signature.ts";
import type { OpenSignature } from "../../../core/envelope/enveloped-signature/xml-signature.ts";
import type { RequestMessage } from "../../../core/envelope/message.ts";
import { carriedBy, CARRIED, NO_BOUNDS } from "../../../core/envelope/trailing-signature/document.ts";
import type { Fields } from "../../../core/envelope/trailing-signature/document.ts";
import { decodeBase64Strict, encodeBase64 } from "../../../core/signature/base64.ts";
import { withFields } from "./document-fields.ts";
import type { BroughtKey, Carrier, Claims, Read, StrangerKey, WireEnvelope } from "./wire-envelope.ts";
import { otherSignature, wrappings } from "./xml-wrapping.ts";

type Said = Claims & { readonly body: Uint8Array };

/** The judge's side of XML Signature within the document. */
export function envelopedSignature(policy: EnvelopedSignaturePolicy, codec: Codec): WireEnvelope {
  const document = ({ body, ...claims }: Said): Buffer => documentOf(policy, codec, body, claims);
  const over = (said: Said): OpenSignature => openSignature(policy, document(said), said.algorithm ?? "");
  const base = (said: Said): Uint8Array => (said.carried === undefined ? over(said).base : Buffer.from(said.carried));
  return {
    ...encoders(policy, codec),
    requestBase: base,
    answerBase: ({ serial, algorithm, timestamp, nonce, body, carried }) =>
      base({ serial, algorithm, timestamp, nonce, body, carried }),
    decodesFirst: true,
    inLines: false,
    carries: (text) => codec.carries?.(text) !== false,
    spelling: "base64",
    writeSignature: encodeBase64,
    readSignature: decodeBase64Strict,
    carry: ({ body }, claims = {}) => {
      const said = { ...claims, body };
      if (claims.signature === undefined) return { headers: [], body: document(said) };
      const element = over(said).element(claims.signature);
      const kept = claims.algorithm === undefined ? element.replace(/<SignatureMethod[^>]*>/, "") : element;
      return { headers: [], body: withinRoot(document(said), kept) };
    },
    otherBases: (message) => otherBases(document(message), over(message)),
    readRequest: (request) => readFrom(policy, codec, request),
    readAnswer: (answer) => readFrom(policy, codec, answer),
    otherBody: (body) => withFields(codec, body, { liantiao: "x" }),
    respelt: (request, signature) => otherSignature(request, (element) => [withValue(element, signature)]),
    doubles: wrappings(policy, codec),
    ownBroughtKeys: () => ({
      "the certificate in KeyInfo": bringing(policy, codec, ({ certificate }) =>
        inKeyInfo(`<X509Data><X509Certificate>${derText(certificate)}</X509Certificate></X509Data>`),
      ),
      "the public key in KeyInfo, under the enrolled serial": bringing(
        policy,
        codec,
        ({ publicPem }) =>
          inKeyInfo(
            `<DEREncodedKeyValue xmlns="http://www.w3.org/2009/xmldsig11#">${derText(publicPem)}</DEREncodedKeyValue>`,
          ),
        (message) => message.serial,
      ),
    }),
  };
}

const withValue = (element: string, value: string): string =>
  element.replace(
    /(<(?:[^\s/>]+:)?SignatureValue>)[^<]*/,
    (_all, open: string) => open + value.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
  );

/** A document with what the envelope adds, its bytes kept as a check has them; what is no document stays as it is. */
function documentOf(policy: EnvelopedSignaturePolicy, codec: Codec, body: Uint8Array, claims: Claims): Buffer {
  const text = Buffer.from(
    withFields(codec, body, { ...rootAttributes(policy), ...carriedBy(policy, claims) }),
  ).toString("latin1");
  // A spelling of its own keeps its root, which then lacks the attribute.
  const { id } = policy;
  const whole =
    id === undefined || new RegExp(`\\sId="${id}"`).test(text)
      ? text
      : text.replace(/^((?:\s|<\?[^>]*\?>)*<[^\s<>!?/]+)/, (tag) => `${tag} Id="${id}"`);
  return Buffer.from(whole, "latin1");
}

/** A document with an element at the end of its root; one character a byte, so that no byte is lost. */
const withinRoot = (document: Buffer, element: string): Buffer =>
  Buffer.from(withElement(document.toString("latin1"), Buffer.from(element).toString("latin1")), "latin1");

/** The signature over a document, as far as it is one: over what cannot be read or has no canonical form, that of another. */
function openSignature(policy: EnvelopedSignaturePolicy, document: Buffer, algorithm: string): OpenSignature {
  const another = (): OpenSignature => {
    const id = policy.id === undefined ? "" : ` Id="${policy.id}"`;
    return signatureOver(`<unreadable${id}/>`, policy, algorithm);
  };
  if (cutDocument(document, NO_BOUNDS, true) instanceof XmlFault) return another();
  try {
    return signatureOver(document.toString().replace(/^\uFEFF/, ""), policy, algorithm);
  } catch {
    return another();
  }
}

/** What a document carries, and its payload as its codec writes it. */
function readFrom(policy: EnvelopedSignaturePolicy, codec: Codec, { body }: Carrier): Read {
  const cut = cutDocument(body, NO_BOUNDS, true);
  if (cut instanceof XmlFault) return { claims: {}, body };
  const [signature] = cut.signatures;
  const info = signature?.children.find((one) => isDsig(one, "SignedInfo"));
  const method = info?.children.find((one) => isDsig(one, "SignatureMethod"));
  const value = signature?.children.find((one) => isDsig(one, "SignatureValue"))?.text.replaceAll(/[ \t\r\n]/g, "");
  const read = signature === undefined ? undefined : readSignature(signature, policy);
  const of =
    signature !== undefined && read?.ok === true && cut.signatures.length === 1
      ? covered(cut.text, standalone(cut, signature), policy, read.algorithm)
      : undefined;
  const decoded = (codec.loosely ?? codec).decode(of?.content ?? Buffer.from(cut.rest), NO_BOUNDS);
  const carried = {
    algorithm: method?.attributes.find(({ name }) => name.local === "Algorithm")?.value,
    signature: value,
    // What is not as agreed is held against nothing, and does not verify.
    ...(signature === undefined ? {} : { carried: Buffer.from(of?.base ?? new Uint8Array()).toString() }),
  };
  if (!decoded.ok || typeof decoded.value !== "object" || decoded.value === null)
    return { claims: carried, body: Buffer.from(cut.rest) };
  const all = decoded.value as Fields;
  const own = new Set([...Object.values(policy.fields), ...Object.keys(rootAttributes(policy))]);
  const claims = Object.fromEntries(
    CARRIED.flatMap((id) => {
      const text = id === "algorithm" ? undefined : all[policy.fields[id] ?? ""];
      return typeof text === "string" ? [[id, text]] : [];
    }),
  );
  const payload = Object.fromEntries(Object.entries(all).filter(([name]) => !own.has(name)));
  return {
    claims: { ...claims, ...carried },
    body: Object.keys(payload).length === 0 ? new Uint8Array() : (codec.loosely ?? codec).encode(payload),
  };
}

/** What senders sign in place of the canonical SignedInfo. */
function otherBases(document: Buffer, { base, element }: OpenSignature): Readonly<Record<string, Uint8Array>> {
  const right = Buffer.from(base).toString();
  const digest = /<DigestValue>([^<]*)/.exec(right)?.[1] ?? "";
  return {
    "the document in place of SignedInfo": document,
    "the message with an empty signature": withinRoot(document, element("")),
    "the digest of the document alone": Buffer.from(digest, "base64"),
    "the text of the digest alone": Buffer.from(digest),
    "SignedInfo without its namespace": Buffer.from(right.replace(` xmlns="${DSIG}"`, "")),
    "SignedInfo with empty elements of one tag": Buffer.from(
      right.replaceAll(/<([^\s/>]+)([^<>]*)><\/\1>/g, "<$1$2/>"),
    ),
    "SignedInfo with a line end behind": Buffer.from(`${right}\n`),
    "SignedInfo, each element on a line": Buffer.from(right.replaceAll("><", ">\n<")),
    "SignedInfo without its transforms": Buffer.from(right.replace(/<Transforms>.*<\/Transforms>/, "")),
    "the reference alone": Buffer.from(/<Reference.*<\/Reference>/.exec(right)?.[0] ?? ""),
  };
}

/** The message signed by a stranger, whose key stands in KeyInfo. */
const bringing =
  (
    policy: EnvelopedSignaturePolicy,
    codec: Codec,
    keyInfo: (stranger: StrangerKey) => string,
    serialOf: (message: RequestMessage, stranger: StrangerKey) => string = (_message, { serial }) => serial,
  ): BroughtKey =>
  (message, stranger) => {
    const { algorithm, party, timestamp, nonce } = message;
    const claims = { algorithm, party, timestamp, nonce, serial: serialOf(message, stranger) };
    const document = documentOf(policy, codec, message.body, claims);
    const { base, element } = openSignature(policy, document, algorithm);
    const signed = element(encodeBase64(stranger.sign(base))).replace(
      "</Signature>",
      `${keyInfo(stranger)}</Signature>`,
    );
    return { headers: [], body: withinRoot(document, signed) };
  };

const inKeyInfo = (content: string): string => `<KeyInfo>${content}</KeyInfo>`;

/** The base64 of what stands in PEM, in one line. */
const derText = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, "");
