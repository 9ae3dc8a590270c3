import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hostTurn } from "../runtime/live.ts";
import type { RunEvent } from "./event.ts";
import { followLog } from "./log-facts.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "log-facts-"));
  file = join(folder, "events.ndjson");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An event of about so many bytes. */
const started = (at: number, bytes: number): RunEvent => ({ type: "check.started", at, check: "支".repeat(bytes / 3) });
const line = (event: RunEvent): string => `${JSON.stringify(event)}\n`;

const unexpected = (error: unknown): never => {
  throw error;
};

describe("a followed log", () => {
  test("events longer than a piece, and cut anywhere by it, come whole", async () => {
    const events = [10, 65_500, 200_000, 30, 131_072, 90].map((bytes, at) => started(at, bytes));
    const { events: facts, grown } = followLog(file, { turn: hostTurn });
    const seen: RunEvent[] = [];
    const subscription = facts.subscribe((event) => void seen.push(event), { onError: unexpected });
    for (const event of events) {
      appendFileSync(file, line(event));
      grown();
      await subscription.settled();
    }
    expect(seen).toEqual(events);
    seen.length = 0;
    const late = facts.subscribe((event) => void seen.push(event), {
      from: "held",
      onError: unexpected,
    });
    await late.settled();
    expect(seen).toEqual(events);
  });

  test("an event that is half written is given once it is whole", async () => {
    const bytes = Buffer.from(line(started(1, 300)));
    const { events: facts, grown } = followLog(file, { turn: hostTurn });
    const seen: number[] = [];
    const subscription = facts.subscribe(({ at }) => void seen.push(at), { onError: unexpected });
    writeFileSync(file, bytes.subarray(0, 101));
    grown();
    await subscription.settled();
    expect(seen).toEqual([]);
    appendFileSync(file, bytes.subarray(101));
    grown();
    await subscription.settled();
    expect(seen).toEqual([1]);
  });

  test("an event that is not wanted is passed over", async () => {
    const { events: facts, grown } = followLog(file, {
      turn: hostTurn,
      wanted: (type) => type === "check.started",
    });
    const seen: string[] = [];
    const subscription = facts.subscribe(({ type }) => void seen.push(type), {
      onError: unexpected,
    });
    writeFileSync(file, `{"type":"exchange", not even parsed\n${line(started(1, 30))}`);
    grown();
    await subscription.settled();
    expect(seen).toEqual(["check.started"]);
  });

  test("a line that is no event ends the subscription, and is told", async () => {
    const { events: facts, grown } = followLog(file, { turn: hostTurn });
    const errors: unknown[] = [];
    const subscription = facts.subscribe(() => {}, { onError: (error) => errors.push(error) });
    writeFileSync(file, "{half\n");
    grown();
    await subscription.settled();
    expect(errors).toEqual([expect.any(SyntaxError)]);
  });
});
