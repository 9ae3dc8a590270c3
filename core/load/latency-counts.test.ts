import { expect, test } from "vitest";
import { addedCounts, countOf, LatencyTally, partOf, percentileOf } from "./latency-counts.ts";

const tallyOf = (values: readonly number[]): LatencyTally => {
  const tally = new LatencyTally();
  for (const value of values) tally.take(value);
  return tally;
};

test("a latency is told to within 0.4 %", () => {
  for (const ms of [0.01, 0.5, 1, 3.7, 12.345, 999, 60_000])
    expect(Math.abs(partOf(ms) / 1000 - ms) / ms, String(ms)).toBeLessThan(ms < 0.1 ? 0.05 : 0.004);
});

test("percentiles are those of the sorted latencies", () => {
  const counts = tallyOf(Array.from({ length: 1000 }, (_, index) => index + 1)).counts();
  for (const percent of [50, 95, 99, 99.9])
    expect(Math.abs((percentileOf(counts, percent) ?? 0) - percent * 10) / (percent * 10)).toBeLessThan(0.005);
  expect(percentileOf([], 99)).toBeUndefined();
});

test("tallies of two threads together are those of one", () => {
  const [one, other] = [
    [1, 2, 3],
    [3, 4],
  ];
  const both = addedCounts([tallyOf(one).counts(), tallyOf(other).counts()]);
  expect(both).toEqual(tallyOf([...one, ...other]).counts());
  expect(countOf(both)).toBe(5);
});
