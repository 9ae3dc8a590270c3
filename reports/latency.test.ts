import { expect, test } from "vitest";

import { failedRun } from "./testing/failed-run.ts";
import { latencies, percentile } from "./latency.ts";

test("a percentile is a value that was measured, by nearest rank", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([50, 90, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([50, 90, 99, 100]);
  expect(percentile([7], 50)).toBe(7);
  expect(percentile([1, 2], 99)).toBe(2);
  expect(percentile([], 50)).toBe(0);
});

test("an unanswered exchange is counted and left out of the latencies", () => {
  const query = latencies(failedRun()).find((latency) => latency.interface === "payment.query");
  expect(query).toMatchObject({ answered: 69, unanswered: 1 });
  expect(query?.maxMs).toBeLessThan(5_000);
});

test("the counterparty's answers are left out of the SUT's latencies", () => {
  const theirs = failedRun().map((event) =>
    event.type === "exchange" ? { ...event, answeredBy: "counterparty" as const } : event,
  );
  expect(latencies(theirs)).toEqual([]);
});
