import { describe, expect, it } from "vitest";
import type { Expression } from "../pack/types.ts";
import { DATE, INTEGER, list, mismatch, MONEY, object, optional, show, TEXT, TIME } from "./type.ts";
import { typeOf } from "./typing.ts";

const environment = {
  roots: {
    now: TIME,
    request: object({ amount: MONEY, note: optional(TEXT), day: DATE, tags: list(TEXT) }),
    payment: object({
      state: { kind: "text", values: ["PAID", "FAILED"] } as const,
      settled_at: optional(TIME),
      amount: MONEY,
      count: INTEGER,
    }),
    rows: list(object({ amount: MONEY, at: TIME })),
  },
  fees: new Set(["payment"]),
  interfaces: new Set(["bill.download"]),
};

function typed(expression: Expression): string {
  const typing = typeOf(expression, environment, "/that");
  return typing.ok ? show(typing.type) : typing.problems.map(({ rule, pointer }) => `${rule} ${pointer}`).join("; ");
}

describe("typeOf", () => {
  it.each<[Expression, string]>([
    ["$request.amount", "money"],
    ["$request.amount.value", "integer"],
    ["$request.note", "text?"],
    ["a{$payment.count}", "text"],
    [{ "money.add": ["$request.amount", "$payment.amount"] }, "money"],
    [{ eq: ["$payment.state", "PAID"] }, "boolean"],
    [{ in: ["$payment.state", ["PAID", "FAILED"]] }, "boolean"],
    [{ default: ["$request.note", "none"] }, "text"],
    [{ if: [{ exists: "$payment.settled_at" }, { "time.rfc3339": "$payment.settled_at" }] }, "text?"],
    [{ if: [{ not: { exists: "$payment.settled_at" } }, "no", { "time.rfc3339": "$payment.settled_at" }] }, "text"],
    [{ and: [{ exists: "$request.note" }, { gt: [{ length: "$request.note" }, 3] }] }, "boolean"],
    [{ or: [{ not: { exists: "$request.note" } }, { gt: [{ length: "$request.note" }, 3] }] }, "boolean"],
    [{ each: ["$rows", { at: { "time.rfc3339": "$item.at" } }] }, "list<{at}>"],
    [{ sum: ["$rows", "$item.amount"] }, "money"],
    [{ last: "$rows" }, "{amount, at}?"],
    [{ filter: ["$rows", { gt: ["$item.at", "$now"] }] }, "list<{amount, at}>"],
    [{ append: ["$rows", { each: ["$rows", { at: "$item.at" }] }] }, "list<{amount, at}>"],
    [{ "time.parse": "2026-11-22T21:00:00+08:00" }, "time?"],
    [{ "time.format": ["$now", "yyyyMMddHHmmss"] }, "text"],
    [{ "money.parse": ["1.00", "CNY"] }, "money?"],
    [{ "integer.parse": "1" }, "integer?"],
    [{ concat: ["4200", { digits: 4 }, "$payment.count"] }, "text"],
    [{ "table.hash": ["bill.download", "SM3"] }, "text"],
    [{ lt: ["$request.day", { date: "$now" }] }, "boolean"],
    [{ fee: ["payment", "$request.amount"] }, "money"],
    [{ literal: ["$x"] }, 'text ("$x")'],
  ])("the type of %j is %s", (expression, expected) => {
    expect(typed(expression)).toBe(expected);
  });

  it.each<[Expression, string]>([
    ["$request.amout", "expression.path /that"],
    ["$requests.amount", "expression.path /that"],
    [{ eq: ["$payment.state", "PIAD"] }, "expression.type /that/eq/1"],
    [{ in: ["$payment.state", ["PIAD"]] }, "expression.type /that/in/1"],
    [{ eq: ["$request.note", "x"] }, "expression.type /that/eq/0"],
    [{ eq: ["$request.amount", "$payment.amount"] }, "expression.type /that/eq/0; expression.type /that/eq/1"],
    [{ gt: ["$request.amount", 5] }, "expression.type /that/gt/0"],
    [{ gt: ["$now", 5] }, "expression.type /that/gt/1"],
    [{ add: ["$now", 5] }, "expression.type /that/add/0"],
    [{ "time.rfc3339": "$payment.settled_at" }, "expression.type /that/time.rfc3339"],
    ["x{$request.note}", "expression.type /that"],
    [{ if: ["$payment.state", 1, 2] }, "expression.type /that/if/0"],
    [{ "money.times": ["$request.amount", 2] }, "expression.syntax /that"],
    [{ fee: ["refund", "$request.amount"] }, "expression.type /that/fee/0"],
    [{ "table.rows": "bill.get" }, "expression.type /that/table.rows"],
    [{ sum: ["$rows", "$item.at"] }, "expression.type /that/sum/1"],
    [{ filter: ["$rows", "$item.amount"] }, "expression.type /that/filter/1"],
    [{ append: ["$rows", "$now"] }, "expression.type /that/append/1"],
    [{ filter: ["$rows", { gt: ["$item.time", "$now"] }] }, "expression.path /that/filter/1/gt/0"],
    [{ "time.format": ["$now", "yyyyMMDDHHmmss"] }, "expression.type /that/time.format/1"],
    [{ "time.rfc3339": { "time.parse": "$request.day" } }, "expression.type /that/time.rfc3339"],
    [{ "money.yuan": { "money.parse": ["1", "CNY"] } }, "expression.type /that/money.yuan"],
    [{ concat: ["a", "$request.amount"] }, "expression.type /that/concat/1"],
    [{ "table.hash": ["bill.download", "SHA265"] }, "expression.type /that/table.hash/1"],
    [{ "table.base64": ["bill.get", "gzip"] }, "expression.type /that/table.base64/0"],
    [{ "a/b": "$nothing", c: 1 }, "expression.path /that/a~1b"],
  ])("the type of %j is refused: %s", (expression, expected) => {
    expect(typed(expression)).toBe(expected);
  });

  it("the refusal of a type says in both languages what is allowed", () => {
    const typing = typeOf("$request.amout", environment);
    expect(typing.ok ? [] : typing.problems.map(({ remedy }) => remedy)).toEqual([
      {
        en: 'Did you mean "amount"? Use one of: amount, note, day, tags.',
        zh: '是否指 "amount"？请使用其中之一:amount, note, day, tags。',
      },
    ]);
  });
});

