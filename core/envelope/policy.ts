import type { AuthorizationHeaderPolicy } from "./authorization-header/policy.ts";
import type { DetachedJwsPolicy } from "./detached-jws/policy.ts";
import type { EnvelopedSignaturePolicy } from "./enveloped-signature/policy.ts";
import type { HttpMessageSignaturesPolicy } from "./http-message-signatures/policy.ts";
import type { SortedParametersPolicy } from "./sorted-parameters/policy.ts";
import type { TrailingSignaturePolicy } from "./trailing-signature/policy.ts";

/** The part of a pack's policies that says how its messages are addressed, signed and carried; `style` says which envelope. */
export type EnvelopePolicy =
  | AuthorizationHeaderPolicy
  | SortedParametersPolicy
  | DetachedJwsPolicy
  | HttpMessageSignaturesPolicy
  | TrailingSignaturePolicy
  | EnvelopedSignaturePolicy;
