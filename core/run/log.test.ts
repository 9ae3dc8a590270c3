import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { RunEvent } from "./event.ts";
import { openLog } from "./log.ts";
import { readLogFile } from "./log-reading.ts";
import type { LogReading } from "./log-reading.ts";
import { END, HEAD, PASS } from "./testing/events.ts";

function exchange(body: string): RunEvent {
  const message = { headers: [["content-type", "application/json"]] as const, body, bodyEncoding: "utf8" as const };
  return {
    type: "exchange",
    at: 2,
    check: "A-01.x",
    exchange: {
      label: "pay",
      request: { ...message, method: "POST", url: "/" },
      response: { ...message, status: 200 },
      startedAt: 1,
      durationMs: 4,
    },
  };
}

function read(file: string): LogReading & { readonly events: readonly RunEvent[] } {
  const events: RunEvent[] = [];
  return { ...readLogFile(file, (event) => events.push(event)), events };
}

describe("an event log", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "run-log-"));
    file = join(folder, "events.ndjson");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("an event log gives back what was appended, one line an event", () => {
    const log = openLog(file);
    const events = [HEAD, exchange("line\nbreak \u2028 中 \ud800"), PASS, END];
    for (const event of events) log.append(event);
    log.close();
    expect(read(file)).toEqual({ ok: true, events, torn: false });
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(5);
  });

  test("an event log has each line in the file before append returns", () => {
    const log = openLog(file);
    log.append(HEAD);
    expect(read(file)).toMatchObject({ ok: true, events: [HEAD] });
    log.close();
  });

  test("an event log refuses to mix two runs, and says what to do", () => {
    writeFileSync(file, "");
    expect(() => openLog(file)).toThrow(/another folder/);
  });

  test("an event log is continued when told to", () => {
    for (const event of [HEAD, PASS]) {
      const log = openLog(file, { existing: "append" });
      log.append(event);
      log.close();
    }
    expect(read(file)).toMatchObject({ ok: true, events: [HEAD, PASS] });
  });

  test("an event log drops and counts exchanges beyond its bound, and keeps verdicts", () => {
    const log = openLog(file, { limitBytes: 1_500 });
    log.append(HEAD);
    for (let i = 0; i < 10; i += 1) log.append(exchange("x".repeat(200)));
    log.append(PASS);
    log.append(END);
    log.close();
    const reading = read(file);
    const kept = reading.events.filter((event) => event.type === "exchange").length;
    const noted = reading.events.reduce(
      (sum, event) => sum + (event.type === "log.truncated" ? event.exchangesDropped : 0),
      0,
    );
    expect(kept).toBeGreaterThan(0);
    expect(kept + noted).toBe(10);
    expect(log.exchangesDropped()).toBe(noted);
    expect(reading.events.filter((event) => event.type === "check.finished" || event.type === "run.finished")).toEqual([
      PASS,
      END,
    ]);
  });

  test("an event log notes the first dropped exchange at once, safe from a crash", () => {
    const log = openLog(file, { limitBytes: 0 });
    log.append(HEAD);
    log.append(exchange(""));
    expect(read(file)).toMatchObject({
      events: [HEAD, { type: "log.truncated", exchangesDropped: 1, limitBytes: 0 }],
    });
    log.close();
  });

  test("an event log refuses an event that its reader would refuse", () => {
    const log = openLog(file);
    expect(() => log.append({ ...PASS, type: "check.finished", durationMs: Number.NaN })).toThrow(/durationMs/);
    log.close();
    expect(readFileSync(file, "utf8")).toBe("");
  });

  test("an event log refuses events after closing, and may be closed twice", () => {
    const log = openLog(file);
    log.close();
    log.close();
    expect(() => log.append(HEAD)).toThrow(/too late/);
  });
});