it.each<[Expression, string]>([
  [{ "table.hash": ["bill.download", "SHA265"] }, 'Did you mean "SHA256"?'],
  [{ "money.gts": ["$request.amount", "$payment.amount"] }, 'Did you mean "money.gt"?'],
  [{ and: [{ exist: "$request.note" }, true] }, 'Did you mean the operator "exists"?'],
  ["$request.amonut", 'Did you mean "amount"?'],
])("suggests a near name for the misspelt %j", (expression, asked) => {
  const typing = typeOf(expression, environment);
  expect(typing.ok ? [] : typing.problems.map(({ remedy }) => remedy.en)).toEqual([expect.stringContaining(asked)]);
});

describe("mismatch", () => {
  it("lets a date stand for a text, and a required value for an optional one", () => {
    expect(mismatch(DATE, TEXT)).toBeUndefined();
    expect(mismatch(TEXT, DATE)?.why).toMatch(/wanted/u);
    expect(mismatch(optional(TEXT), TEXT)?.why).toMatch(/may be missing/u);
    expect(mismatch(TEXT, optional(TEXT))).toBeUndefined();
  });

  it("points at the field that is missing, stray or wrong", () => {
    const wanted = object({ a: TEXT, b: optional(INTEGER) });
    expect(mismatch(object({ a: TEXT }), wanted)).toBeUndefined();
    expect(mismatch(object({}), wanted)?.at).toBe("/a");
    expect(mismatch(object({ a: TEXT, b: TEXT }), wanted)?.at).toBe("/b");
    expect(mismatch(object({ a: TEXT, c: TEXT }), wanted)?.at).toBe("/c");
  });
});
