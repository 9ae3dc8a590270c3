import { escaped } from "../../../core/codec/form.ts";
import { ambiguous, queryOf, signedBytes, signedText } from "../../../core/envelope/sorted-parameters/base.ts";
import type { Parameter } from "../../../core/envelope/sorted-parameters/base.ts";
import { carriedParameters, formBody } from "../../../core/envelope/sorted-parameters/parameters.ts";
import type { Parametered } from "../../../core/envelope/sorted-parameters/parameters.ts";
import type { SortedParametersPolicy } from "../../../core/envelope/sorted-parameters/policy.ts";
import { sortedParameters as encoders } from "../../../core/envelope/sorted-parameters/sorted-parameters.ts";
import { spellingOf } from "../../../core/envelope/sorted-parameters/wrapped-answer.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";
import { requestTarget } from "../../../core/runtime/wire.ts";
import { inField } from "./brought-key.ts";
import type { Carrier, Doubled, Read, WireEnvelope } from "./wire-envelope.ts";
import { wrappedAnswer } from "./wrapped-answer.ts";

const FIELDS = ["party", "serial", "algorithm", "timestamp", "nonce", "signature"] as const;

/** The judge's side of the envelope whose signature is a parameter. */
export function sortedParameters(policy: SortedParametersPolicy): WireEnvelope {
  const { parameters: names, encoding } = policy;
  const encoder = encoders(policy);
  const base = (message: Parametered): Uint8Array =>
    signedBytes(policy, signedText(policy, allParameters(policy, message), message.target));
  const ofAnswer = ({ party: _party, target: _target, ...message }: Parametered): Parametered => message;
  const spelling = spellingOf(encoding);

  return {
    ...encoder,
    requestBase: base,
    answerBase: (message) => base(ofAnswer(message)),
    // A document is decoded after its signature, though the form around it was decoded before.
    decodesFirst: policy.document === undefined,
    inLines: false,
    // An empty parameter is neither signed nor read.
    carries: (text) => (policy.document !== undefined || text !== "") && ambiguous([["", text]]) === undefined,
    spelling: encoding,
    writeSignature: spelling.write,
    readSignature: spelling.read,
    carry: (message, claims = {}) => ({
      headers: [],
      body: formBody(policy, message.body, [
        ...carriedParameters(policy, { ...EMPTY, ...claims } as Parametered),
        ...(claims.signature === undefined ? [] : [[names.signature, claims.signature] as const]),
      ]),
    }),
    otherBases: (message) => otherBases(policy, message),
    readRequest: (request) => read(policy, request, true),
    readAnswer: (answer) => read(policy, answer, false),
    otherBody: (body) =>
      policy.document === undefined
        ? appended(body, ["liantiao=x"])
        : Buffer.concat([body.subarray(0, -1), Buffer.from(body.length > 2 ? ',"liantiao":"x"}' : ' "liantiao":"x"}')]),
    respelt: (request, signature) =>
      changed(request, (part) =>
        parameterOf(part)[0] === names.signature ? [`${names.signature}=${escaped(signature)}`] : [part],
      ),
    doubles: doublesOf(policy),
    ownBroughtKeys: (wire) =>
      policy.certificate === undefined
        ? {}
        : {
            "the certificate as answers carry it": inField(wire, policy.certificate, ({ certificate }) => certificate),
          },
    ...(policy.answer === undefined ? {} : wrappedAnswer(policy.answer)),
  };
}

/** Fields of a message that only says what it is told to. */
const EMPTY = {
  serial: undefined,
  algorithm: undefined,
  timestamp: undefined,
  nonce: undefined,
  body: new Uint8Array(),
};

/** Every parameter of a message as it reads, well-formed or not. */
function allParameters(policy: SortedParametersPolicy, message: Parametered): readonly Parameter[] {
  return [
    ...(policy.query === true && message.target !== undefined
      ? partsOf(Buffer.from(queryOf(message.target))).map(parameterOf)
      : []),
    ...(policy.document === undefined
      ? partsOf(message.body).map(parameterOf)
      : [[policy.document, new TextDecoder("utf-8", { ignoreBOM: true }).decode(message.body)] as const]),
    ...carriedParameters(policy, message),
  ];
}

/** What a message carries, and its payload: of a request, its query belongs to it where both are one set. */
function read(policy: SortedParametersPolicy, { body, url, target }: Carrier, isRequest: boolean): Read {
  const fieldOf = new Map(
    FIELDS.flatMap((id) =>
      policy.parameters[id] === undefined || (id === "party" && !isRequest)
        ? []
        : [[policy.parameters[id], id] as const],
    ),
  );
  const claims: Partial<Record<(typeof FIELDS)[number] | "certificate", string>> = {};
  const isBusiness = (part: string): boolean => {
    const [name, value] = parameterOf(part);
    const field = name === policy.certificate ? "certificate" : fieldOf.get(name);
    if (field !== undefined) claims[field] ??= value;
    return field === undefined;
  };
  const asked = target ?? (url === undefined ? "" : requestTarget(url));
  const inQuery = policy.query === true ? partsOf(Buffer.from(queryOf(asked))).filter(isBusiness) : [];
  const inBody = partsOf(body).filter(isBusiness);
  if (policy.document === undefined) return { claims, body: Buffer.from(inBody.join("&"), "latin1") };
  const document = [...inBody, ...inQuery].find((part) => part.startsWith(`${policy.document}=`));
  return { claims, body: document === undefined ? new Uint8Array() : unescapedBytes(document) };
}

