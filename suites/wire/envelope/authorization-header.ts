import { authorizationHeader as encoders } from "../../../core/envelope/authorization-header/authorization-header.ts";
import type { AuthorizationHeaderPolicy } from "../../../core/envelope/authorization-header/policy.ts";
import type { RequestMessage } from "../../../core/envelope/message.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";
import { decodeBase64Strict, encodeBase64 } from "../../../core/signature/base64.ts";
import { header } from "../header.ts";
import { otherBytes } from "./header-change.ts";
import type { Carrier, Claims, Doubled, Read, WireEnvelope } from "./wire-envelope.ts";

/** Bare parameters, which end with the signature. */
const BARE = ["party", "serial", "nonce", "timestamp", "signature"] as const;
/** In the order in which a right client writes them. */
const PARAMETERS = ["party", "nonce", "signature", "timestamp", "serial"] as const;

/** The judge's side of the envelope whose signature stands in an Authorization header, and of answers in headers of their own. */
export function authorizationHeader(policy: AuthorizationHeaderPolicy): WireEnvelope {
  const { authorization: names, response } = policy;
  const encoder = encoders(policy);
  const bare = names.parameters === "bare";
  const quote = bare ? "" : '"';

  const written = (claims: Claims): string => {
    const parameters = (bare ? BARE : PARAMETERS).flatMap((id) => {
      const [name, value] = [names[id], claims[id]];
      return name === undefined || value === undefined ? [] : [`${name}=${quote}${value}${quote}`];
    });
    return [claims.algorithm ?? "", parameters.join(",")].filter((part) => part !== "").join(" ");
  };
  const parameter = (text: string, name: string): string | undefined =>
    new RegExp(bare ? `(?:^|[ ,])${name}=([^,]*)` : `(?:^|[ ,])${name}="([^"]*)"`).exec(text)?.[1];

  const readRequest = (request: Carrier): Read => {
    const value = header(request, names.header);
    if (value === undefined) return { claims: {}, body: request.body };
    return {
      claims: {
        algorithm: value.split(" ", 1)[0],
        ...Object.fromEntries(
          PARAMETERS.flatMap((id) => (names[id] === undefined ? [] : [[id, parameter(value, names[id])]])),
        ),
      },
      body: request.body,
    };
  };

  return {
    ...encoder,
    decodesFirst: false,
    inLines: true,
    carries: () => true,
    spelling: "base64",
    writeSignature: encodeBase64,
    readSignature: decodeBase64Strict,
    carry: (message, claims) => {
      const value = claims === undefined ? "" : written(claims);
      return { headers: value === "" ? [] : [[names.header, value]], body: message.body };
    },
    otherBases: (message) => otherBases(policy, message),
    readRequest,
    readAnswer: (answer) => ({
      claims: Object.fromEntries(
        (["algorithm", "serial", "timestamp", "nonce", "signature"] as const).flatMap((id) =>
          response[id] === undefined ? [] : [[id, header(answer, response[id])]],
        ),
      ),
      body: answer.body,
    }),
    otherBody: otherBytes,
    respelt: (request, signature) => {
      const before = readRequest(request).claims.signature ?? "";
      return withCredentials(request, names.header, (value) => [
        value.replace(
          `${names.signature}=${quote}${before}${quote}`,
          () => `${names.signature}=${quote}${signature}${quote}`,
        ),
      ]);
    },
    doubles: doublesOf(policy, (value) => parameter(value, names.signature) ?? ""),
  };
}

function otherBases(policy: AuthorizationHeaderPolicy, message: RequestMessage): Readonly<Record<string, Uint8Array>> {
  const over = (lines: readonly string[]): Uint8Array =>
    encoders({ ...policy, requestBase: lines }).requestBase(message);
  return {
    "the lines in reverse order": over(policy.requestBase.toReversed()),
    ...Object.fromEntries(
      policy.requestBase.map((left) => [
        `all lines but that of the ${left}`,
        over(policy.requestBase.filter((line) => line !== left)),
      ]),
    ),
  };
}

function doublesOf(
  { authorization: { header: name, signature, serial, party, parameters: form } }: AuthorizationHeaderPolicy,
  signatureOf: (value: string) => string,
): Readonly<Record<string, Doubled>> {
  const quote = form === "bare" ? "" : '"';
  const forged = (value: string): string =>
    value.replace(
      new RegExp(`(${signature}=${quote})(.)`),
      (_all, before: string, first: string) => before + (first === "A" ? "B" : "A"),
    );
  const parameters = (value: string): string => value.slice(value.indexOf(" ") + 1);
  const credentials =
    (change: (value: string, serial: string) => readonly string[]): Doubled =>
    (request, fresh) =>
      withCredentials(request, name, (value) => change(value, fresh));
  return {
    "two headers, the first forged": credentials((value) => [forged(value), value]),
    "two headers, the second forged": credentials((value) => [value, forged(value)]),
    "two headers, both right": credentials((value) => [value, value]),
    "two headers, the second of another kind": credentials((value) => [value, "Bearer x"]),
    "one header with two credentials, the first forged": credentials((value) => [`${forged(value)}, ${value}`]),
    "one header with two credentials, the second forged": credentials((value) => [`${value}, ${forged(value)}`]),
    "one header with two signatures, the first forged": credentials((value) => [
      `${forged(value)},${signature}=${quote}${signatureOf(value)}${quote}`,
    ]),
    "one header with two signatures, the second forged": credentials((value) => [
      `${value},${signature}=${quote}${signatureOf(forged(value))}${quote}`,
    ]),
    "one header with all parameters twice": credentials((value) => [`${value},${parameters(value)}`]),
    ...(serial === undefined
      ? {}
      : {
          "one header with two serials, the second unknown": credentials((value, fresh) => [
            `${value},${serial}=${quote}${fresh}${quote}`,
          ]),
        }),
    "one header with two parties, the second unknown": credentials((value) => [
      `${value},${party}=${quote}STRANGER${quote}`,
    ]),
  };
}

function withCredentials(
  request: HttpRequest,
  name: string,
  change: (value: string) => readonly string[],
): HttpRequest {
  return {
    ...request,
    headers: request.headers.flatMap(([each, value]) =>
      each === name ? change(value).map((one) => [each, one] as const) : [[each, value] as const],
    ),
  };
}
