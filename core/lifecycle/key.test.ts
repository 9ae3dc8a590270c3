import { expect, test } from "vitest";
import type { ExpressionHost } from "../expression/expression.ts";
import { keyFields, keyOf } from "./key.ts";

const plan = [
  { name: "order.party_id", evaluate: () => "P1001" },
  { name: "order.number", evaluate: ({ roots }: { roots: Readonly<Record<string, unknown>> }) => roots["number"] },
];
const scope = (number: unknown) => ({ roots: { number }, host: {} as ExpressionHost });

test("a key encodes its parts in order and decodes to fields of their types", () => {
  const key = keyOf(plan, scope("a/b 你"));
  expect(key).toBe("P1001/a%2Fb%20%E4%BD%A0");
  expect(keyFields({ key: ["party_id", "number"], fields: { party_id: "text", number: "text" } }, key)).toEqual({
    party_id: "P1001",
    number: "a/b 你",
  });
  expect(
    keyFields({ key: ["party_id", "number"], fields: { party_id: "text", number: "integer" } }, keyOf(plan, scope(7))),
  ).toEqual({ party_id: "P1001", number: 7 });
});

test("refuses a key part that is missing or structured, and names it", () => {
  for (const part of [undefined, null, true, {}])
    expect(() => keyOf(plan, scope(part))).toThrow(/order\.number is part of a key and must be text or a whole number/);
});
