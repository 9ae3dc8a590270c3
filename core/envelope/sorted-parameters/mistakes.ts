import { Buffer } from "node:buffer";
import { escaped } from "../../codec/form.ts";
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
import { pathOf, queryOf, signedBytes, sortedText } from "./base.ts";
import type { Parameter } from "./base.ts";
import { digestMistakes } from "./mistakes/digests.ts";
import { documentMistakes, WRAPPED_MISTAKES } from "./mistakes/documents.ts";
import { parametersOf, rawParametersOf } from "./parameters.ts";
import type { SortedParametersPolicy } from "./policy.ts";

/** Every mistake known with this envelope, the commonest first. A new one is added here, and `mistakes.test.ts` asks for a case of it. */
export function mistakesWith(policy: SortedParametersPolicy): readonly Mistake[] {
  const shared = Object.values(policy.algorithms).some((name) => name.startsWith("hmac"));
  const signed = (attempt: Attempt): SignedParameters => signedOf(attempt, policy);
  const text = (attempt: Attempt): string => aheadOf(attempt, policy) + sortedText(signed(attempt).parameters);
  return [
    ...extentMistakes(policy),
    ...targetMistakes(policy),
    ...parameterMistakes(signed),
    ...digestMistakes(policy, text),
    ...documentMistakes(policy, signed),
    ...(policy.answer === undefined ? [] : WRAPPED_MISTAKES),
    ...(shared ? SECRET_MISTAKES : []),
    ...KEY_MISTAKES,
    ...(policy.encoding === "hex" ? HEX_MISTAKES : BASE64_MISTAKES),
    ...ALGORITHM_MISTAKES,
    ...MESSAGE_MISTAKES.filter(({ id }) => id !== "signed-like-a-request" && id !== "signed-like-an-answer"),
    ...(policy.parameters.timestamp === undefined ? [] : TIME_MISTAKES),
    ...UNKNOWN_KEY_MISTAKES,
  ];
}

/** Which of the envelope's own parameters were left out, or signed though they are not to be. */
function extentMistakes(policy: SortedParametersPolicy): readonly Mistake[] {
  const { algorithm } = policy.parameters;
  const { unsigned = [] } = policy;
  const own = new Set(Object.values(policy.parameters));
  const of = (attempt: Attempt, parameters: readonly Parameter[]): Guess => ({
    bytes: signedOf(attempt, policy).write(sortedText(parameters)),
  });
  return [
    ...(algorithm === undefined || unsigned.includes(algorithm)
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
            guesses: (attempt) => [
              of(
                attempt,
                signedOf(attempt, policy).parameters.filter(([name]) => name !== algorithm),
              ),
            ],
          } satisfies Mistake,
        ]),
    ...(unsigned.length === 0
      ? []
      : [
          {
            id: "unsigned-signed",
            family: "parameters",
            title: { en: `${unsigned.join(", ")} was signed too`, zh: `${unsigned.join("、")} 参与了签名` },
            remedy: { en: "leave it out, as the signature", zh: "应与签名参数一并剔除" },
            guesses: (attempt) => [of(attempt, asSent(attempt, policy))],
          } satisfies Mistake,
        ]),
    {
      id: "envelope-left-out",
      family: "parameters",
      title: { en: "only the business parameters were signed", zh: "仅对业务参数签名" },
      remedy: {
        en: "those of the envelope, such as party and time, are signed too",
        zh: "机构号、时间戳等公共参数也须参与签名",
      },
      guesses: (attempt) => [
        of(
          attempt,
          signedOf(attempt, policy).parameters.filter(([name]) => !own.has(name)),
        ),
      ],
    },
  ];
}

/** What goes wrong where a part of the target is signed. */
function targetMistakes({ path, query, ...policy }: SortedParametersPolicy): readonly Mistake[] {
  const whole = { ...policy, ...(path === undefined ? {} : { path }), ...(query === undefined ? {} : { query }) };
  return [
    ...(query !== true
      ? []
      : [
          {
            id: "query-left-out",
            family: "target",
            title: { en: "only the parameters of the body were signed", zh: "仅对报文体参数签名" },
            remedy: { en: "those of the query belong to the text too", zh: "查询串中的参数也须参与签名" },
            *guesses(attempt) {
              const asked = new URLSearchParams(queryOf(attempt.request?.target ?? ""));
              const { parameters, write } = signedOf(attempt, whole);
              if (asked.size > 0) yield { bytes: write(sortedText(parameters.filter(([name]) => !asked.has(name)))) };
            },
          } satisfies Mistake,
        ]),
    ...(path !== true
      ? []
      : [
          {
            id: "path-left-out",
            family: "target",
            title: { en: "the path was left out of what was signed", zh: "待签名串遗漏了路径" },
            remedy: { en: "the text begins with the path and a question mark", zh: "应以“路径?”开头" },
            guesses: (attempt) => [{ bytes: signedBytes(whole, sortedText(signedOf(attempt, whole).parameters)) }],
          } satisfies Mistake,
        ]),
  ];
}

/** What stands ahead of the parameters. */
const aheadOf = ({ request }: Attempt, { path }: SortedParametersPolicy): string =>
  path === true && request !== undefined ? `${pathOf(request.target)}?` : "";

function signedOf(attempt: Attempt, policy: SortedParametersPolicy): SignedParameters {
  const left = new Set(policy.unsigned);
  return {
    parameters: asSent(attempt, policy).filter(([name]) => !left.has(name)),
    signatureName: policy.parameters.signature,
    signature: attempt.failed.signature,
    write: (text) => Buffer.from(signedBytes(policy, aheadOf(attempt, policy) + text)),
    escape: escaped,
  };
}

/** The parameters in the order of the wire, without the signature; of an answer that is no form, none. */
function asSent({ failed }: Attempt, policy: SortedParametersPolicy): readonly Parameter[] {
  const { signature } = policy.parameters;
  const target = failed.kind === "request" ? failed.message.target : undefined;
  const wire = failed.wire === undefined ? undefined : rawParametersOf(policy, failed.wire.body, target);
  if (wire?.some(([name]) => name === signature) === true) return wire.filter(([name]) => name !== signature);
  const { serial, algorithm, timestamp, nonce, body } = failed.message;
  try {
    return parametersOf(
      policy,
      failed.kind === "request" ? failed.message : { serial, algorithm, timestamp, nonce, body },
    );
  } catch {
    return [];
  }
}
