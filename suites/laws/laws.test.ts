import { describe, expect, test } from "vitest";
import type { AbsentSeen, BillSeen, Entry, RefusalSeen, ResourceSeen, StatementSeen, ToldSeen } from "./history.ts";
import {
  acknowledgedStays,
  finalStaysFinal,
  noNegativeBalance,
  oneEffectANumber,
  refundsNeverExceedPayment,
  refusalsMoveNothing,
} from "./laws.ts";
import { balanceEqualsStatement, statementEqualsBill } from "./statements.ts";
import { toldIsTrue } from "./told.ts";

const payment: ResourceSeen = {
  kind: "payment",
  at: 1,
  party: "P1",
  number: "A",
  state: "succeeded",
  amount: 100,
  id: "t1",
  refunded: 0,
};
const refund = (number: string, amount: number, state: ResourceSeen["state"] = "succeeded"): ResourceSeen => ({
  kind: "refund",
  at: 2,
  party: "P1",
  number,
  state,
  amount,
  payment: "A",
});
const entry = (id: string, reference: string, amount: number, more: Partial<Entry> = {}): Entry => ({
  id,
  transfer: `T${id}`,
  type: "payment",
  direction: "credit",
  amount,
  currency: "CNY",
  balanceAfter: 1000 + amount,
  reference,
  date: "2026-11-22",
  ...more,
});
const statement = (
  at: number,
  entries: readonly Entry[],
  posted: number,
  more: Partial<StatementSeen> = {},
): StatementSeen => ({
  kind: "statement",
  at,
  party: "P1",
  account: "settlement",
  from: "2026-11-22",
  to: "2026-11-22",
  entries,
  posted,
  ...more,
});
const bill = (rows: readonly Entry[], credits: number, debits = 0): BillSeen => ({
  kind: "bill",
  at: 5,
  party: "P1",
  date: "2026-11-22",
  rows,
  credits,
  debits,
});
const refusal: RefusalSeen = {
  kind: "refusal",
  of: "payment",
  at: 1,
  party: "P1",
  number: "A",
  code: "INSUFFICIENT_FUNDS",
};

