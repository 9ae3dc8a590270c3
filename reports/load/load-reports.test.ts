import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { judgeRun } from "../../core/run/judge.ts";
import { LOG_FILE } from "../../core/run/log.ts";
import { loadSection } from "../html/load-section.ts";
import { markup } from "../html/markup.ts";
import { rendered } from "../format.ts";
import { html } from "../html.ts";
import { json } from "../json.ts";
import { junit } from "../junit.ts";
import { markdown } from "../markdown.ts";
import { writeReports } from "../report.ts";
import { sampleLoad, writeSampleLoad } from "../testing/sample-load.ts";
import { readLoad } from "./load-record.ts";
import { painter } from "./painter.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-load-reports-"));
writeSampleLoad(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reading = readLoad(folder);
const page = rendered(html, sampleLoad(), reading);

/** A name that is none of the page's, in the place of a value of the SUT. */
const HOSTILE = `"><script>alert(1)</script>`;

describe("the page of a load", () => {
  test("draws rate, latency, errors, error budget and vitals", () => {
    const ids = [...page.matchAll(/<svg viewBox="[^"]*" role="img" aria-labelledby="([^"]*)"/g)].map(([, id]) => id);
    const titles = ids.map((id) =>
      new RegExp(`id="${id ?? ""}">(.*?)</span></figcaption>`).exec(page)?.[1]?.replaceAll(/<[^>]*>/g, ""),
    );
    expect(titles).toEqual([
      "Rate over time, up to 80 journeys a second. 速率随时间变化，最高每秒 80 笔。",
      expect.stringMatching(/^Latency over time, from .* ms\. 时延随时间变化/),
      expect.stringContaining("unanswered 1580"),
      expect.stringMatching(/Error budget used: available 3390 %, quick .* 错误预算消耗：/),
      expect.stringContaining("memory.rss.bytes"),
      expect.stringContaining("handles.open: 12 – 236"),
      expect.stringContaining("outbox.depth: 3 – 900"),
    ]);
  });

  test("is static, and loads only itself", () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed)\b|@import|url\(|\son\w+=/i);
    expect(page.match(/<style/g)).toHaveLength(1);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test("has the same bytes each time", () => {
    expect(rendered(html, sampleLoad(), reading)).toBe(page);
  });

  test("has each id once, and both languages of each text", () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.match(/lang="en"/g)?.length).toBe((page.match(/lang="zh-Hans"/g)?.length ?? 0) + 1);
  });

  test("numbers what was done to the SUT, and draws it with that number", () => {
    expect(page).toMatch(/<ol class="marks"><li><span class="mono">4:00<\/span>.*The bank is restarted/);
    const rate = page.slice(page.indexOf('labelledby="picture-rate"'), page.indexOf('id="picture-latency"'));
    expect(rate.match(/<text [^>]*fill="var\(--ink\)"[^>]*>(\d)<\/text>/g)).toHaveLength(2);
  });

  test("tells the alerts, their moments, and how windows were scaled", () => {
    for (const part of [
      "Windows scaled to 0.23 % of their length",
      "at 4:01, for 25 s",
      "14.4× 8 s / 1 s",
      "promised over 1d",
    ])
      expect(page).toContain(part);
  });

  test("says what is missing where nothing can be drawn", () => {
    const evidence = { reading, marks: [] };
    const section = markup`${loadSection(judgeRun(sampleLoad()), evidence, undefined)}`.markup;
    expect(section).toContain("the optional package echarts is not installed");
    expect(section).toContain("INSUFFICIENT_FUNDS × 1200");
    expect(section).not.toContain("<svg");
  });

  test("keeps its verdict where the files of the load are damaged", () => {
    const problem = { en: "The files cannot be read", zh: "无法读取" };
    const text = rendered(html, sampleLoad(), { problem });
    expect(text).toContain("The files cannot be read");
    expect(text).toContain("at 4:01, for 25 s");
  });

  test("keeps its tags where a SUT makes up names", () => {
    const other = mkdtempSync(join(folder, "hostile-"));
    writeSampleLoad(other);
    const line = { second: 1, values: { [HOSTILE]: 1 } };
    writeFileSync(join(other, "vitals.ndjson"), `${JSON.stringify(line)}\n`);
    const hostile = rendered(html, sampleLoad(), readLoad(other));
    expect(hostile).toContain("&lt;script&gt;alert(1)");
    expect(hostile).not.toContain("<script");
  });
});

describe("a painter", () => {
  test("is missing where its package is", () => {
    const missing = Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
    expect(
      painter(() => {
        throw missing;
      }),
    ).toBeUndefined();
  });

  test("passes on whatever else goes wrong with it", () => {
    expect(() =>
      painter(() => {
        throw new SyntaxError("damaged");
      }),
    ).toThrow("damaged");
  });
});

describe("the other reports of a load", () => {
  test("JSON has percentiles, totals, endings, classes of codes, levels and alerts", () => {
    expect(JSON.parse(rendered(json, sampleLoad(), reading))).toMatchObject({
      load: {
        seconds: 600,
        journeys: { due: 30_000, begun: 30_000, late: 0 },
        latencies: { "payment.create": { sinceScheduled: { count: 58_420, ms: { "99.9": expect.any(Number) } } } },
        endings: [{ ending: "success", calls: 56_763 }, { ending: "refused" }, {}, {}, {}],
        codes: [{ name: "final-fail", calls: 1_200, codes: [{ code: "INSUFFICIENT_FUNDS", times: 1_200 }] }, {}, {}],
        levels: [{ name: "available", period: "1d" }, { name: "quick" }],
        marks: [{ second: 240, name: "restart" }, { second: 265 }],
      },
      serviceLevels: [{ level: { burn: { pairs: [{ factor: 14.4, alertCount: 1 }, {}, {}] } } }, {}],
    });
  });

  test("JSON of another run has no load", () => {
    expect(JSON.parse(rendered(json, sampleLoad()))).not.toHaveProperty("load");
  });

  test("JUnit has a case for each level and each rule", () => {
    const xml = rendered(junit, sampleLoad(), reading);
    for (const name of ["service-level.available", "service-level.quick", "IDM-01.load"])
      expect(xml).toContain(`name="${name}"`);
    expect(xml).toContain("alerts: 2");
    expect(xml).toMatch(/name="service-level.available"[^>]*>\s*<failure/);
  });

  test("the summary has latencies, endings and the first alert", () => {
    const text = rendered(markdown, sampleLoad(), reading);
    expect(text).toMatch(/\| payment\.create \| 58420 \| [\d.]+ \| [\d.]+ \|/);
    expect(text).toContain("- carried out 成功: 56763, 94.605 %");
    expect(text).toContain("2 alerts on its burn rate, the first at 4:01");
  });

  test("are written from the folder of the run", () => {
    writeFileSync(
      join(folder, LOG_FILE),
      sampleLoad()
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(""),
    );
    expect(writeReports(folder)).toMatchObject({ ok: true, exitCode: 99, notices: [] });
  });
});
