import type { Entry } from "../../laws/history.ts";
import type { DayBill } from "../bills.ts";

/** A row of a bill. */
export const billRow = (reference: string, amount: number, direction: Entry["direction"] = "credit"): Entry => ({
  id: `E-${reference}-${direction}`,
  transfer: `T-${reference}`,
  type: direction === "credit" ? "payment" : "fee",
  direction,
  amount,
  currency: "CNY",
  balanceAfter: amount,
  reference,
});

/** The bill of a day on which the order N1 of 100 succeeded, with its fee, and the statement of that day. */
export const BILL_OF_N1: DayBill = {
  date: "2026-12-01",
  rows: [billRow("N1", 100), billRow("N1", 1, "debit")],
  credits: 100,
  debits: 1,
  statement: [billRow("N1", 100), billRow("N1", 1, "debit")],
};
