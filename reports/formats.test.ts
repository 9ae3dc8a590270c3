import { describe, expect, test } from "vitest";

import type { RunEvent } from "../core/run/event.ts";
import { judgeRun } from "../core/run/judge.ts";
import { readLog } from "../core/run/log-reading.ts";
import { failedRun } from "./testing/failed-run.ts";
import { hostileRun } from "./testing/hostile-run.ts";
import { passedRun, unreachableRun, waivedRun } from "./testing/runs.ts";
import { sampleLoad } from "./testing/sample-load.ts";
import { sampleHead } from "./testing/sample-events.ts";
import { rendered } from "./format.ts";
import { json } from "./json.ts";
import { FORMATS } from "./formats.ts";

/** Control characters are written as escapes here; a log brings them as they are. */
const HOSTILE =
  "</script><script>alert(1)</script>\"'`<!--]]>&|\n# x\r\u0000\u001b[31m\u202e\ud800\uffff ![a](http://x.test/y.png) ``` <img src=x onerror=alert(1)>";

const RUNS: Readonly<Record<string, readonly RunEvent[]>> = {
  "a failed run": failedRun(),
  "a passed run": passedRun(),
  "a waived run": waivedRun(),
  "an unreachable SUT": unreachableRun(),
  "a hostile run": hostileRun(HOSTILE),
  "an empty plan": [sampleHead({}), { type: "run.finished", at: 1, partial: false }],
  "a crash": failedRun().slice(0, 30),
  "a load": sampleLoad(),
  "an empty log": [],
};
const NAMES = Object.keys(RUNS);

test("the sample logs are valid logs", () => {
  for (const [name, events] of Object.entries(RUNS)) {
    const bytes = new TextEncoder().encode(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const read: RunEvent[] = [];
    const reading = readLog([bytes], (event) => read.push(event));
    expect([name, reading, read]).toEqual([name, { ok: true, torn: false }, events]);
  }
});

test("the sample runs end as their names say", () => {
  const exits = Object.values(RUNS).map((events) => judgeRun(events).exitCode);
  expect(exits).toEqual([1, 0, 0, 3, 3, 3, 3, 99, 2]);
});

test("formats have names and files of their own", () => {
  expect(new Set(FORMATS.map((format) => format.name)).size).toBe(FORMATS.length);
  expect(new Set(FORMATS.map((format) => format.file)).size).toBe(FORMATS.length);
  for (const { file } of FORMATS) expect(file).toMatch(/^[a-z]+\.[a-z]+$/);
});

test("JSON lists every waiver, also expired and unused ones", () => {
  const { waivers } = JSON.parse(rendered(json, failedRun())) as {
    readonly waivers: readonly { readonly state: string }[];
  };
  expect(waivers.map(({ state }) => state)).toEqual(expect.arrayContaining(["applied", "expired", "unused"]));
});

describe.each(FORMATS.map((format) => [format.name, format] as const))(
  "the contract of a report format: %s",
  (_name, format) => {
    test.each(NAMES)("the same log gives the same bytes: %s", (name) => {
      const events = RUNS[name] ?? [];
      const first = rendered(format, events);
      expect(rendered(format, structuredClone(events))).toBe(first);
      expect(first.endsWith("\n")).toBe(true);
    });

    test("names the SUT, every failed check, and the owners of waivers in force", () => {
      const text = rendered(format, failedRun());
      for (const word of ["RPL-02.late", "IDM-05.race", "PAR-03.duplicate-key", "acquiring team"])
        expect(text).toContain(word);
    });

    test("shows the owner, reason and end of a waiver in force", () => {
      const text = rendered(format, waivedRun());
      for (const word of ["acquiring team", "Gateway replaced in release 4.2", "2026-06-30"])
        expect(text).toContain(word);
    });

    test("replaces invisible characters and lone surrogates in readable text", () => {
      const text = rendered(format, hostileRun(HOSTILE));
      // eslint-disable-next-line no-control-regex -- control characters are what is looked for
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e\uffff]/);
      expect(text.isWellFormed()).toBe(true);
    });

    test("tells a passed run from a failed one", () => {
      expect(rendered(format, passedRun())).not.toBe(rendered(format, failedRun()));
    });
  },
);
