import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { arbitrary } from "./arbitrary.ts";
import { schemaSource } from "./schema-source.ts";
import { violations } from "./violations.ts";

const money: Schema = {
  $id: "https://liantiao.test/messages/money.json",
  $defs: {
    money: {
      type: "object",
      additionalProperties: false,
      required: ["value", "currency"],
      properties: { value: { $ref: "#/$defs/value" }, currency: { enum: ["CNY", "USD"] } },
    },
    value: { type: "integer", minimum: 1, maximum: 10_000_000_000_000 },
  },
};
const payment: Schema = {
  $id: "https://liantiao.test/messages/payment.json",
  type: "object",
  unevaluatedProperties: false,
  allOf: [{ $ref: "#/$defs/head" }],
  required: ["amount", "kind"],
  properties: {
    amount: { $ref: "money.json#/$defs/money" },
    kind: { const: "payment" },
    at: { type: "string", format: "date-time" },
    day: { type: "string", format: "date" },
    tags: { type: "array", items: { type: "string", minLength: 1, maxLength: 3 }, maxItems: 4 },
    description: { type: "string", minLength: 1, maxLength: 127 },
    payee: {
      oneOf: [
        {
          type: "object",
          required: ["account"],
          additionalProperties: false,
          properties: { account: { type: "string", pattern: "^[0-9]{10,19}$" } },
        },
        { type: "null" },
      ],
    },
  },
  $defs: {
    head: {
      type: "object",
      required: ["out_trade_no"],
      properties: { out_trade_no: { type: "string", pattern: "^[0-9A-Za-z_-]{6,32}$" } },
    },
  },
};
const source = schemaSource({ "messages/money.json": money, payment });
const ajv = new Ajv2020({ allErrors: true, strict: false, schemas: [money as object] });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
const validate = ajv.compile(payment as object);

describe("arbitrary", () => {
  test("makes only documents that ajv accepts", () => {
    fc.assert(
      fc.property(arbitrary(payment, source), (value) => validate(value)),
      { numRuns: 300, seed: 7 },
    );
  });

  test("makes texts of whole characters of every kind, and shrinks them to blanks", () => {
    const texts = arbitrary({ type: "string", minLength: 1, maxLength: 40 }, source);
    const made = fc.sample(texts, { numRuns: 2_000, seed: 1 }).map(String);
    expect(made.every((one) => one.isWellFormed() && Array.from(one).length <= 40)).toBe(true);
    const codes = made.flatMap((one) => Array.from(one, (character) => character.codePointAt(0) ?? 0));
    for (const [from, below] of [
      [0, 0x20],
      [0x20, 0x7f],
      [0x4e00, 0xa000],
      [0xe000, 0x10000],
      [0x10000, 0x110000],
    ] as const)
      expect(codes.some((code) => code >= from && code < below)).toBe(true);
    expect(made.some((one) => one.includes("__proto__"))).toBe(true);
    expect(
      fc.check(
        fc.property(texts, (one) => Array.from(String(one)).length < 5),
        { seed: 1 },
      ).counterexample,
    ).toEqual(["     "]);
  });

  test("reaches the longest string a pattern allows", () => {
    const lengths = fc
      .sample(arbitrary({ type: "string", pattern: "^[0-9A-Za-z_-]{6,32}$" }, source), { numRuns: 500, seed: 1 })
      .map((value) => String(value).length);
    expect(Math.max(...lengths)).toBe(32);
    expect(Math.min(...lengths)).toBe(6);
  });
});

describe("violations", () => {
  const valid: Json = {
    out_trade_no: "ABCDEF123456",
    amount: { value: 5, currency: "CNY" },
    kind: "payment",
    at: "2026-11-22T21:00:00+08:00",
    day: "2026-11-22",
    description: "tea",
    payee: null,
  };

  test("ajv refuses each violation at the place that it names", () => {
    expect(validate(valid)).toBe(true);
    const broken = violations(payment, source)
      .map((one) => ({ one, document: one.apply(valid) }))
      .filter((each) => each.document !== undefined);
    for (const { one, document } of broken) {
      expect(validate(document), `${one.keyword} at ${one.pointer}`).toBe(false);
      const places = (validate.errors ?? []).map((error) => error.instancePath);
      const parent = one.pointer.slice(0, one.pointer.lastIndexOf("/"));
      expect(
        places.every((place) => place === one.pointer || place === parent || place === ""),
        `${one.keyword} at ${one.pointer}: ${places.join()}`,
      ).toBe(true);
    }
    const seen = new Set(broken.map(({ one }) => one.keyword));
    expect([...seen].sort()).toEqual([
      "closed",
      "const",
      "enum",
      "format",
      "maxLength",
      "maximum",
      "minLength",
      "minimum",
      "pattern",
      "required",
      "type",
    ]);
  });

  test("an impossible day that fits its pattern violates a date's format", () => {
    const day = { type: "string", format: "date", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" };
    const broken = violations({ type: "object", properties: { day } }, source).map((one) => [
      one.keyword,
      one.apply({ day: "2026-11-22" }),
    ]);
    expect(broken).toContainEqual(["format", { day: "2026-02-30" }]);
  });

  test("a time in a form that its pattern does not take violates the pattern alone", () => {
    const paidAt = {
      type: "string",
      format: "date-time",
      pattern: "^[0-9T:-]{19}([.][0-9]+)?[+-][0-9]{2}:[0-9]{2}$",
      minLength: 25,
      maxLength: 35,
    };
    const broken = violations({ type: "object", properties: { paid_at: paidAt } }, source).flatMap((one) =>
      one.keyword === "pattern" ? [one.apply({ paid_at: "2026-11-22T12:00:00+08:00" })] : [],
    );
    const { pattern: _pattern, ...withoutPattern } = paidAt;
    const loose = new Ajv2020({ strict: false });
    (addFormats as unknown as (ajv: Ajv2020) => void)(loose);
    const takes = loose.compile({ type: "object", properties: { paid_at: withoutPattern } });
    expect(broken.filter((one) => takes(one))).toHaveLength(1);
  });

  test("violations are made only for fields that the document has", () => {
    const short = { out_trade_no: "ABCDEF123456", amount: { value: 5, currency: "CNY" }, kind: "payment" };
    const maxLength = violations(payment, source).find(
      (one) => one.keyword === "maxLength" && one.pointer === "/description",
    );
    expect(maxLength?.apply(short)).toBeUndefined();
  });
});
