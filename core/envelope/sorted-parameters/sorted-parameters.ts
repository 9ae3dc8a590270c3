import { form } from "../../codec/form.ts";
import { json } from "../../codec/json.ts";
import type { Bounds } from "../../codec/codec.ts";
import type { Envelope, EnvelopePart, OpenedAnswer, OpenedRequest, OpeningFault, WireRequest } from "../envelope.ts";
import type { AnswerMessage } from "../message.ts";
import { ambiguous, signedBytes, signedText } from "./base.ts";
import { mistakesWith } from "./mistakes.ts";
import { fault, openParameters } from "./opening.ts";
import { carriedParameters, formBody, NO_BOUNDS, parametersOf, queryParameters } from "./parameters.ts";
import type { Field, Parametered } from "./parameters.ts";
import type { SortedParametersPolicy } from "./policy.ts";
import { spellingOf, wrappedAnswer } from "./wrapped-answer.ts";

const FIELDS = ["party", "serial", "algorithm", "timestamp", "nonce", "signature"] as const;

/**
 * The envelope of form gateways: the party, time, nonce and signature are parameters beside those of the business, and
 * the signature covers all parameters, sorted. A body is decoded before anything of it is believed.
 */
export function sortedParameters(policy: SortedParametersPolicy): Envelope {
  const { parameters: names } = policy;
  const [onlyAlgorithm = ""] = Object.keys(policy.algorithms);
  const spelling = spellingOf(policy.encoding);

  const base = (message: Parametered): Uint8Array => {
    const parameters = parametersOf(policy, message);
    const unclear = ambiguous(parameters, policy.unsigned);
    if (unclear !== undefined)
      throw new RangeError(`${unclear} holds "&name=", and what is signed would have two readings`);
    return signedBytes(policy, signedText(policy, parameters, message.target));
  };
  const sealed = (message: Parametered, signature: Uint8Array): Uint8Array => {
    const added = [...carriedParameters(policy, message), [names.signature, spelling.write(signature)] as const];
    const asked = new Set(queryParameters(policy, message).map(([name]) => name));
    const twice = added.find(([name]) => asked.has(name))?.[0];
    if (twice !== undefined) throw new RangeError(`the query has a parameter ${twice}, which the envelope adds itself`);
    return formBody(policy, message.body, added);
  };
  const inForm: Pick<Envelope, "answerParts" | "answerBase" | "sealAnswer" | "openAnswer"> = {
    answerParts: partsOf(policy, FIELDS.slice(1)),
    answerBase: (message) => base(ofAnswer(message)),
    sealAnswer: (message, signature) => ({ headers: [], body: sealed(ofAnswer(message), signature) }),
    openAnswer: ({ body }, bounds = NO_BOUNDS): OpenedAnswer | OpeningFault =>
      openParameters(policy, spelling, { body }, bounds),
  };
  const answers = policy.answer === undefined ? inForm : wrappedAnswer(policy.answer, spelling);

  return {
    style: policy.style,
    algorithms: policy.algorithms,
    codec: policy.answer === undefined ? form : json,
    ...(policy.document === undefined ? {} : { carrier: form }),
    requestParts: partsOf(policy, FIELDS),
    requestBase: base,
    sealRequest: (message, signature) => ({ headers: [], body: sealed(message, signature) }),
    ...answers,

    openRequest({ body, target }: WireRequest, bounds: Bounds): OpenedRequest | OpeningFault {
      const opened = openParameters(policy, spelling, { body, target }, bounds);
      if (!opened.ok) return opened;
      const algorithm = opened.algorithm ?? onlyAlgorithm;
      if (!Object.hasOwn(policy.algorithms, algorithm))
        return fault(
          "signature",
          names.algorithm ?? names.signature,
          `is none of ${Object.keys(policy.algorithms).join(", ")}`,
          `不是 ${Object.keys(policy.algorithms).join("、")} 之一`,
        );
      return { ...opened, algorithm, party: opened.party };
    },

    readSignature: spelling.read,
    mistakes: mistakesWith(policy),
  };
}

/** A message without what only requests have. */
const ofAnswer = ({ serial, algorithm, timestamp, nonce, body, certificate }: AnswerMessage): Parametered => ({
  serial,
  algorithm,
  timestamp,
  nonce,
  body,
  ...(certificate === undefined ? {} : { certificate }),
});

function partsOf(
  { parameters: names, path, query, unsigned = [] }: SortedParametersPolicy,
  fields: readonly Field[],
): readonly EnvelopePart[] {
  return [
    ...(fields.includes("party")
      ? [
          { id: "method" as const, location: "line" as const, name: "method", covered: false },
          { id: "target" as const, location: "line" as const, name: "target", covered: path === true },
          ...(query === true
            ? [{ id: "query" as const, location: "line" as const, name: "query", covered: true }]
            : []),
        ]
      : []),
    ...fields.flatMap((id) => {
      const name = names[id];
      return name === undefined
        ? []
        : [{ id, location: "body" as const, name, covered: id !== "signature" && !unsigned.includes(name) }];
    }),
    { id: "body", location: "body", name: "the business parameters", covered: true },
  ];
}
