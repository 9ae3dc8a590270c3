import { describe, expect, test } from "vitest";
import { emptyInterval } from "../../core/load/interval.ts";
import type { Interval } from "../../core/load/interval.ts";
import { KneeFinder } from "./knee.ts";
import type { Level } from "../../core/load/level.ts";

const LEVELS: readonly Level[] = [
  {
    name: "quick",
    title: { en: "Quick", zh: "快" },
    source: "test",
    good: { endings: ["success"], withinMs: 100 },
    target: 0.99,
  },
];
const RAMP = { phases: [10, 20, 40].map((rate) => ({ seconds: 2, from: rate, to: rate })) };

/** Two intervals a step, with a share of good calls and of late arrivals in each step. */
function found(good: readonly number[], late: readonly number[] = [0, 0, 0]) {
  const finder = KneeFinder.of(RAMP, LEVELS, { intervalSeconds: 1, mostLate: 0.01 });
  for (const [step, share] of good.entries())
    for (const half of [0, 1]) {
      const interval: Interval = {
        ...emptyInterval(2 * step + half, 1),
        due: 100,
        late: late[step] ?? 0,
        levels: [{ total: 100, good: 100 * share }],
        latencies: { pay: { sinceScheduled: [1000 * (step + 1), 100], sinceSent: [1000, 100] } },
      };
      finder?.take(interval);
    }
  return finder?.knee(0);
}

describe("the knee", () => {
  test("is the highest step up to which all levels held", () => {
    expect(found([1, 1, 0.9])).toMatchObject({ rate: 20, limit: "levels" });
    expect(found([1, 0.9, 1])).toMatchObject({ rate: 10, limit: "levels" });
    expect(found([0.9, 1, 1])).toMatchObject({ rate: 0, limit: "levels" });
    expect(found([1, 1, 1])).toMatchObject({ rate: 40, limit: "none" });
  });

  test("lies below a step in which the generator was late", () => {
    expect(found([1, 1, 1], [0, 0, 2])).toMatchObject({ rate: 20, limit: "generator" });
  });

  test("lies below a step that was not run", () => {
    expect(found([1])).toMatchObject({ rate: 10, limit: "stopped" });
  });

  test("has what each step showed", () => {
    expect(found([1, 1, 0.9])?.steps[2]).toEqual({
      rate: 40,
      seconds: 2,
      held: false,
      missed: ["quick"],
      late: 0,
      due: 200,
      p99Ms: { pay: 3 },
    });
  });

  test("is looked for where each step is higher than the one before", () => {
    const flat = { phases: [10, 10].map((rate) => ({ seconds: 2, from: rate, to: rate })) };
    const rising = { phases: [{ seconds: 2, from: 1, to: 10 }] };
    for (const profile of [flat, rising])
      expect(KneeFinder.of(profile, LEVELS, { intervalSeconds: 1, mostLate: 0.01 })).toBeUndefined();
  });
});
