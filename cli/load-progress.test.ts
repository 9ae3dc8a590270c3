import { expect, test } from "vitest";
import { emptyInterval } from "../core/load/interval.ts";
import type { Interval } from "../core/load/interval.ts";
import type { LoadHead } from "../core/load/load-folder.ts";
import { followLoad } from "./load-progress.ts";

const HEAD: LoadHead = {
  version: 1,
  role: "bank",
  engine: "embedded",
  pack: { name: "p", version: "1", digest: "d" },
  seed: 1,
  startedAt: 0,
  profile: {
    name: "smoke",
    title: { en: "s", zh: "s" },
    pace: "even",
    phases: [{ seconds: 60, from: 10, to: 10 }],
    mix: { pay: 1 },
  },
  journeys: {},
  levels: [
    { name: "loose", title: { en: "l", zh: "l" }, source: "t", good: { endings: ["success"] }, target: 0.5 },
    { name: "tight", title: { en: "t", zh: "t" }, source: "t", good: { endings: ["success"] }, target: 0.9 },
  ],
  intervalSeconds: 5,
  segment: { index: 0, of: 1 },
};

const interval = (index: number, more: Partial<Interval> = {}): Interval => ({
  ...emptyInterval(index, 2),
  due: 50,
  levels: [
    { total: 50, good: 49 },
    { total: 50, good: 49 },
  ],
  latencies: { pay: { sinceScheduled: [8_000, 49, 30_000, 1], sinceSent: [8_000, 50] } },
  ...more,
});

function written(isTTY: boolean, intervals: readonly Interval[], language: "en" | "zh" = "en"): string {
  let text = "";
  const stream = { isTTY, columns: 200, write: (piece: string | Uint8Array) => (text += String(piece)) !== "" };
  const progress = followLoad(stream, language);
  for (const one of intervals) progress.interval(one, HEAD);
  return text;
}

test("a load shows time left, rates, errors, p99 and the budget of its tightest level", () => {
  const { endings } = emptyInterval(0, 0);
  const second = interval(1, { dropped: 5, endings: { ...endings, unanswered: 3 } });
  expect(written(false, [interval(0), second])).toBe(
    "10 s, 50 s left, 9 of 10 journeys/s, 3 errors, p99 30 ms, 80 % of the error budget left\n",
  );
});

test("a budget that is spent is told as such, in Chinese too", () => {
  const bad = [
    { total: 50, good: 49 },
    { total: 50, good: 40 },
  ];
  expect(written(false, [interval(1, { levels: bad, latencies: {} })], "zh")).toBe(
    "10 秒，剩余 50 秒，每秒 10/10 次业务流程，错误 0 次，无应答，错误预算已用尽\n",
  );
});

test("a terminal has one line that is written anew", () => {
  const text = written(true, [interval(0), interval(1)]);
  expect(text).not.toContain("\n");
  expect(text.split("\u001b[2K")).toHaveLength(2);
});
