import { expect, test } from "vitest";
import { redaction } from "../../core/redaction/redaction.ts";
import { cooperationPack } from "../testing/packs.ts";
import { schemaHint } from "./schema-hint.ts";

const MASKED = redaction(cooperationPack().source);
const hint = (field: string, rule: string, message: object) =>
  schemaHint(MASKED, { field, issue: "…", rule } as never, message as never) as Readonly<Record<string, unknown>>;

test("a value of the wrong form is shown, and people's data masked", () => {
  expect(hint("/amount", "type", { amount: "12.5" })["value"]).toBe('"12.5"');
  expect(hint("/account_no", "pattern", { account_no: "6222020000000000001" })["value"]).not.toContain("000000000001");
});

test("what the schema does not know, and what holds other values, is left out", () => {
  expect(hint("/account_no\0", "additionalProperties", { "account_no\0": "6222020000000000001" })).not.toHaveProperty(
    "value",
  );
  expect(schemaHint(MASKED, { field: "/acct", issue: "no such parameter" }, { acct: "622" })).not.toHaveProperty(
    "value",
  );
  expect(hint("", "required", { "account_no\0": "6222020000000000001" })).not.toHaveProperty("value");
});
