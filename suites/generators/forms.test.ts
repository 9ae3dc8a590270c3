import * as fc from "fast-check";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { calendar } from "../../core/calendar/calendar.ts";
import { formKeyword } from "../../core/pack/annotation.ts";
import type { Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { arbitrary } from "./arbitrary.ts";
import { otherText } from "./other-text.ts";
import { schemaSource } from "./schema-source.ts";
import { violations } from "./violations.ts";

const forms = { minorUnits: 2, currency: "CNY", calendar: calendar("Asia/Shanghai", "00:00:00") };
const source = schemaSource({}, forms);
const ajv = new Ajv2020({ strict: false });
ajv.addKeyword(formKeyword(forms));

const FIELDS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["yuan", { type: "string", "x-as": "yuan", minimum: 1, maximum: 10_000 }],
  ["fen", { type: "string", "x-as": "fen", minimum: 1, maximum: 10_000 }],
  ["local-datetime", { type: "string", "x-as": "local-datetime" }],
  ["compact-date", { type: "string", "x-as": "compact-date" }],
  ["compact-datetime", { type: "string", "x-as": "compact-datetime" }],
  ["gzip-base64", { type: "string", "x-as": "gzip-base64" }],
];

describe.each(FIELDS)("a field written as %s", (_name, field) => {
  const schema: Schema = { type: "object", required: ["field"], properties: { field } };
  const accepts = ajv.compile(schema);
  const [valid] = fc.sample(arbitrary(schema, source), { numRuns: 1, seed: 1 });

  test("generated texts of a form are accepted", () => {
    fc.assert(fc.property(arbitrary(schema, source), (made) => accepts(made)));
  });

  test("every violation of a form is refused, and the form is among what is violated", () => {
    const found = violations(schema, source);
    expect(found.map(({ keyword }) => keyword)).toContain("form");
    for (const { apply } of found) expect(accepts(apply(valid as Json))).toBe(false);
  });

  test("another text of a form is accepted", () => {
    const { field: text } = valid as { readonly field: string };
    const other = otherText(text, field, source);
    expect(other).not.toBe(text);
    expect(accepts({ field: other })).toBe(true);
  });
});

test("the violations of yuan are those that lenient readers take", () => {
  const found = violations(FIELDS[0]?.[1] as Schema, source).map(({ apply }) => apply("12.34"));
  expect(found).toEqual(expect.arrayContaining(["12.3", "12.333", "1e2", "-1.00", "0.00", "100.01"]));
});
