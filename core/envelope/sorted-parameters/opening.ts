import { form } from "../../codec/form.ts";
import type { Bounds } from "../../codec/codec.ts";
import type { OpenedAnswer, OpenedRequest, OpeningFault } from "../envelope.ts";
import { ambiguous, queryOf, signedBytes, signedText } from "./base.ts";
import { ownNames } from "./parameters.ts";
import type { Field } from "./parameters.ts";
import type { SortedParametersPolicy } from "./policy.ts";
import type { Spelling } from "./wrapped-answer.ts";

/** What is opened: a body, and of a request its target. */
export interface Sealed {
  readonly body: Uint8Array;
  readonly target?: string;
}

type Texts = Readonly<Record<string, string>>;

/** The parameters of a message, read strictly, with nothing believed; what belongs to the envelope is told apart. */
export function openParameters(
  policy: SortedParametersPolicy,
  { read }: Spelling,
  { body, target }: Sealed,
  bounds: Bounds,
): (OpenedAnswer & Partial<Pick<OpenedRequest, "party" | "query">>) | OpeningFault {
  const { parameters: names, document } = policy;
  const all = merged(policy, body, target, bounds);
  if ("ok" in all) return all;
  const { texts } = all;
  const isRequest = target !== undefined;
  const value = (field: Field): string | undefined => said(texts, names[field]);
  const wanted = (Object.keys(names) as Field[]).filter((field) => field !== "party" || isRequest);
  const missing = wanted.find((field) => value(field) === undefined);
  if (missing !== undefined)
    return fault("signature", names[missing] ?? "", "the parameter is missing or empty", "缺少该参数或其值为空");
  const signed = Object.entries(texts).filter(([name]) => name !== names.signature);
  const unclear = ambiguous(signed, policy.unsigned);
  if (unclear !== undefined)
    return fault(
      "signature",
      unclear,
      'the value holds "&name=", and what is signed would have two readings',
      "值中含 &名称=，待签名串将有两种解读",
    );
  const own = ownNames(policy, isRequest);
  // A parameter without a value is not signed, so it must not mean anything either.
  const business = Object.fromEntries(signed.filter(([name, text]) => text !== "" && !own.has(name)));
  const signatureText = value("signature") ?? "";
  const party = isRequest ? value("party") : undefined;
  const certificate = said(texts, policy.certificate);
  return {
    ok: true,
    ...(party === undefined ? {} : { party }),
    ...(certificate === undefined ? {} : { certificate }),
    serial: value("serial"),
    algorithm: value("algorithm"),
    timestamp: value("timestamp"),
    nonce: value("nonce"),
    covered: signedBytes(policy, signedText(policy, signed, target)),
    signature: read(signatureText),
    signatureText,
    ...(document === undefined ? flat(business, policy.query === true) : withDocument(business, document)),
  };
}

function flat(
  payload: Texts,
  merges: boolean,
): Pick<OpenedAnswer, "payload" | "body"> & Partial<Pick<OpenedRequest, "query">> {
  return {
    payload,
    // What stood in the query is a parameter like those of the body.
    ...(merges ? { query: {} } : {}),
    get body() {
      return form.encode(payload);
    },
  };
}

function withDocument(all: Texts, document: string): Pick<OpenedAnswer, "body"> & Pick<OpenedRequest, "query"> {
  const { [document]: text = "", ...query } = all;
  return { query, body: new TextEncoder().encode(text) };
}

const said = (texts: Texts, name: string | undefined): string | undefined => {
  const text = name === undefined ? undefined : texts[name];
  return text === "" ? undefined : text;
};

/** The parameters of the body, and of the query where both are one set. */
function merged(
  policy: SortedParametersPolicy,
  body: Uint8Array,
  target: string | undefined,
  bounds: Bounds,
): { readonly texts: Texts } | OpeningFault {
  const inBody = form.decode(body, bounds);
  if (!inBody.ok) return undecodable(inBody.message);
  const texts = inBody.value as Texts;
  if (policy.query !== true || target === undefined) return { texts };
  const inQuery = form.decode(Buffer.from(queryOf(target)), bounds);
  if (!inQuery.ok) return undecodable(inQuery.message);
  const twice = Object.keys(inQuery.value as Texts).find((name) => Object.hasOwn(texts, name));
  if (twice !== undefined)
    return fault(
      "decode",
      twice,
      "the parameter stands in the query and in the body",
      "该参数同时出现在查询串与报文体中",
    );
  return { texts: { ...(inQuery.value as Texts), ...texts } };
}

const undecodable = (message: OpeningFault["message"]): OpeningFault => ({
  ok: false,
  stage: "decode",
  message,
  field: "",
  location: "body",
});

export function fault(stage: OpeningFault["stage"], field: string, en: string, zh: string): OpeningFault {
  return { ok: false, stage, message: { en: `${field}: ${en}`, zh: `${field}：${zh}` }, field, location: "body" };
}
