import type { Bounds, Codec } from "../../codec/codec.ts";
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
import { CARRIED, cut, documentOf, NO_BOUNDS, signed } from "./document.ts";
import type { Fields, SignedMessage } from "./document.ts";
import { mistakesWith } from "./mistakes.ts";
import type { TrailingSignaturePolicy } from "./policy.ts";

type Field = keyof TrailingSignaturePolicy["fields"];

/** What the signature is called where it has no name. */
const SIGNATURE = "signature";

/**
 * The envelope whose signature stands behind the document: the party, the key and the time are fields of the document,
 * and all its bytes are signed as they are sent. Method and target are not signed.
 */
export function trailingSignature(policy: TrailingSignaturePolicy, codec: Codec): Envelope {
  const [onlyAlgorithm = ""] = Object.keys(policy.algorithms);
  const base = (message: SignedMessage): Uint8Array => documentOf(policy, codec, message);
  const seal = (message: SignedMessage, signature: Uint8Array): Sealed => ({
    headers: [],
    body: signed(policy, base(message), encodeBase64(signature)),
  });
  return {
    style: policy.style,
    algorithms: policy.algorithms,
    codec,
    requestParts: partsOf(policy, CARRIED),
    answerParts: partsOf(
      policy,
      CARRIED.filter((id) => id !== "party"),
    ),
    requestBase: base,
    answerBase: ({ serial, algorithm, timestamp, nonce, body }) => base({ serial, algorithm, timestamp, nonce, body }),
    sealRequest: seal,
    sealAnswer: ({ serial, algorithm, timestamp, nonce, body }, signature) =>
      seal({ serial, algorithm, timestamp, nonce, body }, signature),

    openRequest(request: WireRequest, bounds: Bounds): OpenedRequest | OpeningFault {
      const opened = open(policy, codec, request.body, bounds, CARRIED);
      if (!opened.ok) return opened;
      const algorithm = opened.algorithm ?? onlyAlgorithm;
      if (!Object.hasOwn(policy.algorithms, algorithm))
        return fault(
          policy.fields.algorithm ?? SIGNATURE,
          `is none of ${Object.keys(policy.algorithms).join(", ")}`,
          `不是 ${Object.keys(policy.algorithms).join("、")} 之一`,
        );
      return { ...opened, algorithm, party: opened.party ?? "" };
    },

    openAnswer: (answer, bounds = NO_BOUNDS): OpenedAnswer | OpeningFault =>
      open(
        policy,
        codec,
        answer.body,
        bounds,
        CARRIED.filter((id) => id !== "party"),
      ),

    readSignature: decodeBase64Strict,
    mistakes: mistakesWith(policy, codec),
  };
}

function open(
  policy: TrailingSignaturePolicy,
  codec: Codec,
  body: Uint8Array,
  bounds: Bounds,
  wanted: readonly Field[],
): (OpenedAnswer & { readonly party?: string }) | OpeningFault {
  const parts = cut(policy, body);
  // What cannot be decoded is refused as that, signed or not; where nothing was sent, the signature is what is missing.
  const decoded = body.length === 0 ? { ok: true as const, value: {} } : codec.decode(parts?.document ?? body, bounds);
  if (!decoded.ok) return { ok: false, stage: "decode", message: decoded.message, field: "", location: "body" };
  if (parts === undefined || parts.signature === "")
    return fault(
      SIGNATURE,
      `the body does not end in ${JSON.stringify(`${policy.before}<base64>${policy.behind}`)}`,
      `报文体未以 ${JSON.stringify(`${policy.before}<Base64>${policy.behind}`)} 结尾`,
    );
  if (typeof decoded.value !== "object" || decoded.value === null || Array.isArray(decoded.value))
    return {
      ok: false,
      stage: "decode",
      message: { en: "the document is no object", zh: "报文不是对象" },
      field: "",
      location: "body",
    };
  const all = decoded.value as Fields;
  const value = (id: Field): string | undefined => {
    const name = policy.fields[id];
    const text = name === undefined || !Object.hasOwn(all, name) ? undefined : all[name];
    return typeof text === "string" && text !== "" ? text : undefined;
  };
  const missing = wanted.find((id) => policy.fields[id] !== undefined && value(id) === undefined);
  if (missing !== undefined)
    return fault(policy.fields[missing] ?? "", "the field is missing or empty", "缺少该字段或其值为空");
  const own: ReadonlySet<string> = new Set(wanted.map((id) => policy.fields[id] ?? ""));
  const payload = Object.fromEntries(Object.entries(all).filter(([name]) => !own.has(name)));
  const party = wanted.includes("party") ? value("party") : undefined;
  return {
    ok: true,
    ...(party === undefined ? {} : { party }),
    serial: value("serial"),
    algorithm: value("algorithm"),
    timestamp: value("timestamp"),
    nonce: value("nonce"),
    covered: parts.document,
    signature: decodeBase64Strict(parts.signature),
    signatureText: parts.signature,
    payload,
    get body() {
      return Object.keys(payload).length === 0 ? new Uint8Array() : codec.encode(payload);
    },
  };
}

function partsOf({ fields }: TrailingSignaturePolicy, ids: readonly Field[]): readonly EnvelopePart[] {
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
    { id: "signature", location: "body", name: SIGNATURE, covered: false },
    { id: "body", location: "body", name: "the document", covered: true },
  ];
}

function fault(field: string, en: string, zh: string): OpeningFault {
  return {
    ok: false,
    stage: "signature",
    message: { en: `${field}: ${en}`, zh: `${field}：${zh}` },
    field,
    location: "body",
  };
}
