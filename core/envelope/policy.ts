import type { AuthorizationHeaderPolicy } from "./authorization-header/policy.ts";
import type { SortedParametersPolicy } from "./sorted-parameters/policy.ts";

/** The part of a pack's policies that says how its messages are addressed, signed and carried; `style` says which envelope. */
export type EnvelopePolicy = AuthorizationHeaderPolicy | SortedParametersPolicy;
