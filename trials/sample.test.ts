import { expect, test } from "vitest";
import { DEFECTS } from "../simulator/defects/index.ts";
import { ALL, sampled, seedOf } from "./sample.ts";

const DAYS = 8;
const area = ({ role, requirement }: { readonly role: string; readonly requirement: string }): string =>
  `${role} ${requirement.split("-")[0]}`;
const drawn = (seed: string) => sampled(DEFECTS, DAYS, area, seed);
const week = Array.from({ length: DAYS }, (_, day) => seedOf(new Date(Date.UTC(2026, 11, 28 + day))));

test("the samples of consecutive days hold every item once, over the turn of a year", () => {
  expect(week.at(-1)).toBe("2027-01-04");
  const held = week.flatMap((seed) => drawn(seed).items);
  expect(held.length).toBe(DEFECTS.length);
  expect(new Set(held)).toEqual(new Set(DEFECTS));
});

test("each sample has its share of every stratum", () => {
  for (const [stratum, members] of Map.groupBy(DEFECTS, area))
    for (const seed of week) {
      const share = drawn(seed).items.filter((one) => area(one) === stratum).length;
      expect(Math.abs(share - members.length / DAYS), `${stratum} on ${seed}`).toBeLessThan(1);
    }
});

test("a seed repeats its sample, in the order of the list, and says how to see all", () => {
  const letters = ["a1", "b1", "a2", "b2", "a3"];
  const of = (seed: string) => sampled(letters, 2, ([letter = ""]) => letter, seed);
  expect(of("4")).toEqual({ items: ["a1", "b2", "a3"], note: "3 of 5, seed 4; all: npm run trials" });
  expect(of("5")).toEqual({ items: ["b1", "a2"], note: "2 of 5, seed 5; all: npm run trials" });
  expect(of(ALL)).toEqual({ items: letters, note: "5 of 5, seed all" });
});

test.each(["", "yesterday", "2026-13-01", "-1", "1.5"])("the seed %j is refused with what a seed may be", (seed) => {
  expect(() => sampled([1], 1, String, seed)).toThrow(/a date such as 2026-11-30, a whole number, or all/u);
});
