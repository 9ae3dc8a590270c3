import { expect, test } from "vitest";
import { threadSeed } from "./embedded/thread-seed.ts";
import { lockName, seedOf, shareOfThread, threadOf, withoutOthers } from "./segment.ts";
import { BALANCE_RULE, SIGNED_RULE } from "./rules.ts";

const SEGMENTS = [
  { segment: { index: 0, of: 3 }, threads: 1 },
  { segment: { index: 1, of: 3 }, threads: 4 },
  { segment: { index: 2, of: 3 }, threads: 2 },
] as const;

const PARTS = SEGMENTS.flatMap(({ segment, threads }) =>
  Array.from({ length: threads }, (_, thread) => ({ segment, thread, threads })),
);

test("segments of different widths make each arrival once", () => {
  const made = Array.from(
    { length: 48 },
    (_, arrival) =>
      PARTS.map(({ segment, thread, threads }) => shareOfThread(segment, thread, threads)).filter(
        ({ part, of }) => arrival % of === part,
      ).length,
  );
  expect(new Set(made)).toEqual(new Set([1]));
});

test("each thread of each segment draws from a seed of its own", () => {
  const seeds = [
    ...PARTS.map(({ segment, thread }) => threadSeed(7, threadOf(segment, thread))),
    ...SEGMENTS.map(({ segment }) => seedOf(7, segment)),
  ];
  expect(new Set(seeds).size).toBe(PARTS.length + SEGMENTS.length);
});

test("segments share a statement, and a whole load has it alone", () => {
  expect(lockName({ index: 0, of: 1 })).toBe("");
  expect(lockName({ index: 1, of: 2 })).toBe(".segment-2-of-2");
});

test("a segment leaves the balances to the merge, and judges the rest", () => {
  const judged = [
    [BALANCE_RULE, { verdict: "fail" }],
    [SIGNED_RULE, { verdict: "pass" }],
  ] as const;
  expect(withoutOthers(judged, { index: 0, of: 1 })).toEqual(judged);
  const [balance, signed] = withoutOthers(judged, { index: 0, of: 2 });
  expect(balance?.[1]).toMatchObject({ verdict: "skipped", skipCause: "not-demanded" });
  expect(signed?.[1]).toEqual({ verdict: "pass" });
});
