import type { Fault } from "./fault.ts";
import { latency } from "./latency.ts";
import { latencyHeavyTail, latencyNormal } from "./latency-distributions.ts";
import { serverError } from "./server-error.ts";
import { falseRefusal } from "./false-refusal.ts";
import { serviceUnavailable } from "./service-unavailable.ts";
import { resetBeforeAnswer } from "./reset-before-answer.ts";
import { answerLostAfterCommit } from "./answer-lost-after-commit.ts";
import { answerNeverSent } from "./answer-never-sent.ts";
import { truncatedAnswer } from "./truncated-answer.ts";
import { alteredAnswer } from "./altered-answer.ts";
import { oldAnswer } from "./old-answer.ts";
import { anotherAnswer } from "./another-answer.ts";
import { unsignedAnswer } from "./unsigned-answer.ts";
import { wrongSignature } from "./wrong-signature.ts";
import { staleTimestamp } from "./stale-timestamp.ts";
import { wrongKeyId } from "./wrong-key-id.ts";
import { slowBody } from "./slow-body.ts";
import { notificationDuplicate } from "./notification-duplicate.ts";
import { notificationLate } from "./notification-late.ts";
import { notificationLost } from "./notification-lost.ts";
import { notificationReordered } from "./notification-reordered.ts";

/** Every fault there is; a new one is a file and a line here. */
export const FAULTS: readonly Fault[] = [
  latency,
  latencyNormal,
  latencyHeavyTail,
  serverError,
  serviceUnavailable,
  falseRefusal,
  resetBeforeAnswer,
  answerLostAfterCommit,
  answerNeverSent,
  truncatedAnswer,
  wrongSignature,
  unsignedAnswer,
  alteredAnswer,
  staleTimestamp,
  oldAnswer,
  anotherAnswer,
  wrongKeyId,
  slowBody,
  notificationDuplicate,
  notificationLate,
  notificationLost,
  notificationReordered,
];
