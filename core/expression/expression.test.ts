import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { calendar } from "../calendar/calendar.ts";
import type { Expression } from "../pack/types.ts";
import { compileExpression, ExpressionFault } from "./expression.ts";
import type { ExpressionHost } from "./expression.ts";
import { OPERATORS } from "./registry.ts";

const cny = (value: number) => ({ value, currency: "CNY" });

const host: ExpressionHost = {
  currencies: [{ code: "CNY", minorUnits: 2 }],
  fee: (rule, amount) => {
    if (rule !== "payment") throw new RangeError(`no fee rule ${rule}`);
    return cny(Math.round(amount.value / 100));
  },
  calendar: calendar("Asia/Shanghai", "00:00:00"),
  draw: (kind, argument) => (kind === "id" ? `${argument}-1` : "7".repeat(Number(argument))),
  table: (id) => ({ bytes: new TextEncoder().encode(id), rows: 3 }),
};

const roots = {
  now: 1_000,
  request: { out_trade_no: "T-0001", amount: cny(100), tags: ["a", "b"] },
  payment: Object.assign(Object.setPrototypeOf({}, { inherited: "secret" }), {
    state: "SUCCEEDED",
    amount: cny(250),
    count: 2,
  }),
  rows: [{ amount: cny(1) }, { amount: cny(2) }],
  none: [],
};

const run = (expression: Expression, over: Readonly<Record<string, unknown>> = {}) =>
  compileExpression(expression)({ roots: { ...roots, ...over }, host });

