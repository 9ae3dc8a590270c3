import { Buffer } from "node:buffer";
import { escaped, form } from "../../codec/form.ts";
import type { Attempt } from "../explanation/attempt.ts";
import type { Guess } from "../explanation/guess.ts";
import type { Mistake } from "../explanation/mistake.ts";
import { ALGORITHM_MISTAKES, UNKNOWN_KEY_MISTAKES } from "../mistakes/algorithms.ts";
import { KEY_MISTAKES } from "../mistakes/keys.ts";
import { MESSAGE_MISTAKES } from "../mistakes/messages.ts";
import { parameterMistakes } from "../mistakes/parameters.ts";
import type { SignedParameters } from "../mistakes/parameters.ts";
import { SECRET_MISTAKES } from "../mistakes/secrets.ts";
import { BASE64_MISTAKES, HEX_MISTAKES } from "../mistakes/spellings.ts";
import { TIME_MISTAKES } from "../mistakes/times.ts";
import type { Parameter } from "./base.ts";
import type { SortedParametersPolicy } from "./policy.ts";

/** Every mistake known with this envelope, the commonest first. A new one is added here, and `mistakes.test.ts` asks for a case of it. */
export function mistakesWith(policy: SortedParametersPolicy): readonly Mistake[] {
  const shared = Object.values(policy.algorithms).some((name) => name.startsWith("hmac"));
  return [
    ...extentMistakes(policy),
    ...parameterMistakes((attempt) => signedOf(attempt, policy)),
    ...(shared ? SECRET_MISTAKES : []),
    ...KEY_MISTAKES,
    ...(policy.encoding === "hex" ? HEX_MISTAKES : BASE64_MISTAKES),
    ...ALGORITHM_MISTAKES,
    ...MESSAGE_MISTAKES.filter(({ id }) => id !== "signed-like-a-request" && id !== "signed-like-an-answer"),
    ...TIME_MISTAKES,
    ...UNKNOWN_KEY_MISTAKES,
  ];
}

/** Which of the envelope's own parameters were left out. */
function extentMistakes(policy: SortedParametersPolicy): readonly Mistake[] {
  const { algorithm } = policy.parameters;
  const own = new Set(Object.values(policy.parameters));
  const without = (attempt: Attempt, left: (name: string) => boolean): Guess => ({
    bytes: Buffer.from(sortedText(asSent(attempt, policy).filter(([name]) => !left(name)))),
  });
  return [
    ...(algorithm === undefined
      ? []
      : [
          {
            id: "algorithm-left-out",
            family: "parameters",
            title: {
              en: `the parameter ${algorithm} was left out of what was signed`,
              zh: `待签名串遗漏了参数 ${algorithm}`,
            },
            remedy: { en: "only the signature itself is", zh: "仅签名参数本身不参与签名" },
            guesses: (attempt) => [without(attempt, (name) => name === algorithm)],
          } satisfies Mistake,
        ]),
    {
      id: "envelope-left-out",
      family: "parameters",
      title: { en: "only the business parameters were signed", zh: "仅对业务参数签名" },
      remedy: { en: "party, time and nonce are signed too", zh: "机构号、时间戳与随机串也须参与签名" },
      guesses: (attempt) => [without(attempt, (name) => own.has(name))],
    },
  ];
}

const sortedText = (parameters: readonly Parameter[]): string =>
  parameters
    .filter(([, value]) => value !== "")
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");

function signedOf(attempt: Attempt, policy: SortedParametersPolicy): SignedParameters {
  return {
    parameters: asSent(attempt, policy),
    signatureName: policy.parameters.signature,
    signature: attempt.failed.signature,
    write: (text) => Buffer.from(text),
    escape: escaped,
  };
}

/** The parameters in the order of the body, without the signature. */
function asSent({ failed }: Attempt, { parameters: names }: SortedParametersPolicy): readonly Parameter[] {
  const wire = failed.wire === undefined ? undefined : parametersIn(failed.wire.body);
  if (wire?.some(([name]) => name === names.signature) === true)
    return wire.filter(([name]) => name !== names.signature);
  const message: Partial<Record<keyof typeof names, string>> = {
    ...(failed.kind === "request" ? { party: failed.message.party } : {}),
    serial: failed.message.serial,
    algorithm: failed.message.algorithm,
    timestamp: failed.message.timestamp,
    nonce: failed.message.nonce,
  };
  return [
    ...parametersIn(failed.message.body),
    ...(["party", "serial", "algorithm", "timestamp", "nonce"] as const).flatMap((id) => {
      const [name, value] = [names[id], message[id]];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  ];
}

function parametersIn(body: Uint8Array): readonly Parameter[] {
  const decoded = form.decode(body, { bytes: Infinity, depth: 1, members: Infinity });
  return decoded.ok ? Object.entries(decoded.value as Readonly<Record<string, string>>) : [];
}
