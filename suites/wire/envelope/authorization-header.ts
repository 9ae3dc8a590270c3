import { authorizationHeader as encoders } from "../../../core/envelope/authorization-header/authorization-header.ts";
import type { AuthorizationHeaderPolicy } from "../../../core/envelope/authorization-header/policy.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";
import { decodeBase64Strict, encodeBase64 } from "../../../core/signature/base64.ts";
import { header } from "../header.ts";
import type { Carrier, Claims, Doubled, Read, WireEnvelope } from "./wire-envelope.ts";

/** In the order in which a right client writes them. */
const PARAMETERS = ["party", "nonce", "signature", "timestamp", "serial"] as const;

/** The judge's side of the envelope whose signature stands in an Authorization header, and of answers in headers of their own. */
export function authorizationHeader(policy: AuthorizationHeaderPolicy): WireEnvelope {
  const { authorization: names, response } = policy;
  const encoder = encoders(policy);

  const written = (claims: Claims): string => {
    const parameters = PARAMETERS.flatMap((id) => (claims[id] === undefined ? [] : [`${names[id]}="${claims[id]}"`]));
    return [claims.algorithm ?? "", parameters.join(",")].filter((part) => part !== "").join(" ");
  };
  const parameter = (text: string, name: string): string | undefined =>
    new RegExp(`(?:^|[ ,])${name}="([^"]*)"`).exec(text)?.[1];

  const readRequest = (request: Carrier): Read => {
    const value = header(request, names.header);
    if (value === undefined) return { claims: {}, body: request.body };
    return {
      claims: {
        algorithm: value.split(" ", 1)[0],
        ...Object.fromEntries(PARAMETERS.map((id) => [id, parameter(value, names[id])])),
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
    otherBases: (message) => ({
      "the lines in reverse order": encoders({
        ...policy,
        requestBase: policy.requestBase.toReversed(),
      }).requestBase(message),
      ...Object.fromEntries(
        policy.requestBase.map((left) => [
          `all lines but that of the ${left}`,
          encoders({ ...policy, requestBase: policy.requestBase.filter((line) => line !== left) }).requestBase(message),
        ]),
      ),
    }),
    readRequest,
    readAnswer: (answer) => ({
      claims: Object.fromEntries(
        (["algorithm", "serial", "timestamp", "nonce", "signature"] as const).map((id) => [
          id,
          header(answer, response[id]),
        ]),
      ),
      body: answer.body,
    }),
    otherBody: (body) => {
      if (body.length === 0) return new Uint8Array([0x20]);
      const other = new Uint8Array(body);
      const middle = Math.floor(other.length / 2);
      other[middle] = (other[middle] ?? 0) ^ 1;
      return other;
    },
    respelt: (request, signature) => {
      const before = readRequest(request).claims.signature ?? "";
      return withCredentials(request, names.header, (value) => [
        value.replace(`${names.signature}="${before}"`, () => `${names.signature}="${signature}"`),
      ]);
    },
    doubles: doublesOf(policy, (value) => parameter(value, names.signature) ?? ""),
  };
}

function doublesOf(
  { authorization: { header: name, signature, serial, party } }: AuthorizationHeaderPolicy,
  signatureOf: (value: string) => string,
): Readonly<Record<string, Doubled>> {
  const forged = (value: string): string =>
    value.replace(
      new RegExp(`(${signature}=")(.)`),
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
      `${forged(value)},${signature}="${signatureOf(value)}"`,
    ]),
    "one header with two signatures, the second forged": credentials((value) => [
      `${value},${signature}="${signatureOf(forged(value))}"`,
    ]),
    "one header with all parameters twice": credentials((value) => [`${value},${parameters(value)}`]),
    "one header with two serials, the second unknown": credentials((value, fresh) => [`${value},${serial}="${fresh}"`]),
    "one header with two parties, the second unknown": credentials((value) => [`${value},${party}="STRANGER"`]),
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
