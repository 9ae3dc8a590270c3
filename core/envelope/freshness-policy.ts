import type { TimestampForm } from "./times.ts";

/** How old and how new a message may be, and what a nonce looks like. */
export interface FreshnessPolicy {
  readonly clockSkewSeconds: number;
  /** How messages write the time of their signing. Absent: in seconds since the epoch. */
  readonly timestamps?: TimestampForm;
  /** Absent where messages carry no nonce. */
  readonly nonce?: { readonly minLength: number; readonly maxLength: number; readonly pattern: string };
  /** What the same bytes again get: a refusal, or the answer that idempotency gives. Without a nonce only the second. */
  readonly exactReplay: "refuse" | "idempotent-answer";
}