describe("laws", () => {
  test("refunds up to the payment are lawful, and one fen more breaks the law", () => {
    expect(refundsNeverExceedPayment([payment, refund("R1", 60), refund("R2", 40)])).toEqual([]);
    expect(refundsNeverExceedPayment([payment, refund("R1", 60), refund("R2", 41)])).toHaveLength(1);
    expect(refundsNeverExceedPayment([payment, refund("R1", 60), refund("R2", 41, "failed")])).toEqual([]);
    expect(refundsNeverExceedPayment([{ ...payment, refunded: 101 }, payment])).toHaveLength(1);
  });

  test("refunds are counted against their own party's payment only", () => {
    expect(refundsNeverExceedPayment([payment, { ...refund("R1", 200), party: "P2" }])).toEqual([]);
  });

  test("final stays final, and only a payout may return", () => {
    expect(finalStaysFinal([{ ...payment, state: "open" }, payment, payment])).toEqual([]);
    expect(finalStaysFinal([payment, { ...payment, state: "closed" }])).toHaveLength(1);
    expect(finalStaysFinal([payment, { ...payment, state: "open", queried: true }])).toHaveLength(1);
    const payout = { ...payment, kind: "payout" as const };
    expect(finalStaysFinal([payout, { ...payout, state: "returned" }])).toEqual([]);
    expect(finalStaysFinal([payout, { ...payout, state: "failed" }])).toHaveLength(1);
    expect(finalStaysFinal([{ ...payout, state: "returned" }, payout])).toHaveLength(1);
  });

  test("finality allows a replayed first answer and one that was under way", () => {
    expect(finalStaysFinal([payment, { ...payment, at: 9, state: "open" }])).toEqual([]);
    expect(
      finalStaysFinal([
        { ...payment, at: 5 },
        { ...payment, began: 4, at: 6, state: "open", queried: true },
      ]),
    ).toEqual([]);
  });

  test("one number has one id and one amount", () => {
    expect(oneEffectANumber([payment, payment])).toEqual([]);
    expect(oneEffectANumber([payment, { ...payment, id: "t2" }])).toHaveLength(1);
    expect(oneEffectANumber([payment, { ...payment, amount: 99 }])).toHaveLength(1);
  });

  test("one number is booked once in each account and type, however often it is read", () => {
    const once = statement(3, [entry("1", "A", 100), entry("2", "A", 1, { type: "fee", direction: "debit" })], 99);
    expect(oneEffectANumber([payment, once, once, bill(once.entries, 100, 1)])).toEqual([]);
    expect(oneEffectANumber([payment, statement(3, [entry("1", "A", 100), entry("2", "A", 100)], 200)])).toHaveLength(
      1,
    );
    // What this run did not make may repeat its reference.
    expect(oneEffectANumber([statement(3, [entry("1", "interest", 1), entry("2", "interest", 1)], 2)])).toEqual([]);
  });

  test("a balance moves by the entries that the statement gained", () => {
    const before = statement(1, [entry("1", "A", 100)], 100);
    const after = statement(2, [entry("1", "A", 100), entry("2", "B", 30, { direction: "debit" })], 70);
    expect(balanceEqualsStatement([before, after])).toEqual([]);
    expect(balanceEqualsStatement([before, { ...after, posted: 71 }])).toHaveLength(1);
    expect(balanceEqualsStatement([before, statement(2, [], 0)])).toHaveLength(1);
    expect(balanceEqualsStatement([statement(1, [entry("1", "A", 100), entry("1", "A", 100)], 200)])).toHaveLength(1);
    expect(balanceEqualsStatement([before, { ...after, account: "b1", posted: 5 }])).toEqual([]);
  });

  test("statement and bill of a day have the same entries and totals", () => {
    const rows = [entry("1", "A", 100), entry("2", "B", 30, { direction: "debit" })];
    const booked = statement(6, rows, 70);
    expect(statementEqualsBill([bill(rows, 100, 30), booked])).toEqual([]);
    expect(statementEqualsBill([bill(rows, 100, 31), booked])).toHaveLength(1);
    expect(statementEqualsBill([bill(rows.slice(0, 1), 100), booked])).toHaveLength(1);
    expect(statementEqualsBill([bill(rows, 100, 30), statement(6, rows.slice(0, 1), 100)])).toHaveLength(1);
    expect(statementEqualsBill([bill([entry("1", "A", 101), rows[1] as Entry], 101, 30), booked])).toHaveLength(1);
    // Entries of other days are other bills' business.
    expect(
      statementEqualsBill([
        bill(rows, 100, 30),
        { ...booked, to: "2026-11-23", entries: [...rows, entry("3", "C", 5, { date: "2026-11-23" })] },
      ]),
    ).toEqual([]);
  });

  test("a negative balance breaks the law, at present or after any entry", () => {
    const balance = { kind: "balance" as const, at: 1, party: "P1", account: "b", available: 0, currency: "CNY" };
    expect(noNegativeBalance([balance, statement(1, [entry("1", "A", 1)], 1)])).toEqual([]);
    expect(noNegativeBalance([{ ...balance, available: -1 }])).toHaveLength(1);
    expect(noNegativeBalance([{ ...balance, posted: -1 }])).toHaveLength(1);
    expect(noNegativeBalance([statement(1, [entry("1", "A", 1, { balanceAfter: -5 })], 1)])).toHaveLength(1);
  });

  test("what was acknowledged is found by every query that began afterwards", () => {
    const absent: AbsentSeen = { kind: "absent", of: "payment", began: 2, at: 3, party: "P1", number: "A" };
    expect(acknowledgedStays([absent, { ...payment, at: 4 }])).toEqual([]);
    expect(acknowledgedStays([{ ...payment, at: 2.5 }, absent])).toEqual([]);
    expect(acknowledgedStays([payment, absent])).toHaveLength(1);
    expect(acknowledgedStays([payment, { ...absent, party: "P2" }])).toEqual([]);
  });

  test("a refused number is booked only if taken later or in doubt", () => {
    const booked = statement(3, [entry("1", "A", 100)], 100);
    expect(refusalsMoveNothing([refusal, booked])).toHaveLength(1);
    expect(refusalsMoveNothing([refusal, bill(booked.entries, 100)])).toHaveLength(1);
    expect(refusalsMoveNothing([refusal, payment, booked])).toEqual([]);
    expect(
      refusalsMoveNothing([refusal, { kind: "unknown", of: "payment", at: 2, party: "P1", number: "A" }, booked]),
    ).toEqual([]);
    expect(refusalsMoveNothing([refusal, { ...payment, state: "failed" }, booked])).toHaveLength(1);
  });
});

describe("what is told is true", () => {
  const told: ToldSeen = {
    kind: "told",
    of: "payment",
    at: 3,
    party: "P1",
    number: "A",
    state: "succeeded",
    amount: 100,
  };
  const refusal: RefusalSeen = { kind: "refusal", of: "payment", at: 1, party: "P1", number: "A", code: "NO_FUNDS" };

  test("holds where answers show the same, or the way to it", () => {
    expect(toldIsTrue([payment, { ...payment, state: "open" }, told, { ...told, state: "open" }])).toEqual([]);
  });

  test("is broken by another end, though the right one is told later", () => {
    const failed: ResourceSeen = { ...payment, state: "failed" };
    expect(toldIsTrue([failed, told, { ...told, at: 4, state: "failed" }])).toHaveLength(1);
  });

  test("is broken by another amount, and by another id", () => {
    expect(toldIsTrue([payment, { ...told, amount: 99 }, { ...told, id: "t2" }])).toHaveLength(2);
  });

  test("is broken by the success of what was refused", () => {
    expect(toldIsTrue([refusal, told])).toHaveLength(1);
    expect(toldIsTrue([refusal, { ...told, state: "failed" }])).toEqual([]);
    expect(toldIsTrue([refusal, payment, told])).toEqual([]);
  });

  test("lets a payout that was told as succeeded come back", () => {
    const returned: ResourceSeen = { ...payment, kind: "payout", state: "returned" };
    expect(toldIsTrue([returned, { ...told, of: "payout" }])).toEqual([]);
  });

  test("says nothing of a number of another party, or of another kind", () => {
    const failed: ResourceSeen = { ...payment, state: "failed" };
    expect(toldIsTrue([failed, { ...told, party: "P2" }, { ...told, of: "payout" }])).toEqual([]);
  });
});
