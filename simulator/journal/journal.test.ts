import { describe, expect, test } from "vitest";
import { hostTurn } from "../../core/runtime/live.ts";
import { Journal, JOURNAL_LIMITS } from "./journal.ts";
import type { JournalEntry } from "./journal.ts";

const utf8 = new TextEncoder();

const entry = (over: Partial<Omit<JournalEntry, "number">> = {}): Omit<JournalEntry, "number"> => ({
  direction: "in",
  at: 1_700_000_000_000,
  durationMs: 3,
  interface: "payment.create",
  party: "P1001",
  faults: ["latency.fixed"],
  request: {
    method: "POST",
    target: "/v1/payments?x=%E6%94%AF",
    headers: [
      ["Host", "bank.test"],
      ["X-Name", "支付"],
    ],
    body: utf8.encode('{"description":"午餐"}'),
  },
  response: {
    status: 200,
    headers: [["Content-Type", "application/json"]],
    body: Uint8Array.of(0, 255, 10, 13),
    wire: { kind: "truncate", bytes: 3 },
  },
  ...over,
});

describe("the journal", () => {
  test("the journal gives back what was recorded, byte for byte", () => {
    const journal = new Journal(hostTurn);
    journal.record(entry());
    expect(journal.entries()).toEqual([{ ...entry(), number: 1 }]);
  });

  test("the journal keeps odd bodies and missing answers as they are", () => {
    const journal = new Journal(hostTurn);
    const without = entry({
      direction: "out",
      request: { method: "POST", target: "/notify", url: "http://p.test/notify", headers: [], body: "broken" },
      failure: "connection refused",
    });
    const { response: _, ...unanswered } = without;
    journal.record(unanswered);
    expect(journal.entries()).toEqual([{ ...unanswered, number: 1 }]);
    expect(journal.counts).toEqual({ "out payment.create none -": 1 });
  });

  test("the journal holds the newest entries, in order, and counts all", () => {
    const journal = new Journal(hostTurn);
    const count = 3 * JOURNAL_LIMITS.entries + 7;
    for (let at = 0; at < count; at += 1) journal.record(entry({ at }));
    expect(journal.total).toBe(count);
    expect(journal.entries().map(({ at }) => at)).toEqual(
      Array.from({ length: JOURNAL_LIMITS.entries }, (_, index) => count - JOURNAL_LIMITS.entries + index),
    );
    expect(journal.entries(2).map(({ number }) => number)).toEqual([count - 1, count]);
    expect(journal.entries(0)).toEqual([]);
  });

  test("an overwritten journal entry is gone, and every other one is whole", () => {
    const journal = new Journal(hostTurn);
    const size = 100_003;
    const count = Math.ceil((2.5 * JOURNAL_LIMITS.bytes) / size);
    const bodyOf = (at: number): Uint8Array => new Uint8Array(size).fill(at % 251);
    for (let at = 0; at < count; at += 1)
      journal.record(entry({ at, request: { method: "POST", target: "/", headers: [], body: bodyOf(at) } }));
    const left = journal.entries();
    expect(left.length).toBeGreaterThan((JOURNAL_LIMITS.bytes / size) * 0.9);
    expect(left.length).toBeLessThanOrEqual(JOURNAL_LIMITS.bytes / size);
    expect(left.at(-1)?.at).toBe(count - 1);
    for (const { at, request } of left) expect(Buffer.compare(request.body as Uint8Array, bodyOf(at))).toBe(0);
  });

  test("the journal keeps the beginning of a very long body", () => {
    const journal = new Journal(hostTurn);
    journal.record(
      entry({ response: { status: 200, headers: [], body: new Uint8Array(40 * JOURNAL_LIMITS.bodyBytes).fill(7) } }),
    );
    journal.record(entry());
    expect(journal.entries().map(({ response }) => response?.body.length)).toEqual([JOURNAL_LIMITS.bodyBytes, 4]);
  });

  test("the journal gives the exchanges of one target, however it is spelt", () => {
    const journal = new Journal(hostTurn);
    const targets = ["/a?x=1", "/a?x=12", '/"支付"', "/a?x=1", "/b"];
    for (const target of targets)
      journal.record(
        entry({ request: { method: "POST", target, headers: [["X-Of", "/b"]], body: utf8.encode("/b") } }),
      );
    const numbers = (target: string) => journal.entries(5, target).map(({ number }) => number);
    expect(["/a?x=1", '/"支付"', "/b", "/c"].map(numbers)).toEqual([[1, 4], [3], [5], []]);
  });

  test("the journal gives what it holds after a number, oldest first", () => {
    const journal = new Journal(hostTurn);
    const numbersAfter = (number: number, target?: string): readonly number[] =>
      [...journal.after(number, target)].map((one) => one.number);
    const count = JOURNAL_LIMITS.entries + 7;
    for (let at = 0; at < count; at += 1)
      journal.record(entry({ request: { method: "POST", target: `/${at % 2}`, headers: [], body: utf8.encode("") } }));
    expect([...journal.after(0)]).toEqual(journal.entries());
    expect(journal.after(0).next().value).toMatchObject({ number: 8 });
    expect(numbersAfter(count - 3)).toEqual([count - 2, count - 1, count]);
    expect(numbersAfter(count - 3, "/0")).toEqual([count - 2, count]);
    expect(numbersAfter(count)).toEqual([]);
    journal.clear();
    expect(numbersAfter(count - 3)).toEqual([]);
    journal.record(entry());
    expect(numbersAfter(0)).toEqual([count + 1]);
  });

  test("a cleared journal is empty and keeps its counts", () => {
    const journal = new Journal(hostTurn);
    journal.record(entry());
    journal.clear();
    expect([journal.entries(), journal.total]).toEqual([[], 1]);
    journal.record(entry());
    expect(journal.entries().map(({ number }) => number)).toEqual([2]);
  });

  test("the journal says how many entries were written over before they were read", async () => {
    const journal = new Journal(hostTurn);
    const size = 500_000;
    const count = Math.ceil((2 * JOURNAL_LIMITS.bytes) / size);
    const read: number[] = [];
    let missed = 0;
    const subscription = journal.facts.subscribe(
      ({ at, request }) => {
        read.push(at);
        expect(Buffer.compare(request.body as Uint8Array, new Uint8Array(size).fill(at % 251))).toBe(0);
      },
      {
        onMissed: (lost) => (missed += lost),
        onError: (error) => {
          throw error;
        },
      },
    );
    for (let at = 0; at < count; at += 1)
      journal.record(
        entry({ at, request: { method: "POST", target: "/", headers: [], body: new Uint8Array(size).fill(at % 251) } }),
      );
    await subscription.settled();
    expect(missed).toBeGreaterThan(0);
    expect(read).toEqual(Array.from({ length: count - missed }, (_, index) => missed + index));
  });

  test("the journal tells a subscriber of entries that were cleared before it read them", async () => {
    const journal = new Journal(hostTurn);
    const told: string[] = [];
    const subscription = journal.facts.subscribe((one) => void told.push(`entry ${one.number}`), {
      onMissed: (lost) => told.push(`missed ${lost}`),
      onError: (error) => told.push(String(error)),
    });
    journal.record(entry());
    journal.record(entry());
    journal.clear();
    await subscription.settled();
    journal.record(entry());
    await subscription.settled();
    expect(told).toEqual(["missed 2", "entry 3"]);
  });
});
