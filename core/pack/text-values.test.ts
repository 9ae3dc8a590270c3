import { expect, test } from "vitest";
import { smallPack } from "./testing/small-pack.ts";
import { readTexts, textReaders } from "./text-values.ts";

const readers = textReaders(
  smallPack(),
  {
    type: "object",
    properties: {
      total_fee: { type: "integer" },
      sandbox: { type: "boolean" },
      memo: { type: "string" },
      shared: { $ref: "#/$defs/count" },
    },
    $defs: { count: { type: "integer" } },
  },
  "interfaces/x.json",
);

test("texts of a form are read in the types of their schema", () => {
  expect(readTexts(readers, { total_fee: "100", sandbox: "false", memo: "100", shared: "-7", other: "1" })).toEqual({
    total_fee: 100,
    sandbox: false,
    memo: "100",
    shared: -7,
    other: "1",
  });
});

test.each(["007", "+1", "1.0", "1e2", "", " 1", "9007199254740993", "-0", "0x10", "１"])(
  "the spelling %j of an integer stays a text, for the schema to refuse",
  (text) => {
    expect(readTexts(readers, { total_fee: text })).toEqual({ total_fee: text });
  },
);

test("a value other than an object of texts stays as it is", () => {
  expect(readTexts(readers, ["1"])).toEqual(["1"]);
  expect(readTexts(readers, { total_fee: 100, memo: null })).toEqual({ total_fee: 100, memo: null });
});
