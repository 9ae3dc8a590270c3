import { describe, expect, test } from "vitest";
import { acceleratedLabel } from "../../../core/load/accelerated.ts";
import { arrivalsOf, lengthOf } from "../../../core/load/profile.ts";
import { billRow } from "../testing/bill-of-n1.ts";
import { judgeDates } from "./business-days.ts";
import { dayPhases } from "./day-phases.ts";

describe("the days of an accelerated load", () => {
  test("have the length and the highest rate that are asked for, each with its peak", () => {
    const phases = dayPhases(7, 420, 20);
    expect(lengthOf(phases)).toBeCloseTo(420, 9);
    expect(Math.max(...phases.map(({ to }) => to))).toBe(20);
    expect(phases.filter(({ from, to }) => from === 20 && to === 20)).toHaveLength(7);
    expect(arrivalsOf(phases)).toBeCloseTo(7 * arrivalsOf(dayPhases(1, 60, 20)), 6);
  });

  test.each([
    [{ days: 7, seconds: 420 }, "accelerated: 7 business days in 7 min", "加速：7 分钟内经历 7 个会计日"],
    [{ days: 1, seconds: 10 }, "accelerated: 1 business day in 10 s", "加速：10 秒内经历 1 个会计日"],
  ])("%j say so in both languages", (accelerated, en, zh) => {
    expect(acceleratedLabel(accelerated)).toEqual({ en, zh });
  });
});

describe("the rule about cut-overs", () => {
  const day = (date: string, time: string, booked = date) => ({
    ...billRow(`N${date}${time}`, 100),
    date: booked,
    bookedAt: Date.parse(`${date}T${time}Z`),
  });
  const judged = (...entries: readonly ReturnType<typeof day>[]): string =>
    judgeDates(entries, { days: 2, dateOf: (at) => new Date(at).toISOString().slice(0, 10) }).verdict;

  test("holds where each entry has the date of its moment", () => {
    expect(judged(day("2026-12-01", "23:59:50"), day("2026-12-02", "00:00:10"))).toBe("pass");
  });

  test("leaves an entry of the turn itself to either day", () => {
    expect(judged(day("2026-12-01", "23:59:58", "2026-12-02"), day("2026-12-02", "00:00:01", "2026-12-01"))).toBe(
      "pass",
    );
  });

  test("is broken by an entry of another day", () => {
    expect(judged(day("2026-12-01", "09:00:00"), day("2026-12-02", "09:00:00", "2026-12-01"))).toBe("fail");
  });

  test("says nothing where a day has no entry", () => {
    expect(judged(day("2026-12-01", "09:00:00"))).toBe("inconclusive");
  });
});
