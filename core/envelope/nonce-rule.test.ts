import { describe, expect, it } from "vitest";
import { nonceRule } from "./nonce-rule.ts";

describe("nonces", () => {
  it("nonces are held to length, to safe characters, and to the pack's pattern", () => {
    const plain = nonceRule({ minLength: 2, maxLength: 4 });
    expect(["ab", "abcd", "a-b_"].map(plain)).toEqual([true, true, true]);
    expect(["", "a", "abcde", "a b", 'a"b', "a'b", "a\\b", "ab\n", "a\nb", "é1"].map(plain)).toEqual(
      Array.from({ length: 10 }, () => false),
    );
    const hex = nonceRule({ minLength: 1, maxLength: 64, pattern: "[0-9a-f]+|x" });
    expect(["0af", "x", "0ag", "xx", "0a\n"].map(hex)).toEqual([true, true, false, false, false]);
  });

  it("refuses contradictory bounds for nonces", () => {
    expect(() => nonceRule({ minLength: 0, maxLength: 4 })).toThrow(RangeError);
    expect(() => nonceRule({ minLength: 5, maxLength: 4 })).toThrow(RangeError);
  });
});
