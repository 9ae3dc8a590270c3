import { expect, test } from "vitest";
import type { LoadProfile } from "../../../core/load/profile.ts";
import { dueArrivals } from "./due.ts";

const PROFILE: LoadProfile = {
  name: "p",
  title: { en: "p", zh: "p" },
  pace: "poisson",
  phases: [{ seconds: 20, from: 10, to: 30 }],
  mix: { pay: 3, look: 1 },
};
const WHOLE = { profile: PROFILE, seed: 3, part: 0, of: 1, fromMs: 0 };

test("parts make together what one generator makes alone", () => {
  const parts = [0, 1, 2].flatMap((part) => [...dueArrivals({ ...WHOLE, part, of: 3 })]);
  const whole = [...dueArrivals(WHOLE)];
  expect(whole.length).toBeGreaterThan(300);
  expect(parts.toSorted((one, other) => one.atMs - other.atMs)).toEqual(whole);
});

test("a load that goes on makes the rest of its schedule, as it would have been made", () => {
  const whole = [...dueArrivals(WHOLE)];
  const rest = [...dueArrivals({ ...WHOLE, fromMs: 12_000 })];
  expect(rest).toEqual(whole.filter(({ atMs }) => atMs >= 12_000));
  expect(rest.length).toBeGreaterThan(100);
});

test("nothing is due after the end", () => {
  expect([...dueArrivals({ ...WHOLE, fromMs: 20_000 })]).toEqual([]);
});
