import { expect, test } from "vitest";
import { sensitiveAddress } from "./addresses.ts";
import { Canaries } from "./canaries.ts";

const canaries = new Canaries(["6222020000001234567", "Zhang San"]);

test.each([
  ["a URL", { url: "https://bank.test/bills/6222020000001234567?x=1" }, "https://bank.test/bills/***?x=1"],
  ["a path in a list", { links: [{ next: "/accounts/6222020000001234567" }] }, "/accounts/***"],
  ["an encoded value", { url: "https://bank.test/?name=Zhang%20San" }, "https://bank.test/?name=***"],
  ["an account number that the run never sent", { url: "/v1/6217000000000000000" }, "/v1/***"],
  ["a mobile number", { url: "/v1/13800138000" }, "/v1/***"],
])("an address with a sensitive value is found and masked: %s", (_what, json, masked) => {
  expect(sensitiveAddress(json, canaries)).toBe(masked);
});

test.each([
  ["no address", { description: "card 6222020000001234567" }],
  ["a sentence that begins with a pointer", { message: "/amount/value is wrong: 6222020000001234567" }],
  ["an address of digits that are a part of an id", { url: "/v1/payments/T6222020000009999999X9" }],
  ["an address without values", { url: "https://bank.test/bills/2026-01-01" }],
  ["no JSON", undefined],
])("nothing is found in %s", (_what, json) => {
  expect(sensitiveAddress(json, canaries)).toBeUndefined();
});