/** The bytes of a parameter's value. */
function unescapedBytes(part: string): Uint8Array {
  const value = part.slice(part.indexOf("=") + 1).replaceAll("+", " ");
  return Buffer.from(
    value.replaceAll(/%([0-9A-Fa-f]{2})/g, (_whole, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    ),
    "latin1",
  );
}

/** Other texts of the same parameters. */
function otherBases(policy: SortedParametersPolicy, message: Parametered): Readonly<Record<string, Uint8Array>> {
  const { parameters: names, unsigned = [] } = policy;
  const own = new Set(Object.values(names));
  const sent = allParameters(policy, message).filter(([name]) => !unsigned.includes(name));
  const over = (parameters: readonly Parameter[]): Uint8Array =>
    signedBytes(policy, signedText(policy, parameters, message.target));
  const text = (parameters: readonly Parameter[]): Uint8Array =>
    signedBytes(policy, parameters.map(([name, value]) => `${name}=${value}`).join("&"));
  const right = signedText(policy, sent, message.target);
  return {
    "the parameters in the order in which they are sent": text(sent),
    "the parameters in reverse order": text(sent.toSorted(([left], [other]) => (left < other ? 1 : -1))),
    "the values as they are escaped": over(sent.map(([name, value]) => [name, escaped(value)])),
    "the business parameters alone": over(sent.filter(([name]) => !own.has(name))),
    "a separator at the end": signedBytes(policy, `${right}&`),
    ...(policy.digest === undefined ? {} : { "the text in place of its digest": Buffer.from(right) }),
    ...Object.fromEntries(
      sent
        .filter(([, value]) => value !== "")
        .map(([left]) => [`all parameters but ${left}`, over(sent.filter(([name]) => name !== left))]),
    ),
  };
}

function doublesOf({ parameters: names }: SortedParametersPolicy): Readonly<Record<string, Doubled>> {
  const forged = (part: string): string =>
    part.replace(/(=)(.)/, (_all, sign: string, first: string) => sign + (first === "a" ? "b" : "a"));
  const signatures =
    (change: (part: string) => readonly string[]): Doubled =>
    (request) =>
      changed(request, (part) => (parameterOf(part)[0] === names.signature ? change(part) : [part]));
  const beside = (name: string | undefined, value: (serial: string) => string): Doubled | undefined =>
    name === undefined
      ? undefined
      : (request, serial) => ({
          ...request,
          body: appended(request.body, [`${escaped(name)}=${escaped(value(serial))}`]),
        });
  const [first = ""] = names.signature;
  const disguised = `%${first.charCodeAt(0).toString(16)}${names.signature.slice(1)}`;
  const perhaps: Readonly<Record<string, Doubled | undefined>> = {
    "two serials, the second unknown": beside(names.serial, (serial) => serial),
    "two parties, the second unknown": beside(names.party, () => "STRANGER"),
    "two nonces": beside(names.nonce, (serial) => serial),
  };
  return {
    "two signatures, the first forged": signatures((part) => [forged(part), part]),
    "two signatures, the second forged": signatures((part) => [part, forged(part)]),
    "two signatures, both right": signatures((part) => [part, part]),
    "two signatures, the second with an escape in its name": signatures((part) => [
      part,
      forged(part).replace(names.signature, disguised),
    ]),
    "two signatures, the second empty": signatures((part) => [part, `${names.signature}=`]),
    ...Object.fromEntries(
      Object.entries(perhaps).flatMap(([name, double]) => (double === undefined ? [] : [[name, double] as const])),
    ),
  };
}

/** The parameters of a form as they stand there, one character a byte. */
function partsOf(form: Uint8Array): readonly string[] {
  const text = Buffer.from(form).toString("latin1");
  return text === "" ? [] : text.split("&");
}

/** A parameter as it reads; what cannot be unescaped stands for itself. */
function parameterOf(part: string): Parameter {
  const equals = part.indexOf("=");
  const [name, value] = equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
  return [unescaped(name), unescaped(value)];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function appended(body: Uint8Array, parts: readonly string[]): Uint8Array {
  if (parts.length === 0) return body;
  return Buffer.concat([body, Buffer.from((body.length === 0 ? "" : "&") + parts.join("&"))]);
}

function changed(request: HttpRequest, change: (part: string) => readonly string[]): HttpRequest {
  return { ...request, body: Buffer.from(partsOf(request.body).flatMap(change).join("&"), "latin1") };
}
