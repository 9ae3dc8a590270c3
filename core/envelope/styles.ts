import type { CodecOf } from "../codec/codecs.ts";
import { authorizationHeader } from "./authorization-header/authorization-header.ts";
import type { Envelope } from "./envelope.ts";
import type { EnvelopePolicy } from "./policy.ts";
import { sortedParameters } from "./sorted-parameters/sorted-parameters.ts";

/** The envelope of a pack. A new style is a folder beside this file and a line here; the contract test then asks for it. */
export function envelopeOf(policy: EnvelopePolicy, _codecOf: CodecOf): Envelope {
  return policy.style === "authorization-header" ? authorizationHeader(policy) : sortedParameters(policy);
}
