import type { Check } from "../../check.ts";
import { announced } from "./announced.ts";
import { exchanged, held, heldExpired } from "./balances.ts";
import {
  bindingAttempts,
  bindingCancel,
  bindingConfirm,
  bindingExpired,
  bindingExpiry,
  bindingUnique,
  cancelledBinding,
  identity,
} from "./bindings.ts";
import { closeAgain, closePaid, closeUnknown } from "./close.ts";
import { endedAgain } from "./ended-again.ts";
import { expiry, lifetimeTold } from "./expiry.ts";
import { feeRounding } from "./fees.ts";
import { beyondBalance, frozen, triedAgain } from "./funds.ts";
import { heldIsGone } from "./held.ts";
import { limits } from "./limits.ts";
import { closeProcessing, lateFailure, lateSuccess, notRefundable } from "./late-payment.ts";
import { decided, movedBesides } from "./moved.ts";
import { paymentQuery } from "./payment-query.ts";
import { payoutBeyond, payoutOnce, payoutReturned } from "./payouts.ts";
import { fiftyRefunds, lateRefund, refundOfLate, refundsUpToPaid } from "./refunds.ts";
import { orders } from "./orders.ts";

export const LIFECYCLE: readonly Check[] = [
  paymentQuery,
  lateSuccess,
  lateFailure,
  closeUnknown,
  closeAgain,
  closePaid,
  closeProcessing,
  refundsUpToPaid,
  refundOfLate,
  fiftyRefunds,
  notRefundable,
  lateRefund,
  bindingConfirm,
  bindingAttempts,
  bindingExpired,
  bindingExpiry,
  bindingUnique,
  bindingCancel,
  cancelledBinding,
  identity,
  payoutOnce,
  payoutReturned,
  payoutBeyond,
  frozen,
  beyondBalance,
  triedAgain,
  feeRounding,
  heldIsGone,
  orders,
  expiry,
  lifetimeTold,
  endedAgain,
  held,
  heldExpired,
  exchanged,
  decided,
  movedBesides,
  limits,
  announced,
];
