import { expect, test } from "vitest";
import { nonceRule } from "../../core/envelope/nonce-rule.ts";
import { seededStream } from "../../core/runtime/random.ts";
import { nonceWithin } from "./nonce.ts";

test.each([
  { minLength: 8, maxLength: 64, pattern: "[0-9A-Za-z_-]{8,64}" },
  { minLength: 20, maxLength: 24, pattern: "[0-9A-Za-z]{20,24}" },
  { minLength: 40, maxLength: 64 },
  { minLength: 10, maxLength: 10, pattern: "[0-9]{10}" },
  { minLength: 4, maxLength: 16, pattern: "[A-Z]+" },
])("a request's nonce is as the pack has nonces: %o", (bounds) => {
  const made = nonceWithin(bounds, seededStream(1, "nonce"));
  expect(nonceRule(bounds)(made)).toBe(true);
  expect(made.length).toBe(Math.min(bounds.maxLength, Math.max(bounds.minLength, 32)));
});
