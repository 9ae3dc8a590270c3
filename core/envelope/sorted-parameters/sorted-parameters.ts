import { escaped, form } from "../../codec/form.ts";
import type { Bounds } from "../../codec/codec.ts";
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
import type { AnswerMessage } from "../message.ts";
import { ambiguous, sortedBase } from "./base.ts";
import type { Parameter } from "./base.ts";
import { mistakesWith } from "./mistakes.ts";
import type { SortedParametersPolicy } from "./policy.ts";

const NO_BOUNDS: Bounds = { bytes: Number.POSITIVE_INFINITY, depth: 1, members: Number.POSITIVE_INFINITY };

type Field = keyof SortedParametersPolicy["parameters"];

/** In the order in which they are written behind the payload; the signature comes last. */
const CARRIED = ["party", "serial", "algorithm", "timestamp", "nonce"] as const;

/**
 * The envelope of form gateways: the party, time, nonce and signature are parameters beside those of the business, and
 * the signature covers all parameters, sorted. Method and target are not signed. A body is decoded before anything of it
 * is believed.
 */
export function sortedParameters(policy: SortedParametersPolicy): Envelope {
  const { parameters: names, encoding } = policy;
  const taken = new Set(Object.values(names));
  const [onlyAlgorithm = ""] = Object.keys(policy.algorithms);
  const writeSignature = encoding === "hex" ? writeHex : encodeBase64;
  const readSignature = encoding === "hex" ? readHex : decodeBase64Strict;

  const carried = (message: AnswerMessage & { readonly party?: string }): readonly Parameter[] =>
    CARRIED.flatMap((id) => {
      const [name, value] = [names[id], message[id]];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    });
  const base = (message: AnswerMessage & { readonly party?: string }): Uint8Array => {
    const covered = [...payloadOf(message.body, taken), ...carried(message)];
    const unclear = ambiguous(covered);
    if (unclear !== undefined)
      throw new RangeError(`${unclear} holds "&name=", and what is signed would have two readings`);
    return sortedBase(covered);
  };
  const seal = (message: AnswerMessage & { readonly party?: string }, signature: Uint8Array): Sealed => {
    const added = [...carried(message), [names.signature, writeSignature(signature)] as const]
      .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
      .join("&");
    const payload = Buffer.from(message.body);
    return { headers: [], body: Buffer.concat([payload, Buffer.from(payload.length === 0 ? added : `&${added}`)]) };
  };

  return {
    style: policy.style,
    algorithms: policy.algorithms,
    codec: form,
    requestParts: partsOf(policy, ["party", "serial", "algorithm", "timestamp", "nonce", "signature"]),
    answerParts: partsOf(policy, ["serial", "algorithm", "timestamp", "nonce", "signature"]),
    requestBase: base,
    answerBase: base,
    sealRequest: seal,
    sealAnswer: seal,

    openRequest(request: WireRequest, bounds: Bounds): OpenedRequest | OpeningFault {
      const opened = open(policy, taken, readSignature, request.body, bounds, ["party", "signature"]);
      if (!opened.ok) return opened;
      const algorithm = opened.algorithm ?? onlyAlgorithm;
      if (!Object.hasOwn(policy.algorithms, algorithm))
        return fault(
          "signature",
          names.algorithm ?? names.signature,
          `is none of ${Object.keys(policy.algorithms).join(", ")}`,
          `不是 ${Object.keys(policy.algorithms).join("、")} 之一`,
        );
      return { ...opened, algorithm, party: opened.party ?? "" };
    },

    openAnswer: (answer, bounds = NO_BOUNDS): OpenedAnswer | OpeningFault =>
      open(policy, taken, readSignature, answer.body, bounds, ["signature"]),

    readSignature,
    mistakes: mistakesWith(policy),
  };
}

function open(
  { parameters: names }: SortedParametersPolicy,
  taken: ReadonlySet<string>,
  readSignature: (text: string) => Uint8Array | undefined,
  body: Uint8Array,
  bounds: Bounds,
  wanted: readonly Field[],
): (OpenedAnswer & { readonly party?: string }) | OpeningFault {
  const decoded = form.decode(body, bounds);
  if (!decoded.ok) return { ok: false, stage: "decode", message: decoded.message, field: "", location: "body" };
  const all = decoded.value as Readonly<Record<string, string>>;
  const value = (field: Field): string | undefined => {
    const name = names[field];
    const text = name === undefined ? undefined : all[name];
    return text === "" ? undefined : text;
  };
  const missing = [
    ...wanted,
    ...(["serial", "algorithm", "timestamp", "nonce"] as const).filter((field) => names[field] !== undefined),
  ].find((field) => value(field) === undefined);
  if (missing !== undefined)
    return fault("signature", names[missing] ?? "", "the parameter is missing or empty", "缺少该参数或其值为空");
  const covered = Object.entries(all).filter(([name]) => name !== names.signature);
  const unclear = ambiguous(covered);
  if (unclear !== undefined)
    return fault(
      "signature",
      unclear,
      'the value holds "&name=", and what is signed would have two readings',
      "值中含 &名称=，待签名串将有两种解读",
    );
  // A parameter without a value is not signed, so it must not mean anything either.
  const payload = Object.fromEntries(covered.filter(([name, text]) => text !== "" && !taken.has(name)));
  const [party, serial, algorithm] = [value("party"), value("serial"), value("algorithm")];
  const signatureText = value("signature") ?? "";
  return {
    ok: true,
    ...(party === undefined ? {} : { party }),
    serial,
    algorithm,
    timestamp: value("timestamp"),
    nonce: value("nonce"),
    covered: sortedBase(covered),
    signature: readSignature(signatureText),
    signatureText,
    payload,
    get body() {
      return form.encode(payload);
    },
  };
}

/** The business parameters of a payload. @throws RangeError for what is no form, or has a name of the envelope's. */
function payloadOf(body: Uint8Array, taken: ReadonlySet<string>): readonly Parameter[] {
  const decoded = form.decode(body, NO_BOUNDS);
  if (!decoded.ok) throw new RangeError(`the payload is no form: ${decoded.message.en} (byte ${decoded.offset})`);
  const parameters = Object.entries(decoded.value as Readonly<Record<string, string>>);
  const own = parameters.find(([name]) => taken.has(name))?.[0];
  if (own !== undefined) throw new RangeError(`the payload has a parameter ${own}, which the envelope adds itself`);
  return parameters;
}

function partsOf({ parameters: names }: SortedParametersPolicy, fields: readonly Field[]): readonly EnvelopePart[] {
  return [
    ...(fields.includes("party")
      ? [
          { id: "method" as const, location: "line" as const, name: "method", covered: false },
          { id: "target" as const, location: "line" as const, name: "target", covered: false },
        ]
      : []),
    ...fields.flatMap((id) => {
      const name = names[id];
      return name === undefined ? [] : [{ id, location: "body" as const, name, covered: id !== "signature" }];
    }),
    { id: "body", location: "body", name: "the business parameters", covered: true },
  ];
}

function fault(stage: OpeningFault["stage"], field: string, en: string, zh: string): OpeningFault {
  return { ok: false, stage, message: { en: `${field}: ${en}`, zh: `${field}：${zh}` }, field, location: "body" };
}

export function writeHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** The bytes of lower-case hexadecimal digits; undefined for any other spelling. */
export function readHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-f]{2})*$/.test(text) ? Buffer.from(text, "hex") : undefined;
}
