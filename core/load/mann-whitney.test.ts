import { describe, expect, test } from "vitest";
import { seededStream } from "../runtime/random.ts";
import { mannWhitney, median } from "./mann-whitney.ts";

describe("the Mann-Whitney test", () => {
  test("gives the published value of an example without ties", () => {
    // The example of SciPy's documentation (mannwhitneyu, method "asymptotic").
    const found = mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12]);
    expect(found?.u).toBe(17);
    expect(found?.p).toBeCloseTo(0.11134688653314041, 12);
    expect(found?.delta).toBeCloseTo(-0.7, 12);
  });

  test("counts a tie as half, and corrects the variance for it", () => {
    // By hand: ranks of the first 1, 3, 3; U 1; variance 0.75 * (7 - 24 / 30); z 3 / sqrt(4.65).
    const found = mannWhitney([1, 2, 2], [2, 3, 4]);
    expect(found?.u).toBe(1);
    expect(found?.p).toBeCloseTo(0.1642, 4);
    expect(found?.delta).toBeCloseTo(7 / 9, 12);
  });

  test("finds no difference between samples that are all one value", () => {
    expect(mannWhitney([5, 5, 5], [5, 5])).toEqual({ u: 3, p: 1, delta: 0 });
  });

  test("is tiny for samples that lie far apart", () => {
    const low = Array.from({ length: 200 }, (_, index) => index);
    const found = mannWhitney(
      low,
      low.map((value) => value + 1_000),
    );
    expect(found?.delta).toBe(1);
    expect(found?.p).toBeGreaterThan(0);
    expect(found?.p).toBeLessThan(1e-60);
  });

  test("calls samples of one source different about as seldom as its level says", () => {
    const random = seededStream(1, "samples");
    const draw = (): readonly number[] => Array.from({ length: 40 }, () => random.below(1_000));
    const found = Array.from({ length: 400 }, () => mannWhitney(draw(), draw())?.p ?? 1).filter((p) => p < 0.05);
    expect(found.length / 400).toBeGreaterThan(0.02);
    expect(found.length / 400).toBeLessThan(0.08);
  });

  test("says nothing of an empty sample", () => {
    expect(mannWhitney([], [1])).toBeUndefined();
  });
});

test("the median of an even number of values is the mean of the two middle ones", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, undefined]);
});
