import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendar } from "../calendar/calendar.ts";
import { dateOf } from "../calendar/date.ts";
import type { FormContext } from "./form.ts";
import { FORM_NAMES, formOf, formProblem } from "./forms.ts";
import type { FormName } from "./forms.ts";

const context: FormContext = { minorUnits: 2, currency: "CNY", calendar: calendar("Asia/Shanghai", "00:00:00") };

const VALUES: Readonly<Record<FormName, fc.Arbitrary<number | string>>> = {
  yuan: fc.maxSafeInteger(),
  fen: fc.maxSafeInteger(),
  "currency-yuan": fc.maxSafeInteger(),
  "local-datetime": fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
  "compact-date": fc.integer({ min: 0, max: 40_000 }).map(dateOf),
  "compact-datetime": fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
  "gzip-base64": fc.string({ unit: "grapheme" }),
};

const WRITTEN: readonly (readonly [FormName, number | string, string])[] = [
  ["yuan", 1234, "12.34"],
  ["yuan", 5, "0.05"],
  ["yuan", 0, "0.00"],
  ["yuan", -110, "-1.10"],
  ["fen", 1234, "1234"],
  ["currency-yuan", 1234, "CNY12.34"],
  ["local-datetime", Date.parse("2026-11-30T21:50:00+08:00"), "2026-11-30 21:50:00"],
  ["compact-date", "2026-11-30", "20261130"],
  ["compact-datetime", Date.parse("2026-11-30T21:50:00+08:00"), "20261130215000"],
];

const REFUSED: readonly (readonly [FormName, string])[] = [
  ["yuan", "12.3"],
  ["yuan", "12.345"],
  ["yuan", "-1.00"],
  ["yuan", "1e2"],
  ["yuan", "-0.00"],
  ["yuan", "90071992547409.92"],
  ["yuan", ""],
  ["fen", "12.34"],
  ["currency-yuan", "12.34"],
  ["currency-yuan", "USD12.34"],
  ["currency-yuan", "CNY-1.00"],
  ["fen", "-12"],
  ["fen", "007"],
  ["local-datetime", "2026-11-30T21:50:00+08:00"],
  ["local-datetime", "2026-02-30 21:50:00"],
  ["compact-date", "2026-11-30"],
  ["compact-date", "20260230"],
  ["compact-datetime", "2026-11-30 21:50:00"],
  ["gzip-base64", "a,b"],
];

describe.each(FORM_NAMES)("the form %s", (name) => {
  const form = formOf({ "x-as": name });
  if (form === undefined) throw new TypeError(`there is no form ${name}`);

  test("what a form writes is read back as the same value", () => {
    fc.assert(
      fc.property(VALUES[name], (value) => {
        const text = form.write(value, context);
        expect(text).toBeTypeOf("string");
        expect(form.read(text ?? "", context)).toBe(value);
      }),
    );
  });

  test("the example of a form is read, and its near misses are refused", () => {
    expect(formProblem({ "x-as": name }, form.example(context), context)).toBeUndefined();
    for (const miss of form.nearMisses(context)) expect(formProblem({ "x-as": name }, miss, context)).toBeDefined();
  });

  test("a value of another kind has no text", () => {
    for (const value of [null, {}, [], true, 1.5]) expect(form.write(value, context)).toBeUndefined();
  });
});

test.each(WRITTEN)("%s writes %j as %s", (name, value, text) => {
  const form = formOf({ "x-as": name });
  expect(form?.write(value, context)).toBe(text);
  expect(form?.read(text, context)).toBe(value);
});

test.each(REFUSED)("%s refuses %j", (name, text) => {
  expect(formProblem({ "x-as": name }, text, context)).toMatch(/^must be /u);
});

test("bounds beside a form hold for what the text says", () => {
  const schema = { "x-as": "yuan", minimum: -100, maximum: 200 };
  expect(["-1.00", "2.00"].map((text) => formProblem(schema, text, context))).toEqual([undefined, undefined]);
  expect(["-1.01", "2.01"].map((text) => formProblem(schema, text, context))).toEqual([
    "must be from -1.00 to 2.00",
    "must be from -1.00 to 2.00",
  ]);
});

test("a currency without decimals is written without a point", () => {
  const yen = { ...context, minorUnits: 0 };
  const form = formOf({ "x-as": "yuan" });
  expect(form?.write(1234, yen)).toBe("1234");
  for (const miss of form?.nearMisses(yen) ?? []) expect(form?.read(miss, yen)).toBeUndefined();
});
