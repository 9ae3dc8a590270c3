import { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import type { Bounds, Codec } from "../../codec/codec.ts";
import { XmlFault } from "../../codec/xml/reader.ts";
import type { XmlElement } from "../../codec/xml/reader.ts";
import type { Bilingual } from "../../run/verdict.ts";
import { decodeBase64Strict, encodeBase64 } from "../../signature/base64.ts";
import type {
  Envelope,
  EnvelopePart,
  OpenedAnswer,
  OpenedRequest,
  OpeningFault,
  Sealed,
  WireRequest,
} from "../envelope.ts";
import { CARRIED, documentOf, NO_BOUNDS } from "../trailing-signature/document.ts";
import type { Fields, SignedMessage } from "../trailing-signature/document.ts";
import { wrongDigest } from "./digest-fault.ts";
import { cutDocument, idsOf, rootAttributes, standalone, withElement } from "./document.ts";
import type { CutDocument } from "./document.ts";
import { mistakesWith } from "./mistakes.ts";
import type { EnvelopedSignaturePolicy } from "./policy.ts";
import { recent } from "./recent.ts";
import { readSignature } from "./signature-element.ts";
import { covered, signatureOver } from "./xml-signature.ts";
import type { OpenSignature } from "./xml-signature.ts";

type Field = keyof EnvelopedSignaturePolicy["fields"];

/** The fields of the document that the envelope adds; the algorithm stands in the signature. */
const FIELDS = CARRIED.filter((id) => id !== "algorithm") as readonly Field[];
const OF_ANSWERS = FIELDS.filter((id) => id !== "party");

/**
 * The envelope of XML Signature within the document: the party, the key and the time are fields of the document, its
 * digest stands in SignedInfo, and the canonical SignedInfo is what is signed. Method and target are not signed.
 */
export function envelopedSignature(policy: EnvelopedSignaturePolicy, codec: Codec): Envelope {
  const [signing, opening] = [recent<OpenSignature>(), recent<Opened | OpeningFault>()];
  const opened = (body: Uint8Array, bounds: Bounds, wanted: readonly Field[]): Opened | OpeningFault =>
    opening(JSON.stringify([bounds, wanted]), body, () => open(policy, codec, body, bounds, wanted));
  const over = (message: SignedMessage): readonly [document: string, signature: OpenSignature] => {
    const document = documentOf(policy, codec, message, rootAttributes(policy));
    const text = Buffer.from(document).toString();
    return [text, signing(message.algorithm, document, () => signatureOver(text, policy, message.algorithm))];
  };
  const seal = (message: SignedMessage, signature: Uint8Array): Sealed => {
    const [document, open] = over(message);
    return { headers: [], body: Buffer.from(withElement(document, open.element(encodeBase64(signature)))) };
  };
  return {
    style: policy.style,
    algorithms: policy.algorithms,
    codec,
    requestParts: partsOf(policy, FIELDS),
    answerParts: partsOf(policy, OF_ANSWERS),
    requestBase: (message) => over(message)[1].base,
    answerBase: (message) => over(ofAnswer(message))[1].base,
    sealRequest: seal,
    sealAnswer: (message, signature) => seal(ofAnswer(message), signature),

    openRequest({ body }: WireRequest, bounds: Bounds): OpenedRequest | OpeningFault {
      const found = opened(body, bounds, FIELDS);
      return found.ok ? { ...found, party: found.party ?? "" } : found;
    },

    openAnswer: ({ body }, bounds = NO_BOUNDS): OpenedAnswer | OpeningFault => opened(body, bounds, OF_ANSWERS),

    readSignature: decodeBase64Strict,
    mistakes: mistakesWith(policy, codec),
  };
}

/** An answer names no party. */
const ofAnswer = ({ serial, algorithm, timestamp, nonce, body }: SignedMessage): SignedMessage => ({
  serial,
  algorithm,
  timestamp,
  nonce,
  body,
});

type Opened = OpenedAnswer & { readonly party?: string };

function open(
  policy: EnvelopedSignaturePolicy,
  codec: Codec,
  body: Uint8Array,
  bounds: Bounds,
  wanted: readonly Field[],
): Opened | OpeningFault {
  // Where nothing was sent, the signature is what is missing.
  if (body.length === 0) return fault("Signature", NO_SIGNATURE);
  const cut = cutDocument(body, bounds);
  if (cut instanceof XmlFault) return undecoded(cut);
  // What cannot be decoded is refused as that, signed or not.
  const decoded = codec.decode(Buffer.from(cut.rest), bounds);
  if (!decoded.ok) return undecoded(decoded.message);
  const [signature, second] = cut.signatures;
  if (signature === undefined) return fault("Signature", NO_SIGNATURE);
  if (second !== undefined || !cut.root.children.includes(signature)) return fault("Signature", ONE_SIGNATURE);
  const missing = missingIn(decoded.value as Fields, policy, wanted);
  if (missing !== undefined) return missing;
  return signed(policy, codec, { cut, signature, unsigned: decoded.value as Fields, bounds, wanted });
}

interface Found {
  readonly cut: CutDocument;
  readonly signature: XmlElement;
  /** What the document says, as our own reader took it; it is only held against what was signed. */
  readonly unsigned: Fields;
  readonly bounds: Bounds;
  readonly wanted: readonly Field[];
}

/** Opens what was signed: from here on the content is read from the canonical bytes that the digest covers. */
function signed(policy: EnvelopedSignaturePolicy, codec: Codec, found: Found): Opened | OpeningFault {
  const { cut, wanted, bounds } = found;
  const read = readSignature(found.signature, policy);
  if (!read.ok) return { ok: false, stage: "signature", message: read.message, field: read.field, location: "body" };
  if (policy.id !== undefined && idsOf(cut.root, policy.id) !== 1) return fault("Id", oneId(policy.id));
  const of = covered(cut.text, standalone(cut, found.signature), policy, read.algorithm);
  if (of === undefined) return fault("DigestValue", wrongDigest(policy, read.digest, cut));
  const content = codec.decode(of.content, { ...bounds, bytes: Number.POSITIVE_INFINITY });
  if (!content.ok || !isDeepStrictEqual(content.value, found.unsigned)) return fault("Signature", TWO_READINGS);
  const all = content.value as Fields;
  const own: ReadonlySet<string> = new Set([
    ...wanted.map((id) => policy.fields[id] ?? ""),
    ...Object.keys(rootAttributes(policy)),
  ]);
  const payload = Object.fromEntries(Object.entries(all).filter(([name]) => !own.has(name)));
  const party = wanted.includes("party") ? valueIn(all, policy, "party") : undefined;
  return {
    ok: true,
    ...(party === undefined ? {} : { party }),
    serial: valueIn(all, policy, "serial"),
    algorithm: read.algorithm,
    timestamp: valueIn(all, policy, "timestamp"),
    nonce: valueIn(all, policy, "nonce"),
    covered: of.base,
    signature: decodeBase64Strict(read.value),
    signatureText: read.value,
    payload,
    get body() {
      return Object.keys(payload).length === 0 ? new Uint8Array() : codec.encode(payload);
    },
  };
}

function valueIn(all: Fields, { fields }: EnvelopedSignaturePolicy, id: Field): string | undefined {
  const name = fields[id];
  const text = name === undefined || !Object.hasOwn(all, name) ? undefined : all[name];
  return typeof text === "string" && text !== "" ? text : undefined;
}

function missingIn(all: Fields, policy: EnvelopedSignaturePolicy, wanted: readonly Field[]): OpeningFault | undefined {
  const missing = wanted.find((id) => policy.fields[id] !== undefined && valueIn(all, policy, id) === undefined);
  if (missing === undefined) return undefined;
  return fault(policy.fields[missing] ?? "", {
    en: "the field is missing or empty",
    zh: "缺少该字段或其值为空",
  });
}

function partsOf({ fields }: EnvelopedSignaturePolicy, ids: readonly Field[]): readonly EnvelopePart[] {
  return [
    ...(ids.includes("party")
      ? [
          { id: "method" as const, location: "line" as const, name: "method", covered: false },
          { id: "target" as const, location: "line" as const, name: "target", covered: false },
        ]
      : []),
    ...ids.flatMap((id) => {
      const name = fields[id];
      return name === undefined ? [] : [{ id, location: "body" as const, name, covered: true }];
    }),
    { id: "algorithm", location: "body", name: "SignatureMethod", covered: true },
    { id: "signature", location: "body", name: "SignatureValue", covered: false },
    { id: "body", location: "body", name: "the document", covered: true },
  ];
}

const NO_SIGNATURE: Bilingual = {
  en: "the document holds no Signature of XML Signature (http://www.w3.org/2000/09/xmldsig#)",
  zh: "报文中没有 XML 签名元素 Signature（http://www.w3.org/2000/09/xmldsig#）",
};
const ONE_SIGNATURE: Bilingual = {
  en: "a document holds exactly one Signature, right below its root",
  zh: "报文须恰有一个 Signature 元素，且直接位于根元素之下",
};
const TWO_READINGS: Bilingual = {
  en: "what the signature covers is not all that the document says",
  zh: "签名覆盖的内容与报文内容不一致",
};
const oneId = (id: string): Bilingual => ({
  en: `exactly one element carries the id ${JSON.stringify(id)}, the root`,
  zh: `只能由根元素携带 Id "${id}"，且不得重复`,
});

function undecoded(message: Bilingual): OpeningFault {
  return { ok: false, stage: "decode", message: { en: message.en, zh: message.zh }, field: "", location: "body" };
}

function fault(field: string, { en, zh }: Bilingual): OpeningFault {
  return {
    ok: false,
    stage: "signature",
    message: { en: `${field}: ${en}`, zh: `${field}：${zh}` },
    field,
    location: "body",
  };
}
