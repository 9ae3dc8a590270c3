import { describe, expect, test } from "vitest";
import { seededStream } from "../../random.ts";
import { judgeLeak, neededSeconds } from "./leak.ts";
import { theilSenSlope, windowMinima } from "./trend.ts";
import type { Reading } from "./trend.ts";

const MB = 1024 ** 2;
const EVERY = 5;
const HOUR = 3600;

/** Readings of a figure every five seconds, with noise of up to so much above. */
function series(seconds: number, noise: number, valueAt: (second: number) => number): readonly Reading[] {
  const random = seededStream(7, "vitals");
  return Array.from({ length: Math.floor(seconds / EVERY) }, (_, index) => ({
    second: index * EVERY,
    value: valueAt(index * EVERY) + random.below(Math.max(1, noise)),
  }));
}

const judged = (name: string, readings: readonly Reading[]): string => judgeLeak(name, readings, EVERY).kind;

describe("memory over an hour", () => {
  test("is steady where it is flat with noise", () => {
    expect(
      judged(
        "resident_bytes",
        series(HOUR, 40 * MB, () => 200 * MB),
      ),
    ).toBe("steady");
  });

  test("is steady where it is a sawtooth of a garbage collector", () => {
    expect(
      judged(
        "heap_bytes",
        series(HOUR, MB, (second) => 50 * MB + (second % 97) * MB),
      ),
    ).toBe("steady");
  });

  test("is steady where caches fill in its first minutes", () => {
    const valueAt = (second: number): number => (100 + Math.min(300, second)) * MB;
    expect(judged("resident_bytes", series(HOUR, 5 * MB, valueAt))).toBe("steady");
  });

  test("is steady where it falls", () => {
    expect(
      judged(
        "resident_bytes",
        series(HOUR, MB, (second) => (400 - second / 20) * MB),
      ),
    ).toBe("steady");
  });

  test("leaks where its least values rise below the noise", () => {
    const verdict = judgeLeak(
      "resident_bytes",
      series(HOUR, 60 * MB, (s) => (200 + s / 60) * MB),
      EVERY,
    );
    expect(verdict.kind).toBe("leak");
    if (verdict.kind === "leak") expect(Math.abs(verdict.perHour / MB - 60)).toBeLessThan(15);
  });

  test("leaks where a sawtooth rises", () => {
    const valueAt = (second: number): number => (50 + (second % 97) + second / 40) * MB;
    expect(judged("heap_bytes", series(HOUR, MB, valueAt))).toBe("leak");
  });

  test("is steady where one odd reading stands high", () => {
    const readings = series(HOUR, MB, (second) => (second === 3000 ? 900 : 200) * MB);
    expect(judged("resident_bytes", readings)).toBe("steady");
  });
});

describe("a count of handles", () => {
  test("is steady where it goes up and down by a few", () => {
    expect(
      judged(
        "handles",
        series(HOUR, 12, () => 30),
      ),
    ).toBe("steady");
  });

  test("leaks where one is lost every half minute", () => {
    expect(
      judged(
        "handles",
        series(HOUR, 12, (second) => 30 + second / 30),
      ),
    ).toBe("leak");
  });
});

describe("a run too short to tell", () => {
  const growing = (second: number): number => second * MB;

  test("says how long would be enough", () => {
    const verdict = judgeLeak("resident_bytes", series(120, MB, growing), EVERY);
    expect(verdict).toEqual({ kind: "too-short", neededSeconds: neededSeconds(EVERY) });
  });

  test("is judged when it is as long as was said", () => {
    expect(judged("resident_bytes", series(neededSeconds(EVERY), MB, growing))).toBe("leak");
  });

  test("needs longer where it is read more seldom", () => {
    expect(neededSeconds(60)).toBeGreaterThan(neededSeconds(5));
  });

  test("is one without a reading", () => {
    expect(judged("handles", [])).toBe("too-short");
  });
});

describe("the trend of readings", () => {
  const at = (second: number, value: number): Reading => ({ second, value });

  test("is the median of all slopes", () => {
    expect(theilSenSlope([at(0, 0), at(1, 2), at(2, 4), at(3, 90), at(4, 8), at(5, 10)])).toBe(2);
  });

  test("is none of less than two moments", () => {
    expect(theilSenSlope([at(1, 1)])).toBeUndefined();
    expect(theilSenSlope([at(1, 1), at(1, 2)])).toBeUndefined();
  });

  test("is taken of the least value of each window", () => {
    expect(windowMinima([at(0, 5), at(9, 3), at(10, 8), at(19, 9)], 10)).toEqual([at(9, 3), at(10, 8)]);
  });
});
