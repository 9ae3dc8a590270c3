import type { BodySealingPolicy } from "./body/policy.ts";
import type { ReceiverSealingPolicy, SealingPolicy } from "./policy.ts";

/** What a pack says of how its messages are sealed: fields or whole bodies under a secret of both sides, never both. */
export interface SealingPolicies {
  /** How parts of messages are sealed that say so (`x-sealed`). Absent: none is. */
  readonly sealing?: SealingPolicy;
  /** How fields are sealed for the receiver alone (`"key": "receiver"` of `x-sealed`). Absent: none is. */
  readonly receiverSealing?: ReceiverSealingPolicy;
  /** How whole bodies are carried encrypted. Absent: they are in clear. */
  readonly bodySealing?: BodySealingPolicy;
}
