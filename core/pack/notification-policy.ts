import type { EnvelopePolicy } from "../envelope/policy.ts";
import type { WrappedAnswer } from "../envelope/sorted-parameters/policy.ts";

/** How notifications are sent and acknowledged. */
export interface NotificationPolicy {
  /** Seconds to wait before each retry; the first attempt is at once. */
  readonly retrySeconds: readonly number[];
  readonly acknowledgeWithinSeconds: number;
  readonly acknowledgeStatus: readonly number[];
  /** The text that an acknowledgement consists of, unsigned; absent: the status alone acknowledges. */
  readonly acknowledgeBody?: string;
  /**
   * An acknowledgement counts only with a right signature, and is written so; `answer`: like all answers. Absent: it
   * counts signed or not.
   */
  readonly acknowledgeSigned?: { readonly style: "answer" } | WrappedAnswer;
  /** Whether a notification is signed as a request, and names its sender, or like an answer. Absent: as a request. */
  readonly signedAs?: "request" | "answer";
  /** How notifications are signed and carried, where otherwise than requests. */
  readonly envelope?: EnvelopePolicy;
}
