import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Facts, SubscribeOptions } from "../core/facts/facts.ts";
import type { RunEvent } from "../core/run/event.ts";
import { openLog } from "../core/run/log.ts";
import type { RunLog } from "../core/run/log.ts";
import { followLog } from "../core/run/log-facts.ts";
import { hostTurn } from "../core/runtime/live.ts";
import { Journal, JOURNAL_LIMITS } from "../simulator/journal/journal.ts";
import type { JournalEntry } from "../simulator/journal/journal.ts";

/** One stream of facts as the contract looks at it: facts are told by the number that they were published with. */
interface Stream {
  readonly facts: Facts<unknown>;
  readonly numberOf: (fact: never) => number;
  publish(number: number): void;
  /** Facts that are held at most; a subscriber that is further behind loses what is older. */
  readonly held: number;
  /** Turns that the stream has asked for. */
  readonly turns: () => number;
  close(): void;
}

const STREAMS: readonly (readonly [name: string, open: (folder: string) => Stream])[] = [
  ["the journal of a simulator", journalStream],
  ["the event log of a run", logStream],
];

function countedTurns(): { readonly turn: () => Promise<void>; readonly turns: () => number } {
  let turns = 0;
  return {
    turn: () => {
      turns += 1;
      return hostTurn();
    },
    turns: () => turns,
  };
}

function journalStream(): Stream {
  const { turn, turns } = countedTurns();
  const journal = new Journal(turn);
  return {
    facts: journal.facts,
    numberOf: (entry: JournalEntry) => entry.at,
    publish: (number) =>
      journal.record({
        direction: "in",
        at: number,
        durationMs: 1,
        faults: [],
        request: { method: "POST", target: "/v1/payments", headers: [], body: new Uint8Array(8) },
      }),
    held: JOURNAL_LIMITS.entries,
    turns,
    close: () => {},
  };
}

function logStream(folder: string): Stream {
  const { turn, turns } = countedTurns();
  const file = join(folder, "events.ndjson");
  const followed = followLog(file, { turn });
  let log: RunLog | undefined;
  return {
    facts: followed.events,
    numberOf: (event: RunEvent) => event.at,
    publish: (number) => {
      log ??= openLog(file, { onWritten: followed.grown });
      log.append({ type: "check.started", at: number, check: "a.check" });
    },
    held: Number.POSITIVE_INFINITY,
    turns,
    close: () => log?.close(),
  };
}

const UNEXPECTED: SubscribeOptions = {
  onError: (error) => {
    throw error;
  },
};

describe.each(STREAMS)("the contract of a stream of facts: %s", (_name, open) => {
  let folder = "";
  let stream: Stream;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "facts-"));
    stream = open(folder);
  });
  afterEach(() => {
    stream.close();
    rmSync(folder, { recursive: true });
  });

  const numbers = (first: number, last: number): readonly number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const publish = (first: number, last: number): void => {
    for (const number of numbers(first, last)) stream.publish(number);
  };
  const collecting = (
    options: Partial<SubscribeOptions> = {},
  ): { seen: number[]; settled(): Promise<void>; unsubscribe(): void } => {
    const seen: number[] = [];
    const subscription = stream.facts.subscribe((fact) => void seen.push(stream.numberOf(fact as never)), {
      ...UNEXPECTED,
      ...options,
    });
    return { seen, settled: () => subscription.settled(), unsubscribe: () => subscription.unsubscribe() };
  };

  test("a stream of facts gives each fact once, in order", async () => {
    const { seen, settled } = collecting();
    publish(1, 3);
    await settled();
    publish(4, 200);
    await hostTurn();
    publish(201, 300);
    await settled();
    expect(seen).toEqual(numbers(1, 300));
  });

  test("a stream of facts calls listeners after the publisher has gone on", async () => {
    const { seen, settled } = collecting();
    publish(1, 2);
    await Promise.resolve();
    expect(seen).toEqual([]);
    await settled();
    expect(seen).toEqual([1, 2]);
  });

  test("a stream of facts does nothing for a fact without a listener", () => {
    publish(1, 50);
    expect(stream.turns()).toBe(0);
  });

  test("a stream of facts reports a listener's error and goes on for all", async () => {
    const errors: unknown[] = [];
    const met: number[] = [];
    const failing = stream.facts.subscribe(
      (fact) => {
        met.push(stream.numberOf(fact as never));
        throw new Error(`broke at ${stream.numberOf(fact as never)}`);
      },
      { onError: (error) => errors.push(error instanceof Error ? error.message : error) },
    );
    const rejecting = stream.facts.subscribe(() => Promise.reject(new Error("later")), {
      onError: (error) => errors.push(error instanceof Error ? error.message : error),
    });
    const { seen, settled } = collecting();
    publish(1, 2);
    await Promise.all([failing.settled(), rejecting.settled(), settled()]);
    expect(seen).toEqual([1, 2]);
    expect(met).toEqual([1, 2]);
    expect(errors.map(String).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "broke at 1",
      "broke at 2",
      "later",
      "later",
    ]);
  });

  test("a stream of facts gives a slow listener one at a time, and the others theirs", async () => {
    const { promise: hour, resolve: endHour } = Promise.withResolvers<void>();
    const begun: number[] = [];
    const slow = stream.facts.subscribe(async (fact) => {
      begun.push(stream.numberOf(fact as never));
      await hour;
    }, UNEXPECTED);
    const { seen, settled } = collecting();
    publish(1, 100);
    await settled();
    expect(seen).toEqual(numbers(1, 100));
    expect(begun).toEqual([1]);
    endHour();
    await slow.settled();
    expect(begun).toEqual(numbers(1, 100));
  });

  test("a stream of facts gives nothing more after unsubscribing", async () => {
    const { seen, settled, unsubscribe } = collecting();
    publish(1, 2);
    await settled();
    publish(3, 4);
    unsubscribe();
    publish(5, 6);
    for (let turn = 0; turn < 5; turn += 1) await hostTurn();
    expect(seen).toEqual([1, 2]);
    unsubscribe();
  });

  test("a stream of facts begins with what is held, or with what comes next", async () => {
    publish(1, 10);
    const late = collecting({ from: "held" });
    const next = collecting();
    publish(11, 12);
    await Promise.all([late.settled(), next.settled()]);
    expect(late.seen).toEqual(numbers(1, 12));
    expect(next.seen).toEqual([11, 12]);
  });

  test("a stream of facts says how many a late reader lost, ahead of the next", async () => {
    const published = 5_000;
    const missed: number[] = [];
    const told: (number | string)[] = [];
    const subscription = stream.facts.subscribe((fact) => void told.push(stream.numberOf(fact as never)), {
      ...UNEXPECTED,
      onMissed: (count) => {
        missed.push(count);
        told.push("missed");
      },
    });
    publish(1, published);
    await subscription.settled();
    const lost = Math.max(0, published - stream.held);
    expect(missed).toEqual(lost === 0 ? [] : [lost]);
    expect(told).toEqual([...(lost === 0 ? [] : ["missed"]), ...numbers(lost + 1, published)]);
  });
});
