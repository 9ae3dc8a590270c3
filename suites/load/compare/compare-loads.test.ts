import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { emptyInterval } from "../../../core/load/interval.ts";
import type { Interval } from "../../../core/load/interval.ts";
import type { Level } from "../../../core/load/level.ts";
import { IntervalsFile, writeHead } from "../../../core/load/load-folder.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { compareLoads } from "./compare-loads.ts";

const root = mkdtempSync(join(tmpdir(), "liantiao-compare-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const LEVEL: Level = {
  name: "available",
  title: { en: "Available", zh: "可用" },
  source: "a test",
  good: { endings: ["success"] },
  target: 0.99,
};

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
    phases: [{ seconds: 40, from: 10, to: 10 }],
    mix: { pay: 1 },
  },
  journeys: { pay: ["pay"] },
  levels: [LEVEL],
  intervalSeconds: 1,
  segment: { index: 0, of: 1 },
};

let folders = 0;

interface Seconds {
  readonly ms: number;
  readonly good?: (index: number) => number;
  readonly seconds?: number;
  readonly late?: number;
  readonly head?: Partial<LoadHead>;
}

/** A load of so many seconds with a hundred calls in each. */
function load({ ms, good = () => 100, seconds = 40, late = 0, head = {} }: Seconds): string {
  const folder = mkdtempSync(join(root, `${(folders += 1)}-`));
  writeHead(folder, { ...HEAD, ...head });
  const file = new IntervalsFile(folder);
  for (let index = 0; index < seconds; index += 1) {
    const counts = [1000 * ms + 10 * (index % 5), 100];
    const interval: Interval = {
      ...emptyInterval(index, 1),
      due: 100,
      late,
      levels: [{ total: 100, good: good(index) }],
      latencies: { pay: { sinceScheduled: counts, sinceSent: counts } },
    };
    file.append(interval);
  }
  file.close();
  return folder;
}

const found = (before: Seconds, after: Seconds) => {
  const { compared, outcome } = compareLoads(load(before), load(after));
  return { outcome, ...Object.fromEntries(compared.map(({ name, difference }) => [name, difference.what])) };
};

describe("a later load", () => {
  test("is no worse where it is the same", () => {
    expect(found({ ms: 10 }, { ms: 10 })).toEqual({
      outcome: "no-worse",
      "pay p50": "none",
      "pay p95": "none",
      available: "none",
    });
  });

  test("is worse where its calls take longer, and better the other way", () => {
    expect(found({ ms: 10 }, { ms: 12 })).toMatchObject({ outcome: "worse", "pay p95": "worse" });
    expect(found({ ms: 12 }, { ms: 10 })).toMatchObject({ outcome: "no-worse", "pay p50": "better" });
  });

  test("is worse where fewer of its calls are good", () => {
    expect(found({ ms: 10 }, { ms: 10, good: () => 95 })).toMatchObject({ outcome: "worse", available: "worse" });
  });

  test("is worse where a level that was met is missed, in however few intervals", () => {
    const outage = (index: number): number => (index < 2 ? 0 : 100);
    expect(found({ ms: 10 }, { ms: 10, good: outage })).toMatchObject({ outcome: "worse", available: "none" });
  });

  test("says nothing where it has few intervals", () => {
    expect(found({ ms: 10 }, { ms: 99, seconds: 19 })).toMatchObject({ outcome: "nothing", "pay p95": "too-few" });
  });

  test.each([
    [
      "at another rate",
      { head: { profile: { ...HEAD.profile, phases: [{ seconds: 40, from: 20, to: 20 }] } } },
      "rate",
    ],
    ["of another profile", { head: { profile: { ...HEAD.profile, name: "soak" } } }, "profile"],
    ["whose generator was late", { late: 2 }, "says nothing"],
  ] as const)("%s is not compared", (_what, more, said) => {
    expect(() => found({ ms: 10 }, { ms: 10, ...more })).toThrow(said);
  });
});
