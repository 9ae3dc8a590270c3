import { describe, expect, test } from "vitest";
import { emptyInterval } from "../../../core/load/interval.ts";
import type { Interval } from "../../../core/load/interval.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import type { LoadProfile } from "../../../core/load/profile.ts";
import { loadPack } from "../../../core/pack/load.ts";
import { fileURLToPath } from "node:url";
import { judgeDrift } from "./drift.ts";
import { judgeRecovery } from "./recovery.ts";
import { Trend } from "./trend.ts";
import { trendRulesOf } from "./trends.ts";

const headOf = (profile: Partial<LoadProfile>): LoadHead => ({
  version: 1,
  role: "bank",
  engine: "embedded",
  pack: { name: "p", version: "1", digest: "d" },
  seed: 1,
  startedAt: 0,
  profile: { name: "p", title: { en: "p", zh: "p" }, pace: "even", phases: [], mix: { pay: 1 }, ...profile },
  journeys: {},
  levels: [],
  intervalSeconds: 1,
  segment: { index: 0, of: 1 },
});

/** An interval of ten calls that take about so many milliseconds, of which some have no answer. */
const second = (index: number, ms: number, unanswered = 0): Interval => {
  const latencies = Array.from({ length: 10 - unanswered }, (_, call) => [
    Math.round(1000 * ms) + 10 * ((index * 7 + call) % 11),
    1,
  ]).toSorted(([one = 0], [other = 0]) => one - other);
  const counts = latencies.flat();
  return {
    ...emptyInterval(index, 0),
    due: 10,
    endings: { success: 10 - unanswered, refused: 0, "server-error": 0, malformed: 0, unanswered },
    latencies: counts.length === 0 ? {} : { pay: { sinceScheduled: counts, sinceSent: counts } },
  };
};

const trendOf = (seconds: number, at: (index: number) => Interval): Trend => {
  const trend = new Trend(1);
  for (let index = 0; index < seconds; index += 1) trend.take(at(index));
  return trend;
};

describe("a drift", () => {
  const soak = (seconds: number) => headOf({ phases: [{ seconds, from: 10, to: 10 }], drift: { leastSeconds: 60 } });

  test("is none where the last third is as fast as the first", () => {
    expect(
      judgeDrift(
        soak(90),
        trendOf(90, (index) => second(index, 5)),
      ),
    ).toEqual({ verdict: "pass" });
  });

  test("is told where latency rises by and by", () => {
    const judged = judgeDrift(
      soak(90),
      trendOf(90, (index) => second(index, 5 + index / 30)),
    );
    expect(judged.verdict).toBe("fail");
    expect(judged.finding?.seen.en).toMatch(/^pay: 5\.\d ms → 7\.\d ms \(δ 1\.00/);
  });

  test("is none where a middle that was slow is over", () => {
    const middle = (index: number): Interval => second(index, index >= 30 && index < 60 ? 50 : 5);
    expect(judgeDrift(soak(90), trendOf(90, middle)).verdict).toBe("pass");
  });

  test("cannot be told of a short load, which says how long would be enough", () => {
    expect(
      judgeDrift(
        soak(59),
        trendOf(59, (index) => second(index, 5 + index)),
      ),
    ).toMatchObject({
      verdict: "inconclusive",
      reason: { en: "59 s are too short to tell a drift; 60 s would be enough" },
    });
  });

  test("cannot be told where hardly anything was answered at the end", () => {
    const judged = judgeDrift(
      soak(90),
      trendOf(90, (index) => second(index, 5, index < 60 ? 0 : 10)),
    );
    expect(judged.verdict).toBe("inconclusive");
  });
});

describe("a recovery", () => {
  const overload = (last = 60) =>
    headOf({
      phases: [
        { seconds: 30, from: 10, to: 10 },
        { seconds: 30, from: 100, to: 100 },
        { seconds: last, from: 10, to: 10 },
      ],
      recovery: { withinSeconds: 20 },
    });
  const judged = (at: (index: number) => Interval, last = 60) => judgeRecovery(overload(last), trendOf(60 + last, at));

  test("is seen where calls are soon what they were, however slow they were meanwhile", () => {
    expect(judged((index) => second(index, index >= 30 && index < 75 ? 900 : 5))).toEqual({ verdict: "pass" });
  });

  test("is missed where calls stay slow", () => {
    const { verdict, finding } = judged((index) => second(index, index >= 30 ? 40 : 5));
    expect(verdict).toBe("fail");
    expect(finding?.expected.en).toContain("within 20 s of the release");
  });

  test("is missed where calls stay unanswered", () => {
    const { verdict, finding } = judged((index) => second(index, 5, index >= 30 ? 3 : 0));
    expect(verdict).toBe("fail");
    expect(finding?.seen.en).toBe("120 of 400 calls without an agreed answer");
  });

  test("cannot be told where the load ended soon after the overload", () => {
    expect(judged((index) => second(index, 5), 39)).toMatchObject({
      verdict: "inconclusive",
      reason: { en: expect.stringContaining("39 s after it, where 20 s and 40 s would be enough") as string },
    });
  });
});

test("the soak of the pack is judged by its drift, and its overload by the recovery", () => {
  const { loads, requirements } = loadPack(fileURLToPath(new URL("../../../specs/cooperation", import.meta.url)));
  const rules = (name: string): readonly string[] =>
    trendRulesOf({ ...headOf({}).profile, ...loads?.profiles[name] }).map(({ rule }) => rule.requirement);
  expect([rules("soak"), rules("overload"), rules("smoke")]).toEqual([["STB-16"], ["STB-17"], []]);
  const byLoad = requirements.filter(({ judgedBy }) => judgedBy === "load").map(({ id }) => id);
  expect(byLoad).toEqual(expect.arrayContaining(["STB-16", "STB-17"]));
});
