import { expect, describe, test } from "vitest";
import { alike } from "../../core/text/alike.ts";
import { loadPack } from "../../core/pack/load.ts";
import { packView } from "../pack-view.ts";
import type { BillsSeen, DayBill } from "./bills.ts";
import { billedSides, billFaults, judgeBills } from "./judge-bills.ts";
import { Orders } from "./money.ts";
import { BILL_OF_N1, billRow } from "./testing/bill-of-n1.ts";

const orders = (outcome = "succeeded"): Orders => {
  const made = new Orders();
  made.take({ kind: "intent", number: "N1", resource: "payment", amount: 100, account: "B1" });
  made.take({ kind: "told", number: "N1", outcome });
  return made;
};

const verdicts = (bills: BillsSeen, outcome?: string): readonly string[] =>
  judgeBills({ bills, sideOf: () => "credit", orders: orders(outcome) }).map(([, { verdict }]) => verdict);

const days = (change: Partial<DayBill>): BillsSeen => ({ days: [{ ...BILL_OF_N1, ...change }] });

const [row = billRow("N1", 100), fee = billRow("N1", 1, "debit")] = BILL_OF_N1.rows;

describe("the bills of a load", () => {
  test("hold where each order stands in one row of its amount", () => {
    expect(verdicts({ days: [BILL_OF_N1] })).toEqual(["pass", "pass", "pass"]);
  });

  test.each([
    ["a bill that misses the order", days({ rows: [fee], credits: 0 }), ["fail", "pass", "fail"]],
    ["a bill that has it twice", days({ rows: [row, row, fee], credits: 200 }), ["fail", "pass", "fail"]],
    ["one of another amount", days({ rows: [{ ...row, amount: 99 }, fee], credits: 99 }), ["fail", "pass", "fail"]],
    ["sums of other rows", days({ credits: 101 }), ["pass", "fail", "pass"]],
    ["a statement that lists more", days({ statement: [row, fee, billRow("X", 5)] }), ["pass", "pass", "fail"]],
  ])("tell %s", (_name, bills, expected) => {
    expect(verdicts(bills)).toEqual(expected);
  });

  test("tell an order that stands in the bills of two days", () => {
    const twice = { days: [BILL_OF_N1, { ...BILL_OF_N1, date: "2026-12-02" }] };
    expect(verdicts(twice)[0]).toBe("fail");
  });

  test.each([
    ["refused", "fail"],
    ["failed", "fail"],
    ["unknown", "inconclusive"],
  ])("take a row of an order that is %s as %s", (outcome, verdict) => {
    expect(verdicts({ days: [BILL_OF_N1] }, outcome)[0]).toBe(verdict);
  });

  test("say nothing where none was to be had, and why", () => {
    const reason = { en: "not out yet", zh: "尚未出具" };
    const unread = { verdict: "skipped", skipCause: "not-demanded", reason } as const;
    expect(verdicts({ unread })).toEqual(["skipped", "skipped", "skipped"]);
  });

  test("break the rule of sums where a bill contradicts itself", () => {
    const finding = { summary: { en: "a wrong hash", zh: "哈希有误" }, expected: alike("A"), seen: alike("B") };
    expect(verdicts({ unread: { verdict: "fail", finding } })).toEqual(["inconclusive", "fail", "inconclusive"]);
  });

  test("find a missing order and a doubled one among a hundred thousand", () => {
    const many = new Orders();
    const rows = [];
    for (let index = 0; index < 100_000; index += 1) {
      const number = `N${index}`;
      many.take({ kind: "intent", number, resource: "payment", amount: 100, account: "B1" });
      many.take({ kind: "told", number, outcome: "succeeded" });
      if (index !== 777) rows.push(billRow(number, 100));
      if (index === 99_999) rows.push(billRow(number, 100));
    }
    const faults = billFaults(many.values(), [{ ...BILL_OF_N1, rows }], () => "credit");
    expect(faults.map(({ kind, number }) => `${kind} ${number}`)).toEqual(["missing N777", "doubled N99999"]);
  });
});

test("what pays the party is a credit of its bill, and what gives back a debit", () => {
  const sideOf = billedSides(packView(loadPack("specs/cooperation")));
  expect([sideOf("payment"), sideOf("refund"), sideOf("payout"), sideOf("binding")]).toEqual([
    "credit",
    "debit",
    "debit",
    undefined,
  ]);
});
