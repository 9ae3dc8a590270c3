import { describe, expect, test } from "vitest";
import type { ResourceSeen } from "./history.ts";
import { finalStaysFinal, noNegativeBalance, oneEffectANumber, refundsNeverExceedPayment } from "./laws.ts";

const payment: ResourceSeen = { kind: "payment", at: 1, party: "P1", number: "A", state: "succeeded", amount: 100, id: "t1", refunded: 0 };
const refund = (number: string, amount: number, state: ResourceSeen["state"] = "succeeded"): ResourceSeen => ({ kind: "refund", at: 2, party: "P1", number, state, amount, payment: "A" });

describe("laws", () => {
  test("refunds up to the payment are lawful, one fen more is not, and failed ones do not count", () => {
    expect(refundsNeverExceedPayment([payment, refund("R1", 60), refund("R2", 40)])).toEqual([]);
    expect(refundsNeverExceedPayment([payment, refund("R1", 60), refund("R2", 41)])).toHaveLength(1);
    expect(refundsNeverExceedPayment([payment, refund("R1", 60), refund("R2", 41, "failed")])).toEqual([]);
    expect(refundsNeverExceedPayment([{ ...payment, refunded: 101 }])).toHaveLength(1);
  });

  test("a refund of another party's payment of the same number does not count", () => {
    expect(refundsNeverExceedPayment([payment, { ...refund("R1", 200), party: "P2" }])).toEqual([]);
  });

  test("final stays final, and only a payout may return", () => {
    expect(finalStaysFinal([{ ...payment, state: "open" }, payment, payment])).toEqual([]);
    expect(finalStaysFinal([payment, { ...payment, state: "closed" }])).toHaveLength(1);
    expect(finalStaysFinal([payment, { ...payment, state: "open" }])).toHaveLength(1);
    const payout = { ...payment, kind: "payout" as const };
    expect(finalStaysFinal([payout, { ...payout, state: "returned" }])).toEqual([]);
    expect(finalStaysFinal([payout, { ...payout, state: "failed" }])).toHaveLength(1);
  });

  test("one number has one id and one amount", () => {
    expect(oneEffectANumber([payment, payment])).toEqual([]);
    expect(oneEffectANumber([payment, { ...payment, id: "t2" }])).toHaveLength(1);
    expect(oneEffectANumber([payment, { ...payment, amount: 99 }])).toHaveLength(1);
  });

  test("no balance is negative", () => {
    const balance = { kind: "balance" as const, at: 1, party: "P1", account: "b", available: 0, currency: "CNY" };
    expect(noNegativeBalance([balance])).toEqual([]);
    expect(noNegativeBalance([{ ...balance, available: -1 }])).toHaveLength(1);
  });
});
