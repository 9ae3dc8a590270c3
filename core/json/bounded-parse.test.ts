import { expect, test } from "vitest";
import { isDeeperThan, MOST_LEVELS, parseBounded } from "./bounded-parse.ts";

const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

test("a stranger's JSON is read to a depth that every walk of it survives", () => {
  expect(parseBounded(nested(MOST_LEVELS))).toBeDefined();
  expect(parseBounded(nested(MOST_LEVELS + 1))).toBeUndefined();
  expect(parseBounded(`{"a":`.repeat(100_000))).toBeUndefined();
  expect(parseBounded("{")).toBeUndefined();
});

test("brackets in strings are no levels, and closed ones count no more", () => {
  expect(isDeeperThan(JSON.stringify({ text: `\\"${"[".repeat(300)}` }), 2)).toBe(false);
  expect(isDeeperThan(`[${Array.from({ length: 500 }, () => "[]").join(",")}]`, 2)).toBe(false);
});
