import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DOWN_RULES } from "../../core/inspection/down-rule.ts";
import type { DownRule } from "../../core/inspection/down-rule.ts";
import type { InspectionHead, Round } from "../../core/inspection/round.ts";
import { rounds } from "./inspection.ts";
import type { Inspected } from "./inspection.ts";

const [RULE] = DOWN_RULES as [DownRule];

const HEAD: InspectionHead = {
  version: 1,
  role: "bank",
  sut: { name: "A bank", baseUrl: "https://bank.example" },
  pack: { name: "cooperation", version: "1.0.0", timeZone: "UTC" },
  rule: RULE,
  keepDays: 35,
};

interface Played {
  readonly begin?: number;
  readonly folder?: string;
  readonly once?: boolean;
  readonly forSeconds?: number;
  /** How long a round takes, by its index, in ms. */
  readonly takes?: (index: number) => number;
  /** Ends the inspection ahead of the look of this index. */
  readonly stopAt?: number;
}

/** Rounds every minute by a clock that the test moves. */
async function played({ begin = 0, takes = () => 0, stopAt, ...given }: Played): Promise<{
  readonly ats: readonly number[];
  readonly seen: Inspected;
  readonly folder: string;
}> {
  let now = begin;
  let looked = 0;
  const stop = new AbortController();
  const made: Round[] = [];
  const folder = given.folder ?? mkdtempSync(join(tmpdir(), "liantiao-inspection-"));
  const seen = await rounds(
    {
      outDirectory: folder,
      everySeconds: 60,
      ...(given.once === undefined ? {} : { once: given.once }),
      ...(given.forSeconds === undefined ? {} : { forSeconds: given.forSeconds }),
      signal: stop.signal,
      onRound: (round) => made.push(round),
    },
    {
      head: HEAD,
      unasked: [],
      runtime: {
        now: () => now,
        sleep: (ms) => {
          now += Math.max(0, ms);
          return Promise.resolve();
        },
      },
      look: () => {
        if (looked === stopAt) {
          stop.abort("stopped");
          return Promise.reject(new Error("aborted"));
        }
        now += takes(looked);
        looked += 1;
        return Promise.resolve([{ interface: "echo", ending: "success", ms: 1 }]);
      },
    },
  );
  return { ats: made.map(({ at }) => at), seen, folder };
}

test("rounds begin at moments of equal distance, whatever each takes", async () => {
  const { ats } = await played({ forSeconds: 300, takes: () => 20_000 });
  expect(ats).toEqual([0, 60_000, 120_000, 180_000, 240_000]);
});

test("a round that takes long leaves out the moments that have passed", async () => {
  const { ats, seen } = await played({ forSeconds: 300, takes: (index) => (index === 1 ? 90_000 : 0) });
  expect(ats).toEqual([0, 60_000, 180_000, 240_000]);
  expect(seen.availability.gaps).toEqual([]);
});

test("one round is enough for cron, and the next command goes on", async () => {
  const first = await played({ once: true });
  const second = await played({ once: true, begin: 60_000, folder: first.folder });
  expect(second.seen).toMatchObject({ rounds: 1, since: 60_000, availability: { rounds: 2, gaps: [] } });
});

test("what an inspection misses while it is stopped is a gap", async () => {
  const first = await played({ forSeconds: 120 });
  const second = await played({ once: true, begin: 600_000, folder: first.folder });
  expect(second.seen.availability.gaps).toEqual([{ from: 120_000, until: 600_000 }]);
});

test("a round that is cut off by the end is left out", async () => {
  const { ats, seen } = await played({ stopAt: 2 });
  expect(ats).toEqual([0, 60_000]);
  expect(seen.rounds).toBe(2);
});
