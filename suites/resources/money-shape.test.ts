import { expect, test } from "vitest";
import type { Schema } from "../../core/pack/types.ts";
import { schemaSource } from "../generators/schema-source.ts";
import { moneyShape } from "./money-shape.ts";

const shapeOf = (schema: Schema): ReturnType<typeof moneyShape> => moneyShape(schema, schema, schemaSource({}), "CNY");
const money = { value: 8_805, currency: "CNY" };
const currency = { type: "string", "x-from": "currency" };

test.each<[string, Schema, unknown]>([
  [
    "an object of two members",
    { properties: { total: { type: "integer" }, ccy: currency } },
    { total: 8_805, ccy: "CNY" },
  ],
  [
    "an object with yuan in a text",
    { properties: { ccy: currency, total: { type: "string", "x-as": "yuan" } } },
    { total: "88.05", ccy: "CNY" },
  ],
  ["a whole number", { type: "integer" }, 8_805],
  ["a text of yuan", { type: "string", "x-as": "yuan" }, "88.05"],
  ["a text of fen", { type: "string", "x-as": "fen" }, "8805"],
])("%s is written and read back exactly", (_what, schema, written) => {
  const shape = shapeOf(schema);
  expect(shape?.write(money)).toEqual(written);
  expect(shape?.read(written as never)).toEqual(money);
});

test.each<[string, Schema, unknown]>([
  ["yuan", { type: "string", "x-as": "yuan" }, "88.055"],
  ["yuan", { type: "string", "x-as": "yuan" }, 8_805],
  ["fen", { type: "string", "x-as": "fen" }, "88.05"],
])("an amount in %s is no %j", (_as, schema, json) => {
  expect(shapeOf(schema)?.read(json as never)).toBeUndefined();
});

test("a text that says nothing of its form is no amount", () => {
  expect(shapeOf({ type: "string" })).toBeUndefined();
});
