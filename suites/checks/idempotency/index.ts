import type { Check } from "../../check.ts";
import { closeRace } from "./close-race.ts";
import { copies } from "./copies.ts";
import { crash } from "./crash.ts";
import { declined } from "./declined.ts";
import { drain } from "./drain.ts";
import { holdRace } from "./hold-race.ts";
import { lostAnswer } from "./lost-answer.ts";
import { leftFree, newRefundNumber, outOfOrder, twoParties } from "./numbers.ts";
import { opposite } from "./opposite.ts";
import { otherContent } from "./other-content.ts";
import { refundRace } from "./refund-race.ts";
import { sameAgain, sameOtherwiseWritten } from "./same-again.ts";
import { signedBeforeSentAfter } from "./signed-before.ts";
import { twoPools } from "./two-pools.ts";

export const IDEMPOTENCY: readonly Check[] = [
  sameAgain,
  sameOtherwiseWritten,
  otherContent,
  copies,
  twoPools,
  lostAnswer,
  crash,
  twoParties,
  leftFree,
  declined,
  newRefundNumber,
  outOfOrder,
  signedBeforeSentAfter,
  drain,
  refundRace,
  closeRace,
  holdRace,
  opposite,
];
