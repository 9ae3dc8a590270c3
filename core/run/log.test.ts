import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { RunEvent } from "./event.ts";
import { openLog, readLog, readLogFile } from "./log.ts";

const both = { en: "text", zh: "文字" };
const HEAD: RunEvent = {
  type: "run.started",
  at: 1,
  run: "r1",
  liantiao: "0.1.0",
  role: "bank",
  sut: { name: "bank", baseUrl: "https://bank.test" },
  pack: { name: "cooperation", title: both, version: "1", digest: "d" },
  suites: { digest: "d" },
  statement: { digest: "d", file: "sut.json" },
  seed: 1,
  effort: "smoke",
  requirements: [],
  errors: [],
  waivers: [],
  plan: [],
};
const PASS: RunEvent = {
  type: "check.finished",
  at: 2,
  check: "A-01.x",
  requirement: "A-01",
  level: "MUST",
  verdict: "pass",
  durationMs: 1,
};
const END: RunEvent = { type: "run.finished", at: 3, partial: false };

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

const bytes = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join("\n"));
const lines = (...events: readonly unknown[]): readonly string[] => events.map((event) => JSON.stringify(event));

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
    expect(readLogFile(file)).toEqual({ ok: true, events, torn: false });
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(5);
  });

  test("an event log has each line in the file before append returns", () => {
    const log = openLog(file);
    log.append(HEAD);
    expect(readLogFile(file)).toMatchObject({ ok: true, events: [HEAD] });
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
    expect(readLogFile(file)).toMatchObject({ ok: true, events: [HEAD, PASS] });
  });

  test("an event log drops and counts exchanges beyond its bound, and keeps verdicts", () => {
    const log = openLog(file, { limitBytes: 1_500 });
    log.append(HEAD);
    for (let i = 0; i < 10; i += 1) log.append(exchange("x".repeat(200)));
    log.append(PASS);
    log.append(END);
    log.close();
    const reading = readLogFile(file);
    if (!reading.ok) throw new Error(reading.problem);
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
    expect(readLogFile(file)).toMatchObject({
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

describe("reading a log", () => {
  test("leaves out a torn last line wherever it was cut", () => {
    const whole = bytes(...lines(HEAD, PASS));
    const headLength = bytes(...lines(HEAD), "").length;
    for (const cut of [1, 40, whole.length - headLength - 1]) {
      expect(readLog(whole.subarray(0, headLength + cut))).toEqual({ ok: true, events: [HEAD], torn: true });
    }
  });

  test("leaves out a last line cut in the middle of a character", () => {
    const head = bytes(...lines(HEAD));
    const middle = head.lastIndexOf(0xe6) + 1;
    expect(readLog(head.subarray(0, middle))).toEqual({ ok: true, events: [], torn: true });
  });

  test("takes a whole last line that only lacks its line feed", () => {
    expect(readLog(bytes(...lines(HEAD, END)))).toEqual({ ok: true, events: [HEAD, END], torn: false });
  });

  test("an empty log has no events", () => {
    expect(readLog(new Uint8Array())).toEqual({ ok: true, events: [], torn: false });
  });

  test("keeps fields it does not know, so that logs may gain fields", () => {
    expect(readLog(bytes(...lines({ ...HEAD, weather: "fine" }), ""))).toMatchObject({
      ok: true,
      events: [{ weather: "fine" }],
    });
  });

  const skipped = { ...PASS, verdict: "skipped" };
  test.each<readonly [string, readonly string[], number, string]>([
    ["text that is no JSON", [...lines(HEAD), "{oops", ""], 2, ""],
    ["an empty line", [...lines(HEAD), "", ...lines(END), ""], 2, ""],
    ["a list", [...lines(HEAD), "[]", ""], 2, ""],
    ["an unknown type", [...lines(HEAD, { type: "check.finnished", at: 1 }), ""], 2, "/type"],
    ["a type from the prototype", [...lines(HEAD, { type: "constructor", at: 1 }), ""], 2, "/type"],
    ["an unknown verdict", [...lines(HEAD, { ...PASS, verdict: "passed" }), ""], 2, "/verdict"],
    ["a missing field", [...lines(HEAD, { ...PASS, requirement: undefined }), ""], 2, ""],
    ["an invalid whole event on an unterminated last line", lines(HEAD, { ...PASS, level: "MAY" }), 2, "/level"],
    ["a skip that does not say why", [...lines(HEAD, skipped), ""], 2, ""],
    ["a log that does not begin with its head", [...lines(PASS), ""], 1, "/type"],
    ["a second head", [...lines(HEAD, HEAD), ""], 2, "/type"],
    ["a second end", [...lines(HEAD, END, END), ""], 3, "/type"],
    [
      "a waiver without a day",
      [...lines({ ...HEAD, waivers: [{ requirement: "A", owner: "o", reason: "r", expires: "soon" }] }), ""],
      1,
      "/waivers/0/expires",
    ],
  ])("reading a log refuses %s and names the line", (_what, text, line, pointer) => {
    expect(readLog(bytes(...text))).toMatchObject({ ok: false, line, pointer });
  });

  test("reading a log says which values are allowed", () => {
    const reading = readLog(bytes(...lines(HEAD, { ...PASS, verdict: "passed" }), ""));
    expect(reading.ok ? "accepted" : reading.problem).toContain('"inconclusive"');
  });
});
