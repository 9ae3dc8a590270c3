import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { RunEvent } from "./event.ts";
import { finishedChecks, readLog, readLogFile } from "./log-reading.ts";
import type { LogReading } from "./log-reading.ts";
import { END, HEAD, PASS } from "./testing/events.ts";

const bytes = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join("\n"));
const lines = (...events: readonly unknown[]): readonly string[] => events.map((event) => JSON.stringify(event));

type Read = LogReading & { readonly events: readonly RunEvent[] };

function read(log: Uint8Array, pieceBytes = log.length): Read {
  const events: RunEvent[] = [];
  const reading = readLog(pieces(log, pieceBytes), (event) => events.push(event));
  return { ...reading, events };
}

/** The same memory again and again, as a file is read. */
function* pieces(log: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  const piece = Buffer.alloc(pieceBytes);
  for (let at = 0; at < log.length; at += pieceBytes) {
    const length = Math.min(pieceBytes, log.length - at);
    piece.set(log.subarray(at, at + length));
    yield piece.subarray(0, length);
  }
}

describe("reading a log", () => {
  test("leaves out a torn last line wherever it was cut", () => {
    const whole = bytes(...lines(HEAD, PASS));
    const headLength = bytes(...lines(HEAD), "").length;
    for (const cut of [1, 40, whole.length - headLength - 1]) {
      expect(read(whole.subarray(0, headLength + cut))).toEqual({ ok: true, events: [HEAD], torn: true });
    }
  });

  test("leaves out a last line cut in the middle of a character", () => {
    const head = bytes(...lines(HEAD));
    const middle = head.lastIndexOf(0xe6) + 1;
    expect(read(head.subarray(0, middle))).toEqual({ ok: true, events: [], torn: true });
  });

  test("takes a whole last line that only lacks its line feed", () => {
    expect(read(bytes(...lines(HEAD, END)))).toEqual({ ok: true, events: [HEAD, END], torn: false });
  });

  test("an empty log has no events", () => {
    expect(read(new Uint8Array())).toEqual({ ok: true, events: [], torn: false });
  });

  test("keeps fields it does not know, so that logs may gain fields", () => {
    expect(read(bytes(...lines({ ...HEAD, weather: "fine" }), ""))).toMatchObject({
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
    expect(read(bytes(...text))).toMatchObject({ ok: false, line, pointer });
  });

  test("reading a log says which values are allowed", () => {
    const reading = read(bytes(...lines(HEAD, { ...PASS, verdict: "passed" }), ""));
    expect(reading.ok ? "accepted" : reading.problem.en).toContain('"inconclusive"');
  });

  test("reading a log in pieces gives the same events, wherever the pieces end", () => {
    const log = bytes(...lines(HEAD, PASS, END), "");
    for (const pieceBytes of [1, 2, 7, 100, log.length - 1])
      expect(read(log, pieceBytes)).toEqual({ ok: true, torn: false, events: [HEAD, PASS, END] });
    const torn = log.subarray(0, log.length - 5);
    for (const pieceBytes of [1, 7, 100])
      expect(read(torn, pieceBytes)).toEqual({ ok: true, torn: true, events: [HEAD, PASS] });
  });

  test("a log is read from a file as from its bytes, and a missing one throws", () => {
    withFile(bytes(...lines(HEAD, PASS, END), ""), (file) => {
      const events: RunEvent[] = [];
      expect(readLogFile(file, (event) => events.push(event))).toEqual({ ok: true, torn: false });
      expect(events).toEqual([HEAD, PASS, END]);
      expect(() => readLogFile(`${file}.none`, () => {})).toThrow(/ENOENT/);
    });
  });

  test("the ends of checks are found in a log that is damaged elsewhere", () => {
    const quoted = { type: "check.started", at: 2, check: '"type":"check.finished"' };
    withFile(
      bytes(...lines(HEAD, quoted, PASS), "{oops", ...lines({ ...PASS, check: "A-02.y" }), '{"type":"check.fin'),
      (file) => {
        expect([...finishedChecks(file)]).toEqual(["A-01.x", "A-02.y"]);
      },
    );
  });
});

function withFile(log: Uint8Array, use: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "run-log-"));
  try {
    const file = join(folder, "events.ndjson");
    writeFileSync(file, log);
    use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
