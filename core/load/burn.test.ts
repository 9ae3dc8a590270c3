import { describe, expect, test } from "vitest";
import { burnOf, hasBurned } from "./burn.ts";
import type { LevelBurn } from "./burn.ts";
import type { Level, Tally } from "./level.ts";

const LEVEL: Level = {
  name: "answered",
  title: { en: "Answered", zh: "有应答" },
  source: "a test",
  good: { endings: ["success"] },
  target: 0.99,
};

/** Three days in minutes: no window is scaled. */
const MINUTES = 3 * 24 * 60;

const GOOD: Tally = { total: 1000, good: 1000 };

/** A load of a length, in which some stretches are bad. */
const load = (
  length: number,
  ...bad: readonly (readonly [from: number, count: number, share: number])[]
): readonly Tally[] =>
  Array.from({ length }, (_, index) => {
    const stretch = bad.find(([from, count]) => index >= from && index < from + count);
    return stretch === undefined ? GOOD : { total: 1000, good: 1000 * (1 - stretch[2]) };
  });

const alertsOf = ({ pairs }: LevelBurn) => pairs.map(({ alerts }) => alerts.map(({ atSecond }) => atSecond));

describe("an alert on the error budget", () => {
  test("fires where both windows of a pair burn", () => {
    // All calls fail: after 9 minutes of an hour 15 % of its calls are bad, which is 15 times the budget.
    const burn = burnOf(LEVEL, load(MINUTES, [600, 20, 1]), 60);
    expect(burn.scale).toBe(1);
    const [fast] = burn.pairs;
    expect(fast).toMatchObject({ factor: 14.4, longSeconds: 3_600, shortSeconds: 300, alertCount: 1 });
    expect(fast?.alerts[0]?.atSecond).toBe(609 * 60);
    expect(fast?.alerts[0]?.highest).toBeCloseTo(100 / 3);
    expect(hasBurned(burn)).toBe(true);
  });

  test("stands until the short window is good again", () => {
    const [fast] = burnOf(LEVEL, load(MINUTES, [600, 20, 1]), 60).pairs;
    // Minute 620 is the first good one; a bad one of five is 20 times the budget.
    expect(fast?.alerts[0]?.forSeconds).toBe((625 - 609) * 60);
  });

  test("stays silent where the long window has budget left", () => {
    const burn = burnOf(LEVEL, load(MINUTES, [600, 5, 1]), 60);
    expect(alertsOf(burn)).toEqual([[], [], []]);
    expect(hasBurned(burn)).toBe(false);
  });

  test("stays silent at exactly its target", () => {
    expect(hasBurned(burnOf(LEVEL, load(MINUTES, [0, MINUTES, 0.01]), 60))).toBe(false);
  });

  test("fires slowly where a little more than the budget burns for days", () => {
    const burn = burnOf(LEVEL, load(MINUTES, [0, MINUTES, 0.02]), 60);
    expect(alertsOf(burn)).toEqual([[], [], [MINUTES * 60]]);
  });

  test("fires again after it was silent, and counts what it does not list", () => {
    const stretches = Array.from({ length: 25 }, (_, index) => [100 + index * 150, 20, 1] as const);
    const [fast] = burnOf(LEVEL, load(MINUTES, ...stretches), 60).pairs;
    expect(fast?.alertCount).toBe(25);
    expect(fast?.alerts).toHaveLength(20);
  });

  test("needs calls", () => {
    expect(
      hasBurned(
        burnOf(
          LEVEL,
          Array.from({ length: MINUTES }, () => undefined),
          60,
        ),
      ),
    ).toBe(false);
  });
});

describe("windows of a shorter load", () => {
  test("keep their proportions, and say their scale", () => {
    const burn = burnOf(LEVEL, load(3_600, [1_000, 60, 1]), 1);
    expect(burn.scale).toBeCloseTo(1 / 72);
    expect(burn.pairs).toMatchObject([
      { longSeconds: 50, shortSeconds: 4, looked: true, alertCount: 1 },
      { longSeconds: 300, shortSeconds: 25, looked: true, alertCount: 1 },
      { longSeconds: 3_600, shortSeconds: 300, looked: true, alertCount: 0 },
    ]);
    expect(burn.pairs[0]?.alerts[0]).toMatchObject({ atSecond: 1_008 });
  });

  test("are left out where one is shorter than an interval", () => {
    const burn = burnOf(LEVEL, load(15, [0, 15, 1]), 1);
    expect(burn.pairs.map(({ looked }) => looked)).toEqual([false, false, true]);
    expect(alertsOf(burn)).toEqual([[], [], [15]]);
  });

  test("are of slices where the level is", () => {
    const sliced: Level = { ...LEVEL, target: 0.9, slices: { seconds: 60, target: 0.95 } };
    const burn = burnOf(sliced, load(7_200, [3_600, 600, 0.1]), 1);
    // Of the last 10 minutes all slices are bad, which is 10 times the budget: 6 times need 6 minutes of 10.
    expect(burn.pairs.map(({ looked, longSeconds }) => [looked, longSeconds])).toEqual([
      [false, 100],
      [true, 600],
      [true, 7_200],
    ]);
    expect(alertsOf(burn)).toEqual([[], [3_600 + 420], []]);
  });
});
