import type { CodecOf } from "../../../core/codec/codecs.ts";
import { json } from "../../../core/codec/json.ts";
import type { EnvelopePolicy } from "../../../core/envelope/policy.ts";
import type { WrappedAnswer } from "../../../core/envelope/sorted-parameters/policy.ts";
import { spellingOf, wrappedAnswer as wrapped } from "../../../core/envelope/sorted-parameters/wrapped-answer.ts";
import type { Policies } from "../../../core/pack/types.ts";
import { authorizationHeader } from "./authorization-header.ts";
import { detachedJws } from "./detached-jws.ts";
import { envelopedSignature } from "./enveloped-signature.ts";
import { httpMessageSignatures } from "./http-message-signatures.ts";
import { likeAnswers } from "./like-answers.ts";
import { sortedParameters } from "./sorted-parameters.ts";
import { trailingSignature } from "./trailing-signature.ts";
import type { WireEnvelope } from "./wire-envelope.ts";
import { wrappedAnswer } from "./wrapped-answer.ts";

/** The judge's side of a pack's envelope. A new style is a file beside this one and a line here. */
export function wireEnvelope(policy: EnvelopePolicy, codecOf: CodecOf): WireEnvelope {
  if (policy.style === "authorization-header") return authorizationHeader(policy);
  if (policy.style === "detached-jws") return detachedJws(policy);
  if (policy.style === "http-message-signatures") return httpMessageSignatures(policy);
  // A pack whose XML has no form is refused by its rule (`xml.form`); until then it has an envelope all the same.
  if (policy.style === "trailing-signature") return trailingSignature(policy, codecOf(policy.representation) ?? json);
  if (policy.style === "enveloped-signature") return envelopedSignature(policy, codecOf("xml") ?? json);
  return sortedParameters(policy);
}

/** The same of acknowledgements that are written in a way of their own. */
export const acknowledgementEnvelope = (envelope: WireEnvelope, policy: WrappedAnswer): WireEnvelope => {
  const spelling = spellingOf("base64");
  const { answerParts } = wrapped(policy, spelling);
  return {
    ...envelope,
    ...wrappedAnswer(policy),
    answerParts,
    spelling: "base64",
    writeSignature: spelling.write,
    readSignature: spelling.read,
  };
};

/** The same of notifications, which may be signed like answers. */
export function notificationEnvelope({ envelope, notification }: Policies, codecOf: CodecOf): WireEnvelope {
  if (notification.envelope !== undefined) return wireEnvelope(notification.envelope, codecOf);
  return notification.signedAs === "answer" && envelope.style === "authorization-header"
    ? likeAnswers(envelope)
    : wireEnvelope(envelope, codecOf);
}
