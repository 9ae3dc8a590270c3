import type { Check } from "../../check.ts";
import { clockBack, cutover, lateBilled, refundNextDay, successesBilled } from "./bill-days.ts";
import { billAddress, fiftyRefunds, injection, totals, yuan } from "./bill-file.ts";
import { billKept, billMoment, billStable } from "./bill-ready.ts";
import { booked, bookedWhen, bothSides } from "./booked.ts";
import { booksBalance, pages } from "./books.ts";
import { ranges } from "./ranges.ts";
import { packedBill } from "./packed-bill.ts";

// Those that move the clock come last, so that what the others see is in order of time.
export const RECONCILIATION: readonly Check[] = [
  booksBalance,
  booked,
  bookedWhen,
  bothSides,
  pages,
  ranges,
  billStable,
  billAddress,
  packedBill,
  fiftyRefunds,
  totals,
  yuan,
  successesBilled,
  billMoment,
  billKept,
  refundNextDay,
  cutover,
  clockBack,
  lateBilled,
  injection,
];
