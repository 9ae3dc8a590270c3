import { describe, expect, test } from "vitest";

import type { RunEvent } from "../core/run/event.ts";
import { failedRun } from "./testing/failed-run.ts";
import { hostileRun } from "./testing/hostile-run.ts";
import { passedRun, unreachableRun } from "./testing/runs.ts";
import { rendered } from "./format.ts";
import { html } from "./html.ts";
import { formatMs, latencies } from "./latency.ts";

const page = (events: readonly RunEvent[]): string => rendered(html, events);
const HOSTILE = `"'><img src=http://x.test onerror=alert(1)></style><script>alert(1)</script>`;

describe("the page", () => {
  test("the page is static and loads only itself", () => {
    const text = page(failedRun());
    expect(text).not.toMatch(/<(script|link|img|iframe|object|embed)\b|@import|url\(|\son\w+=/i);
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test("the page keeps its tags when a log is hostile", () => {
    // The tags of a page may not depend on what the texts of the log are.
    const shape = (text: string): readonly string[] => page(hostileRun(text)).match(/<\/?[a-z][a-z0-9]*/g) ?? [];
    expect(shape(HOSTILE)).toEqual(shape(HOSTILE.replaceAll(/[<>"'=]/g, "x")));
    expect(page(hostileRun(HOSTILE))).not.toContain("<img");
  });

  test("the page closes every element it opens", () => {
    const open: string[] = [];
    const empty = new Set(["meta", "input", "br", "rect", "line"]);
    for (const [, slash, name = ""] of page(failedRun()).matchAll(/<(\/?)([a-z][a-z0-9]*)/g)) {
      if (empty.has(name)) continue;
      if (slash === "/") expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  test("the page has each id once, and a target for each link", () => {
    const text = page(failedRun());
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of text.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  test("the page marks both languages, and says each text in both", () => {
    const text = page(failedRun());
    expect(text.match(/lang="en"/g)?.length).toBe((text.match(/lang="zh-Hans"/g)?.length ?? 0) + 1);
  });

  test("the page shows line feeds, carriage returns and control characters of a body", () => {
    const text = page(hostileRun("a\nb\r\tc\u0007"));
    expect(text).toContain(
      `a<span class="mark" title="line feed">LF</span>\nb<span class="mark" title="carriage return">CR</span><span class="mark" title="tab">TAB</span>\tc<span class="mark">‹U+0007›</span>`,
    );
  });

  test("a finding shows expected, seen, its minimal case, tries and replay", () => {
    const text = page(failedRun());
    for (const part of [
      "balance 9 900.00 after paying 100.00",
      "balance 9 800.00",
      "unique constraint",
      "2 concurrent requests, same number",
      "13 of 20 tries",
      "--only &#39;IDM-05.race&#39; --seed 20260310",
      "4200000002",
    ])
      expect(text).toContain(part);
  });

  test("the page shows idle waivers, untested requirements and unseen codes", () => {
    const text = page(failedRun());
    for (const part of [
      "expired, not applied",
      "not needed, remove it",
      "never seen",
      "only by a magic fixture",
      "Requirements that no check judged",
    ])
      expect(text).toContain(part);
  });

  test("the page draws the latencies of each interface, and says them", () => {
    const text = page(failedRun());
    const measured = latencies(failedRun()).filter(({ answered }) => answered > 0);
    expect(measured.length).toBeGreaterThan(2);
    for (const { interface: id, p99Ms, maxMs } of measured)
      expect(text).toMatch(
        new RegExp(`<svg [^>]*aria-label="${id}: p50 [^"]* p99 ${formatMs(p99Ms)} ms, max ${formatMs(maxMs)} ms"`),
      );
  });

  test("the page of an unreachable SUT says that there is no verdict, and what to do", () => {
    const text = page(unreachableRun());
    expect(text).toContain("No verdict on");
    expect(text).toContain("mend baseUrl in sut.json");
  });

  test("the page of a passed run says what the run leaves unproven", () => {
    expect(page(passedRun())).toContain("It does not show that there is none");
  });
});
