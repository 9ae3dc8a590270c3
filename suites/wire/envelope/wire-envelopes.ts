import type { EnvelopePolicy } from "../../../core/envelope/policy.ts";
import { authorizationHeader } from "./authorization-header.ts";
import { sortedParameters } from "./sorted-parameters.ts";
import type { WireEnvelope } from "./wire-envelope.ts";

/** The judge's side of a pack's envelope. A new style is a file beside this one and a line here. */
export function wireEnvelope(policy: EnvelopePolicy): WireEnvelope {
  return policy.style === "authorization-header" ? authorizationHeader(policy) : sortedParameters(policy);
}
