import { expect, test } from "vitest";
import { duration } from "./duration.ts";

const parse = duration(1, 86_400);

test.each([
  ["30s", 30],
  ["5m", 300],
  ["24h", 86_400],
  ["1d", 86_400],
])("%s are %i seconds", (text, seconds) => {
  expect(parse(text)).toBe(seconds);
});

test.each(["", "5", "m", "0s", "25h", "-5m", "1.5h", "5 m", "5w"])("%j is refused with what is allowed", (text) => {
  expect(() => parse(text)).toThrow("such as 30s, 5m, 24h or 7d");
});
