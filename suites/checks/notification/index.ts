import type { Check } from "../../check.ts";
import { acknowledged } from "./acknowledged.ts";
import { agreement } from "./agreement.ts";
import { complete } from "./complete.ts";
import { deadTarget } from "./dead-target.ts";
import { expiryTold } from "./expiry-told.ts";
import { occurredAt } from "./occurred-at.ts";
import { outbox } from "./outbox.ts";
import { agreementIds, ownIds } from "./own-ids.ts";
import {
  duplicates,
  kept,
  mismatch,
  paidAt,
  noWayBack,
  stillOpen,
  promptly,
  refundFirst,
  refundMismatch,
} from "./received.ts";
import { otherBank } from "./other-bank.ts";
import { redirect } from "./redirect.ts";
import { retry } from "./retry.ts";
import { firstInterval, schedule } from "./schedule.ts";
import { allSound, sound } from "./sound.ts";
import { target } from "./target.ts";
import { refundsTold, toldOtherwise } from "./told.ts";
import { unacknowledged } from "./unacknowledged.ts";

export const NOTIFICATION: readonly Check[] = [
  sound,
  unacknowledged,
  acknowledged,
  retry,
  redirect,
  firstInterval,
  schedule,
  target,
  agreement,
  complete,
  occurredAt,
  ownIds,
  agreementIds,
  expiryTold,
  deadTarget,
  outbox,
  duplicates,
  noWayBack,
  stillOpen,
  refundFirst,
  mismatch,
  otherBank,
  refundMismatch,
  toldOtherwise,
  refundsTold,
  promptly,
  kept,
  paidAt,
  allSound,
];
