import { escaped } from "../../../core/codec/form.ts";
import { ambiguous, sortedBase } from "../../../core/envelope/sorted-parameters/base.ts";
import type { Parameter } from "../../../core/envelope/sorted-parameters/base.ts";
import type { SortedParametersPolicy } from "../../../core/envelope/sorted-parameters/policy.ts";
import {
  readHex,
  sortedParameters as encoders,
  writeHex,
} from "../../../core/envelope/sorted-parameters/sorted-parameters.ts";
import type { AnswerMessage } from "../../../core/envelope/message.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";
import { decodeBase64Strict, encodeBase64 } from "../../../core/signature/base64.ts";
import type { Carrier, Claims, Doubled, Read, WireEnvelope } from "./wire-envelope.ts";

const FIELDS = ["party", "serial", "algorithm", "timestamp", "nonce", "signature"] as const;

/** The judge's side of the envelope whose signature is one of the body's parameters. */
export function sortedParameters(policy: SortedParametersPolicy): WireEnvelope {
  const { parameters: names, encoding } = policy;
  const encoder = encoders(policy);
  const fieldOf = new Map(FIELDS.flatMap((id) => (names[id] === undefined ? [] : [[names[id], id] as const])));

  const read = ({ body }: Carrier): Read => {
    const claims: Partial<Record<(typeof FIELDS)[number], string>> = {};
    const rest = partsOf(body).filter((part) => {
      const [name, value] = parameterOf(part);
      const field = fieldOf.get(name);
      if (field !== undefined) claims[field] ??= value;
      return field === undefined;
    });
    return { claims, body: Buffer.from(rest.join("&"), "latin1") };
  };
  const base = (message: AnswerMessage & { readonly party?: string }): Uint8Array =>
    sortedBase([...partsOf(message.body).map(parameterOf), ...carried(message)]);
  const carried = (claims: Claims): readonly Parameter[] =>
    FIELDS.flatMap((id) => {
      const [name, value] = [names[id], claims[id]];
      return name === undefined || value === undefined || id === "signature" ? [] : [[name, value] as const];
    });

  return {
    ...encoder,
    requestBase: base,
    answerBase: base,
    decodesFirst: true,
    inLines: false,
    // An empty parameter is neither signed nor read.
    carries: (text) => text !== "" && ambiguous([["", text]]) === undefined,
    spelling: encoding,
    writeSignature: encoding === "hex" ? writeHex : encodeBase64,
    readSignature: encoding === "hex" ? readHex : decodeBase64Strict,
    carry: (message, claims) => {
      const added = [
        ...carried(claims ?? {}),
        ...(claims?.signature === undefined ? [] : [[names.signature, claims.signature] as const]),
      ].map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
      return { headers: [], body: appended(message.body, added) };
    },
    otherBases: (message) => otherBases([...partsOf(message.body).map(parameterOf), ...carried(message)], names),
    readRequest: read,
    readAnswer: read,
    otherBody: (body) => appended(body, ["liantiao=x"]),
    respelt: (request, signature) =>
      changed(request, (part) =>
        parameterOf(part)[0] === names.signature ? [`${names.signature}=${escaped(signature)}`] : [part],
      ),
    doubles: doublesOf(policy),
  };
}

/** Other texts of the same parameters, as they stand in `sent` in the order of the body. */
function otherBases(
  sent: readonly Parameter[],
  names: SortedParametersPolicy["parameters"],
): Readonly<Record<string, Uint8Array>> {
  const own = new Set(Object.values(names));
  const text = (parameters: readonly Parameter[]): Uint8Array =>
    Buffer.from(parameters.map(([name, value]) => `${name}=${value}`).join("&"));
  const sorted = Buffer.from(sortedBase(sent)).toString();
  return {
    "the parameters in the order in which they are sent": text(sent),
    "the parameters in reverse order": Buffer.from(sorted.split("&").toReversed().join("&")),
    "the values as they are escaped": sortedBase(sent.map(([name, value]) => [name, escaped(value)])),
    "the business parameters alone": sortedBase(sent.filter(([name]) => !own.has(name))),
    "a separator at the end": Buffer.from(`${sorted}&`),
    ...Object.fromEntries(
      sent.map(([left]) => [`all parameters but ${left}`, sortedBase(sent.filter(([name]) => name !== left))]),
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
  const beside =
    (name: string, value: (serial: string) => string): Doubled =>
    (request, serial) => ({ ...request, body: appended(request.body, [`${escaped(name)}=${escaped(value(serial))}`]) });
  const [first = ""] = names.signature;
  const disguised = `%${first.charCodeAt(0).toString(16)}${names.signature.slice(1)}`;
  return {
    "two signatures, the first forged": signatures((part) => [forged(part), part]),
    "two signatures, the second forged": signatures((part) => [part, forged(part)]),
    "two signatures, both right": signatures((part) => [part, part]),
    "two signatures, the second with an escape in its name": signatures((part) => [
      part,
      forged(part).replace(names.signature, disguised),
    ]),
    "two signatures, the second empty": signatures((part) => [part, `${names.signature}=`]),
    ...(names.serial === undefined
      ? {}
      : { "two serials, the second unknown": beside(names.serial, (serial) => serial) }),
    "two parties, the second unknown": beside(names.party, () => "STRANGER"),
    ...(names.nonce === undefined ? {} : { "two nonces": beside(names.nonce, (serial) => serial) }),
  };
}

/** The parameters of a body as they stand there, one character a byte. */
function partsOf(body: Uint8Array): readonly string[] {
  const text = Buffer.from(body).toString("latin1");
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
