import type { Check } from "../../check.ts";
import { acknowledged } from "./acknowledged.ts";
import { agreement } from "./agreement.ts";
import { complete } from "./complete.ts";
import { deadTarget } from "./dead-target.ts";
import { duplicates } from "./duplicates.ts";
import { expiryTold } from "./expiry-told.ts";
import { kept } from "./kept.ts";
import { lapseComplete, lapseDated, lapseTold } from "./lapsed.ts";
import { mismatch, refundMismatch } from "./mismatch.ts";
import { occurredAt } from "./occurred-at.ts";
import { noWayBack, refundFirst, stillOpen } from "./order-of-news.ts";
import { outbox } from "./outbox.ts";
import { agreementIds, ownIds } from "./own-ids.ts";
import { otherBank } from "./other-bank.ts";
import { paidAt } from "./paid-at.ts";
import { promptly } from "./promptly.ts";
import { redirect } from "./redirect.ts";
import { refundsAtOnce } from "./refunds-at-once.ts";
import { refundsThatFailed } from "./refunds-that-failed.ts";
import { refundsTold } from "./refunds-told.ts";
import { retry } from "./retry.ts";
import { firstInterval, schedule } from "./schedule.ts";
import { allSound, sound } from "./sound.ts";
import { target } from "./target.ts";
import { toldOtherwise } from "./told-otherwise.ts";
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
  lapseTold,
  lapseComplete,
  lapseDated,
  deadTarget,
  outbox,
  duplicates,
  refundsAtOnce,
  noWayBack,
  stillOpen,
  refundFirst,
  mismatch,
  otherBank,
  refundMismatch,
  toldOtherwise,
  refundsTold,
  refundsThatFailed,
  promptly,
  kept,
  paidAt,
  allSound,
];
