import type { CodecOf } from "../codec/codecs.ts";
import { json } from "../codec/json.ts";
import { authorizationHeader } from "./authorization-header/authorization-header.ts";
import { detachedJws } from "./detached-jws/detached-jws.ts";
import type { Envelope } from "./envelope.ts";
import { envelopedSignature } from "./enveloped-signature/enveloped-signature.ts";
import { httpMessageSignatures } from "./http-message-signatures/http-message-signatures.ts";
import type { EnvelopePolicy } from "./policy.ts";
import { sortedParameters } from "./sorted-parameters/sorted-parameters.ts";
import { trailingSignature } from "./trailing-signature/trailing-signature.ts";

/** The envelope of a pack. A new style is a folder beside this file and a line here; the contract test then asks for it. */
export function envelopeOf(policy: EnvelopePolicy, codecOf: CodecOf): Envelope {
  if (policy.style === "authorization-header") return authorizationHeader(policy);
  if (policy.style === "detached-jws") return detachedJws(policy);
  if (policy.style === "http-message-signatures") return httpMessageSignatures(policy);
  // A pack whose XML has no form is refused by its rule (`xml.form`); until then it has an envelope all the same.
  if (policy.style === "trailing-signature") return trailingSignature(policy, codecOf(policy.representation) ?? json);
  if (policy.style === "enveloped-signature") return envelopedSignature(policy, codecOf("xml") ?? json);
  return sortedParameters(policy);
}