const CASES: readonly (readonly [string, Expression, unknown])[] = [
  ["path", "$request.amount.value", 100],
  ["missing path", "$request.nothing.below", undefined],
  ["constant text", "ACTIVE", "ACTIVE"],
  ["template", "customer:{$request.out_trade_no}/{$payment.count}", "customer:T-0001/2"],
  ["object template without what is missing", { a: "$request.out_trade_no", b: "$request.nothing" }, { a: "T-0001" }],
  ["list template", ["$payment.count", "x"], [2, "x"]],
  ["eq", { eq: ["$payment.state", "SUCCEEDED"] }, true],
  ["ne", { ne: ["$payment.state", "SUCCEEDED"] }, false],
  ["eq with null", { eq: [null, null] }, true],
  ["and", { and: [true, { eq: [1, 1] }] }, true],
  ["and stops early", { and: [{ exists: "$no" }, { eq: ["$no", 1] }] }, false],
  ["or stops early", { or: [{ not: { exists: "$no" } }, { eq: ["$no", 1] }] }, true],
  ["if then", { if: [true, "a", "b"] }, "a"],
  ["if else if", { if: [false, "a", true, "b", "c"] }, "b"],
  ["if without else", { if: [false, "a"] }, undefined],
  ["exists", { exists: ["$request.nothing"] }, false],
  ["default", { default: ["$request.nothing", 5] }, 5],
  ["default of null is null", { default: [null, 5] }, null],
  ["in", { in: ["b", "$request.tags"] }, true],
  ["not in", { in: ["z", "$request.tags"] }, false],
  ["add", { add: ["$payment.count", 3] }, 5],
  ["sub", { sub: ["$payment.count", 3] }, -1],
  ["lt", { lt: [9, 10] }, true],
  ["lte", { lte: [10, 10] }, true],
  ["gt", { gt: [9, 10] }, false],
  ["gte of dates", { gte: ["2026-11-22", "2026-11-21"] }, true],
  ["text", { text: 12 }, "12"],
  ["money.of", { "money.of": [5, "CNY"] }, cny(5)],
  ["money.zero", { "money.zero": "$request.amount" }, cny(0)],
  ["money.add", { "money.add": ["$request.amount", "$payment.amount"] }, cny(350)],
  ["money.sub", { "money.sub": ["$request.amount", "$payment.amount"] }, cny(-150)],
  ["money.portion", { "money.portion": ["$request.amount", 1, 3] }, cny(33)],
  ["money.portion, half up", { "money.portion": [{ "money.of": [5, "CNY"] }, 1, 2] }, cny(3)],
  ["money.portion of a debt, half away from zero", { "money.portion": [{ "money.of": [-5, "CNY"] }, 1, 2] }, cny(-3)],
  ["money.eq", { "money.eq": ["$request.amount", "$payment.amount"] }, false],
  ["money.lt", { "money.lt": ["$request.amount", "$payment.amount"] }, true],
  ["money.lte", { "money.lte": ["$request.amount", "$request.amount"] }, true],
  ["money.gt", { "money.gt": ["$request.amount", "$payment.amount"] }, false],
  ["money.gte", { "money.gte": ["$request.amount", "$request.amount"] }, true],
  ["money.value", { "money.value": "$request.amount" }, 100],
  ["money.currency", { "money.currency": "$request.amount" }, "CNY"],
  ["money.parse", { "money.parse": ["0.05", "CNY"] }, cny(5)],
  ["money.parse of whole yuan", { "money.parse": ["88", "CNY"] }, cny(8_800)],
  ["money.parse of a negative amount", { "money.parse": ["-1.5", "CNY"] }, cny(-150)],
  ["money.parse of more decimals than there are", { "money.parse": ["0.005", "CNY"] }, undefined],
  ["money.parse of an exponent", { "money.parse": ["1e2", "CNY"] }, undefined],
  ["money.parse of zeros ahead", { "money.parse": ["01.00", "CNY"] }, undefined],
  ["money.parse of more than is exact", { "money.parse": ["90071992547409.92", "CNY"] }, undefined],
  ["money.yuan", { "money.yuan": "$request.amount" }, "1.00"],
  ["integer.parse", { "integer.parse": ["-120"] }, -120],
  ["integer.parse of zeros ahead", { "integer.parse": ["007"] }, undefined],
  ["integer.parse of no number", { "integer.parse": ["1.0"] }, undefined],
  ["concat", { concat: ["4200", { digits: [2] }, "-", "$payment.count"] }, "420077-2"],
  ["length in code points", { length: "联调😀" }, 3],
  ["mask", { mask: ["6222020200112233", 4, 4] }, "6222********2233"],
  ["mask of a short text", { mask: ["123", 2, 2] }, "***"],
  ["mask of a name", { mask: ["联调户", 1, 0] }, "联**"],
  ["starts-with-any of plain texts", { "starts-with-any": ["T-0001", ["R-", "T-"]] }, true],
  ["time.add-seconds", { "time.add-seconds": ["$now", 2] }, 3_000],
  ["time.rfc3339", { "time.rfc3339": "$now" }, "1970-01-01T08:00:01+08:00"],
  ["time.parse", { "time.parse": "1970-01-01T08:00:01.5+08:00" }, 1_500],
  ["time.parse of UTC", { "time.parse": "1970-01-01T00:00:01Z" }, 1_000],
  ["time.parse, local", { "time.parse": ["1970-01-01 08:00:01", "yyyy-MM-dd HH:mm:ss"] }, 1_000],
  ["time.parse, local and close", { "time.parse": ["19700101080001", "yyyyMMddHHmmss"] }, 1_000],
  ["time.parse of no offset", { "time.parse": "1970-01-01T00:00:01" }, undefined],
  ["time.parse of a day that is none", { "time.parse": ["20260230000000", "yyyyMMddHHmmss"] }, undefined],
  ["time.parse of an hour that is none", { "time.parse": ["20260228240000", "yyyyMMddHHmmss"] }, undefined],
  ["time.format", { "time.format": ["$now", "yyyy-MM-dd HH:mm:ss"] }, "1970-01-01 08:00:01"],
  ["time.format, close", { "time.format": ["$now", "yyyyMMddHHmmss"] }, "19700101080001"],
  ["time.format, RFC 3339", { "time.format": ["$now", "rfc3339"] }, "1970-01-01T08:00:01+08:00"],
  ["date", { date: "$now" }, "1970-01-01"],
  ["date.days", { "date.days": ["2026-02-28", "2026-03-01"] }, 1],
  ["date.days to an earlier date", { "date.days": ["9999-12-31", "0000-01-01"] }, -3_652_424],
  ["date.add-days", { "date.add-days": ["2026-12-31", 1] }, "2027-01-01"],
  ["fee", { fee: ["payment", "$request.amount"] }, cny(1)],
  ["fresh-id", { "fresh-id": "PAY" }, "PAY-1"],
  ["digits", { digits: 6 }, "777777"],
  [
    "each",
    { each: ["$rows", { value: "$item.amount.value", now: "$now" }] },
    [
      { value: 1, now: 1_000 },
      { value: 2, now: 1_000 },
    ],
  ],
  ["filter", { filter: ["$rows", { "money.gt": ["$item.amount", { "money.of": [1, "CNY"] }] }] }, [{ amount: cny(2) }]],
  ["filter of nothing", { filter: ["$none", true] }, []],
  ["sum", { sum: ["$rows", "$item.amount"] }, cny(3)],
  ["sum of nothing", { sum: ["$none", "$item.amount"] }, cny(0)],
  ["count", { count: "$rows" }, 2],
  ["join", { join: [{ each: ["$rows", "$item.amount.value"] }, ","] }, "1,2"],
  ["append", { join: [{ each: [{ append: ["$rows", "$rows"] }, "$item.amount.value"] }, ","] }, "1,2,1,2"],
  ["append of nothing", { count: [{ append: ["$none", "$rows"] }] }, 2],
  ["join of nothing", { join: ["$none", ","] }, ""],
  ["last", { last: "$rows" }, { amount: cny(2) }],
  ["last of nothing", { last: "$none" }, undefined],
  ["literal", { literal: "$not.a.path" }, "$not.a.path"],
  ["literal list", { literal: [["{$x}"]] }, ["{$x}"]],
  ["table.sha256", { "table.sha256": "abc" }, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["table.hash, SHA-1", { "table.hash": ["abc", "SHA1"] }, "a9993e364706816aba3e25717850c26c9cd0d89d"],
  [
    "table.hash, SM3",
    { "table.hash": ["abc", "SM3"] },
    "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
  ],
  ["table.base64, not packed", { "table.base64": ["abc", "none"] }, "YWJj"],
  ["table.rows", { "table.rows": "bill.download" }, 3],
];

describe("expression", () => {
  it.each(CASES)("evaluates %s", (_name, expression, expected) => {
    expect(run(expression)).toEqual(expected);
  });

  it("has a case for every operator of the closed list", () => {
    const text = JSON.stringify(CASES);
    expect([...OPERATORS.keys()].filter((name) => !text.includes(`{"${name}":`))).toEqual(["view"]);
  });

  it("a view that was not put in has no value", () => {
    expect(() => run({ view: "payment" })).toThrow(/The pack has no view "payment" that can be put in here/u);
  });

  it.each<[string, Expression]>([
    ["two missing values are not equal", { eq: ["$no", "$nor"] }],
    ["a missing value is not unequal either", { ne: ["$no", "x"] }],
    ["texts of digits have no order", { gte: ["9", "10"] }],
    ["text and integer are not comparable", { eq: ["9", 9] }],
    ["fractions do not exist", { add: ["0.1", "0.2"] }],
    ["integers do not overflow", { add: [Number.MAX_SAFE_INTEGER, 1] }],
    ["truthiness does not exist", { and: [1] }],
    ["a missing condition does not mean false", { if: ["$no", 1, 2] }],
    ["a missing value is not in a list", { in: ["$no", []] }],
    ["money is compared with money.eq", { eq: ["$request.amount", "$request.amount"] }],
    ["money of two currencies does not combine", { "money.add": ["$request.amount", { "money.of": [1, "USD"] }] }],
    ["money of an unknown currency has no decimals", { "money.yuan": { "money.of": [1, "USD"] } }],
    ["a time is needed, not a text", { "time.rfc3339": "now" }],
    ["a date exists", { "date.add-days": ["2026-02-30", 1] }],
    ["only texts and integers are inserted", "x{$request.amount}"],
    ["nothing missing is inserted", "x{$request.nothing}"],
    ["a list has no holes", ["$request.nothing"]],
    ["each has no holes", { each: ["$rows", "$item.nothing"] }],
    ["an unknown fee rule", { fee: ["nothing", "$request.amount"] }],
    ["an unknown currency of a text", { "money.parse": ["1", "USD"] }],
    ["a form of time that is none", { "time.format": ["$now", "yyyy"] }],
    ["a missing text has no time", { "time.parse": "$no" }],
    ["a condition of filter is no truth", { filter: ["$rows", "$item.amount"] }],
    ["concat joins no money", { concat: ["a", "$request.amount"] }],
    ["a hash that is none", { "table.hash": ["abc", "MD5"] }],
    ["an encoding that is none", { "table.base64": ["abc", "zip"] }],
    ["a portion has parts", { "money.portion": ["$request.amount", 1, 0] }],
    ["too many digits", { digits: 65 }],
    ["mask keeps no negative number", { mask: ["abc", -1, 1] }],
    ["an unknown operator with a dot", { "money.times": ["$request.amount", 2] }],
    ["a fraction in the pack", 0.5],
    ["too few arguments", { eq: [1] }],
    ["a malformed path", "$request..amount"],
    ["an open insertion", "a{$request"],
  ])("fails closed: %s", (_name, expression) => {
    expect(() => run(expression)).toThrow(ExpressionFault);
  });

  it("names the expression in a fault and hides the values of texts", () => {
    const fault = (() => {
      try {
        run({ gte: ["$request.out_trade_no", 1] });
      } catch (error) {
        return error;
      }
      return undefined;
    })();
    expect(fault).toBeInstanceOf(ExpressionFault);
    expect(String(fault)).toContain('{"gte":["$request.out_trade_no",1]}');
    expect(String(fault)).not.toContain("T-0001");
  });

  it("an expression packs a file into a text", () => {
    const packed = run({ "table.base64": ["abc", "deflate"] });
    expect(inflateSync(Buffer.from(String(packed), "base64")).toString()).toBe("abc");
  });

  it("reads an object's own properties only", () => {
    for (const path of [
      "$payment.inherited",
      "$payment.constructor",
      "$request.tags.length",
      "$payment.state.length",
      "$payment.__proto__",
      "$toString",
    ]) {
      expect(run(path)).toBeUndefined();
    }
  });

  it("keeps a template from changing a prototype", () => {
    const hostile: Expression = Object.defineProperty({ a: 1 }, "__proto__", {
      value: { polluted: true },
      enumerable: true,
    });
    const made = run(hostile);
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect(made).toEqual({ a: 1 });
  });

  it("asks for the currency of an empty sum when the pack has several", () => {
    const two = { ...host, currencies: [...host.currencies, { code: "USD", minorUnits: 2 }] };
    const scope = { roots, host: two };
    expect(() => compileExpression({ sum: ["$none", "$item.amount"] })(scope)).toThrow(/third argument/u);
    expect(compileExpression({ sum: ["$none", "$item.amount", "USD"] })(scope)).toEqual({ value: 0, currency: "USD" });
    expect(() => compileExpression({ sum: ["$rows", "$item.amount", "USD"] })(scope)).toThrow(ExpressionFault);
  });
});

const admitted = (url: string, prefix: string) => run({ "starts-with-any": [{ literal: url }, [{ literal: prefix }]] });

describe("starts-with-any on URLs", () => {
  it.each([
    ["https://a.example/hooks/pay", "https://a.example"],
    ["https://a.example/hooks", "https://a.example/hooks"],
    ["https://a.example/hooks/pay?x=1", "https://a.example/hooks/"],
    ["HTTPS://A.example/hooks/pay", "https://a.example/hooks"],
    ["https://a.example:443/hooks", "https://a.example/"],
  ])("starts-with-any admits %s under %s", (url, prefix) => {
    expect(admitted(url, prefix)).toBe(true);
  });

  it.each([
    ["https://a.example.evil.test/", "https://a.example"],
    ["https://a.example@evil.test/", "https://a.example"],
    ["https://user@a.example/", "https://a.example"],
    ["https://a.example:8443/", "https://a.example"],
    ["http://a.example/", "https://a.example"],
    ["https://a.example/hooks-evil", "https://a.example/hooks"],
    ["https://a.example/hooks/../admin", "https://a.example/hooks"],
    ["https://a.example/hooks/%2e%2e/admin", "https://a.example/hooks"],
    ["https://a.example/hooks/..%2fadmin", "https://a.example/hooks"],
    ["https://a.example\\@evil.test/", "https://a.example"],
    ["https://a.example/ x", "https://a.example"],
    ["not a url", "https://a.example"],
    ["https://evil.test/", "https"],
    ["https://evil.test/", ""],
  ])("starts-with-any refuses %s under %s", (url, prefix) => {
    expect(admitted(url, prefix)).toBe(false);
  });
});
