import { describe, expect, test } from "vitest";
import { roundingEdges } from "./fees.ts";

const rule = (rateBasisPoints: number, minimum = 0, maximum?: number) => ({
  title: { en: "Fee", zh: "手续费" },
  rateBasisPoints,
  minimum,
  ...(maximum === undefined ? {} : { maximum }),
});

describe("amounts at the edges of a fee rule", () => {
  test("are the halves above an even and an odd number, and one to either side", () => {
    expect(roundingEdges(rule(60))).toEqual([249, 250, 251, 749, 750, 751]);
  });

  test("are found for a rate that gives a half late", () => {
    expect(roundingEdges(rule(33))).toEqual([4_999, 5_000, 5_001, 14_999, 15_000, 15_001]);
  });

  test("are the last of the least fee, and the first of the greatest", () => {
    expect(roundingEdges(rule(100, 10, 2_000))).toEqual([49, 50, 51, 149, 150, 151, 1_049, 1_050, 200_049, 200_050]);
  });

  test("are those of the bounds alone where no amount gives a half", () => {
    expect(roundingEdges(rule(10_000, 5))).toEqual([5, 6]);
  });
});
