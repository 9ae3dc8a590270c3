import { expect, test } from "vitest";
import { anotherLike } from "./another-value.ts";

test.each([
  ["an identity number", "999999199001010701", "999999199001020701"],
  ["an identity number with many nines", "999999199001010799", "999999199001110799"],
  ["a mobile number", "10000000799", "10001000799"],
])("%s keeps its form, and differs in a digit in the middle", (_what, value, other) => {
  expect(anotherLike(value)).toBe(other);
});

test("a name gets one character more", () => {
  expect(anotherLike("联调测试户 0799")).toBe("联调测试户 0799二");
});
