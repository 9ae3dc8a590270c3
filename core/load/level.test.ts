import { describe, expect, test } from "vitest";
import { isGood, resultOf } from "./level.ts";
import type { Level, Tally } from "./level.ts";
import type { Sample } from "./sample.ts";

const LEVEL: Level = {
  name: "pay",
  title: { en: "Payments are answered", zh: "支付有应答" },
  source: "a test",
  interface: "payment.create",
  good: { endings: ["success", "refused"], withinMs: 500 },
  target: 0.99,
};

const SAMPLE: Sample = {
  interface: "payment.create",
  scheduledMs: 0,
  sinceScheduledMs: 500,
  sinceSentMs: 20,
  ending: "success",
  status: 200,
  signed: true,
};

describe("a call is good", () => {
  test.each([
    ["in time and carried out", {}, true],
    ["in time and refused as the pack says", { ending: "refused", status: 409 }, true],
    ["where nobody looked at its signature", { signed: undefined }, true],
  ] as const)("%s", (_name, change, good) => {
    expect(isGood(LEVEL, { ...SAMPLE, ...change } as Sample)).toBe(good);
  });

  test.each([
    ["a millisecond late, counted from when it was to begin", { sinceScheduledMs: 501 }],
    ["an error of the server", { ending: "server-error", status: 500 }],
    ["without an answer", { ending: "unanswered", status: 0 }],
    ["with a signature that does not verify", { signed: false }],
  ] as const)("is none: %s", (_name, change) => {
    expect(isGood(LEVEL, { ...SAMPLE, ...change } as Sample)).toBe(false);
  });
});

const tallies = (count: number, total: number, good: number): readonly Tally[] =>
  Array.from({ length: count }, () => ({ total, good }));

describe("a service level", () => {
  test("is met at its target and missed below it", () => {
    expect(resultOf(LEVEL, tallies(10, 100, 99), 1)).toMatchObject({ met: true, share: 0.99, samples: 1000 });
    expect(resultOf(LEVEL, [...tallies(9, 100, 99), { total: 100, good: 98 }], 1)).toMatchObject({ met: false });
  });

  test("is not met without a call", () => {
    expect(resultOf(LEVEL, tallies(10, 0, 0), 1)).toEqual({ met: false, share: undefined, samples: 0, budgetUsed: 0 });
  });

  test("tells how much of its error budget was used", () => {
    expect(resultOf(LEVEL, tallies(10, 100, 98), 1).budgetUsed).toBeCloseTo(2);
  });

  test("of time slices counts slices with calls alone", () => {
    const sliced: Level = { ...LEVEL, target: 0.75, slices: { seconds: 2, target: 0.95 } };
    const bad = { total: 100, good: 10 };
    const seconds = [...tallies(4, 100, 100), ...tallies(4, 0, 0), bad, { total: 100, good: 100 }, ...tallies(2, 1, 1)];
    expect(resultOf(sliced, seconds, 1)).toMatchObject({ met: true, share: 0.75 });
    expect(resultOf({ ...sliced, target: 0.76 }, seconds, 1)).toMatchObject({ met: false });
  });
});
