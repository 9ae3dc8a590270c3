import { describe, expect, test } from "vitest";
import { Questions } from "./questions.ts";
import { SchemaTranslation } from "./schema-translation.ts";

function translated(schema: object): readonly [unknown, readonly string[]] {
  const questions = new Questions();
  const result = new SchemaTranslation(questions).translate(schema, "messages/document.json", "/$defs/a");
  return [result, questions.all().map(({ id }) => id)];
}

describe("schemas of documents in a pack", () => {
  test.each([
    ["nullable of 3.0", { type: "string", nullable: true }, { type: ["string", "null"] }],
    ["types of 3.1", { type: ["string", "null"] }, { type: ["string", "null"] }],
    [
      "an exclusive bound of 3.0",
      { type: "integer", minimum: 1, exclusiveMinimum: true },
      { type: "integer", exclusiveMinimum: 1 },
    ],
    [
      "an enum with null",
      { type: "string", nullable: true, enum: ["a"] },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    ["words of OpenAPI alone", { type: "string", xml: {}, example: "x", "x-own": 1 }, { type: "string" }],
    ["a format that is unknown", { type: "string", format: "iban" }, { type: "string" }],
    ["a reference", { $ref: "#/components/schemas/b" }, { $ref: "messages/document.json#/$defs/b" }],
    ["alternatives that are anchored", { pattern: "^a$|^b$" }, { pattern: "^a$|^b$" }],
    [
      "a required field of another part",
      { allOf: [{ type: "object" }], required: ["a"] },
      { allOf: [{ type: "object" }], required: ["a"], properties: { a: {} } },
    ],
  ])("takes over %s", (_what, schema, expected) => {
    expect(translated(schema)).toEqual([expected, []]);
  });

  test.each([
    ["a number with fractions", { type: "number", multipleOf: 0.01 }, { type: "integer" }, "numbers"],
    ["a pattern without ends", { pattern: "[a-z]{3}" }, { pattern: "^(?:[a-z]{3})$" }, "patterns.whole"],
    ["a pattern in slashes", { pattern: "/^\\d{11}$/" }, { pattern: "^(?:\\d{11})$" }, "patterns.whole"],
    ["a pattern with a lookahead", { pattern: "^(?=a)b$" }, {}, "pattern./$defs/a"],
  ])("asks about %s", (_what, schema, expected, question) => {
    expect(translated(schema)).toEqual([expected, [question]]);
  });
});
