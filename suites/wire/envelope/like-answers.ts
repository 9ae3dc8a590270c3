import { authorizationHeader as encoders } from "../../../core/envelope/authorization-header/authorization-header.ts";
import type { AuthorizationHeaderPolicy } from "../../../core/envelope/authorization-header/policy.ts";
import type { Headers } from "../../../core/envelope/headers.ts";
import { likeAnswers as signedLikeAnswers } from "../../../core/envelope/like-answers.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";
import { authorizationHeader } from "./authorization-header.ts";
import type { Claims, Doubled, Read, WireEnvelope } from "./wire-envelope.ts";

/** In the order in which a right sender writes them. */
const PARTS = ["timestamp", "nonce", "serial", "algorithm", "signature"] as const;

/** The judge's side of requests whose signature stands in headers of its own, as that of an answer does. */
export function likeAnswers(policy: AuthorizationHeaderPolicy): WireEnvelope {
  const own = authorizationHeader(policy);
  const names = policy.response;
  const { requestParts, requestBase, openRequest } = signedLikeAnswers(encoders(policy));
  const bases = (lines: readonly string[]) => encoders({ ...policy, responseBase: lines }).answerBase;
  return {
    ...own,
    requestParts,
    requestBase,
    openRequest,
    readRequest: (request): Read => own.readAnswer(request),
    carry: (message, claims: Claims | undefined) => ({
      headers: PARTS.flatMap((id) => {
        const [name, value] = [names[id], claims?.[id]];
        return name === undefined || value === undefined ? [] : [[name, value] as const];
      }),
      body: message.body,
    }),
    otherBases: (message) => ({
      "the lines in reverse order": bases(policy.responseBase.toReversed())(message),
      "the lines of a request": own.requestBase(message),
      ...Object.fromEntries(
        policy.responseBase.map((left) => [
          `all lines but that of the ${left}`,
          bases(policy.responseBase.filter((line) => line !== left))(message),
        ]),
      ),
    }),
    respelt: (request, signature) => changed(request, names.signature, () => [signature]),
    doubles: doublesOf(policy),
  };
}

function doublesOf({ response: names }: AuthorizationHeaderPolicy): Readonly<Record<string, Doubled>> {
  const forged = (value: string): string => (value.startsWith("A") ? "B" : "A") + value.slice(1);
  const signatures =
    (change: (value: string) => readonly string[]): Doubled =>
    (request) =>
      changed(request, names.signature, change);
  return {
    "two signatures, the first forged": signatures((value) => [forged(value), value]),
    "two signatures, the second forged": signatures((value) => [value, forged(value)]),
    "two signatures, both right": signatures((value) => [value, value]),
    "two serials, the second unknown": (request, serial) =>
      changed(request, names.serial ?? "", (value) => [value, serial]),
    "two nonces": (request, serial) => changed(request, names.nonce, (value) => [value, serial]),
  };
}

function changed(request: HttpRequest, name: string, change: (value: string) => readonly string[]): HttpRequest {
  const headers: Headers = request.headers.flatMap(([each, value]) =>
    each === name ? change(value).map((one) => [each, one] as const) : [[each, value] as const],
  );
  return { ...request, headers };
}
