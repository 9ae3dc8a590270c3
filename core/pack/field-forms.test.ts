import { describe, expect, it } from "vitest";
import { compilePack } from "./compile.ts";
import { smallPack } from "./testing/small-pack.ts";
import type { PackSource } from "./types.ts";

/** The small pack with amounts in yuan and a local time in its answers. */
function formed(): PackSource {
  const source = smallPack();
  const { $defs } = source.messages["pay"] as { readonly $defs: Readonly<Record<string, object>> };
  const money = $defs["money"] as { readonly properties: Readonly<Record<string, object>> };
  const view = $defs["view"] as { readonly properties: Readonly<Record<string, object>> };
  const yuan = { type: "string", "x-as": "yuan", minimum: 1, maximum: 10_000 };
  return {
    ...source,
    messages: {
      ...source.messages,
      pay: {
        ...(source.messages["pay"] as object),
        $defs: {
          ...$defs,
          money: { ...money, properties: { ...money.properties, value: yuan } },
          view: {
            ...view,
            properties: {
              ...view.properties,
              settled_at: { type: "string", "x-as": "local-datetime" },
              parts: { type: "array", items: { $ref: "#/$defs/money" } },
            },
          },
        },
      },
    },
  };
}

const pack = compilePack(formed());
const { bodyForms, responseForms, body } = pack.validators("pay.create");
const ORDER = { party_id: "P1", out_no: "A00001", account_no: "6222" };
const SETTLED = Date.parse("2026-11-30T21:50:00+08:00");

describe("fields of another form", () => {
  it("a request is read as rules hold it, at any depth", () => {
    const said = { ...ORDER, amount: { value: "12.34", currency: "CNY" } };
    expect(body(said)).toBeUndefined();
    expect(bodyForms.read(said)).toEqual({ ...said, amount: { value: 1234, currency: "CNY" } });
  });

  it("an answer is written as the message has it, items of lists too", () => {
    const made = {
      amount: { value: 1234, currency: "CNY" },
      settled_at: SETTLED,
      parts: [{ value: 5, currency: "CNY" }],
    };
    const written = {
      amount: { value: "12.34", currency: "CNY" },
      settled_at: "2026-11-30 21:50:00",
      parts: [{ value: "0.05", currency: "CNY" }],
    };
    expect(responseForms.write(made)).toEqual(written);
    expect(responseForms.read(written)).toEqual(made);
  });

  it("what is absent, or of another kind, stays as it is", () => {
    expect(responseForms.write({ amount: null })).toEqual({ amount: null });
    expect(bodyForms.read("no object")).toBe("no object");
  });

  it.each([
    ["12.3", "must be written as yuan, such as 12.34"],
    ["0.00", "must be from 0.01 to 100.00"],
    ["100.01", "must be from 0.01 to 100.00"],
  ])("the amount %s is refused with its place and what is allowed", (value, issue) => {
    const said = { ...ORDER, amount: { value, currency: "CNY" } };
    expect(body(said)).toMatchObject({ field: "/amount/value", issue });
  });
});
