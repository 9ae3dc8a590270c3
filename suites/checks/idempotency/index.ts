import type { Check } from "../../check.ts";
import { copies } from "./copies.ts";
import { drain } from "./drain.ts";
import { otherContent } from "./other-content.ts";
import { refundRace } from "./refund-race.ts";
import { sameAgain } from "./same-again.ts";

export const IDEMPOTENCY: readonly Check[] = [sameAgain, otherContent, copies, drain, refundRace];
