import { describe, expect, test } from "vitest";
import { seededStream } from "../../core/runtime/random.ts";
import { arrivalsOf, journeyAt, lengthOf, scaled } from "../../core/load/profile.ts";
import type { Phase } from "../../core/load/profile.ts";
import { arrivals } from "./schedule.ts";

const RAMP: readonly Phase[] = [
  { seconds: 10, from: 0, to: 20 },
  { seconds: 5, from: 20, to: 20 },
  { seconds: 10, from: 20, to: 0 },
];

const momentsOf = (phases: readonly Phase[], pace: "even" | "poisson", seed = 1): readonly number[] => [
  ...arrivals(phases, pace, seededStream(seed, "arrivals")),
];

describe("arrivals", () => {
  test("an even load has as many arrivals as its rate says", () => {
    const moments = momentsOf([{ seconds: 60, from: 50, to: 50 }], "even");
    expect(moments).toHaveLength(3000);
    expect(moments[0]).toBeCloseTo(10);
    expect(moments.at(-1)).toBeCloseTo(59_990);
    for (const [index, moment] of moments.entries())
      if (index > 0) expect(moment - (moments[index - 1] ?? 0)).toBeCloseTo(20);
  });

  test.each(["even", "poisson"] as const)("a ramp rises and falls (%s)", (pace) => {
    const moments = momentsOf(RAMP, pace);
    const within = (from: number, to: number): number => moments.filter((one) => one >= from && one < to).length;
    expect(Math.abs(moments.length - arrivalsOf(RAMP))).toBeLessThan(pace === "even" ? 1 : 4 * Math.sqrt(300));
    expect(within(8_000, 10_000)).toBeGreaterThan(2 * within(0, 2_000));
    expect(within(15_000, 17_000)).toBeGreaterThan(2 * within(23_000, 25_000));
    expect(moments).toEqual(moments.toSorted((left, right) => left - right));
    expect(moments.every((one) => one >= 0 && one < 1000 * lengthOf(RAMP))).toBe(true);
  });

  test("gaps of a random load vary as an exponential distribution does", () => {
    const moments = momentsOf([{ seconds: 200, from: 100, to: 100 }], "poisson");
    const gaps = moments.slice(1).map((one, index) => one - (moments[index] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean).toBeGreaterThan(9.5);
    expect(mean).toBeLessThan(10.5);
    // Mean and deviation of an exponential distribution are equal.
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.9);
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.1);
  });

  test("a seed fixes every moment, and another seed moves them", () => {
    const once = momentsOf(RAMP, "poisson", 7);
    expect(momentsOf(RAMP, "poisson", 7)).toEqual(once);
    expect(momentsOf(RAMP, "poisson", 8)).not.toEqual(once);
  });
});

test("a profile is scaled to another highest rate and length with its shape kept", () => {
  const profile = { name: "ramp", title: { en: "", zh: "" }, pace: "even", phases: RAMP, mix: { pay: 1 } } as const;
  const { phases } = scaled(profile, { rate: 40, seconds: 50 });
  expect(phases).toEqual([
    { seconds: 20, from: 0, to: 40 },
    { seconds: 10, from: 40, to: 40 },
    { seconds: 20, from: 40, to: 0 },
  ]);
});

test("journeys are drawn by their shares", () => {
  const mix = { pay: 3, refund: 1 };
  expect([0, 0.5, 0.74, 0.76, 0.999].map((draw) => journeyAt(mix, draw))).toEqual([
    "pay",
    "pay",
    "pay",
    "refund",
    "refund",
  ]);
});
