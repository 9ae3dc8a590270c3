import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";
import { englishRuns } from "../tests/english-runs.ts";
import { rendered } from "./format.ts";
import { html } from "./html.ts";
import { readLoad } from "./load/load-record.ts";
import { failedRun } from "./testing/failed-run.ts";
import { passedRun, unreachableRun, waivedRun } from "./testing/runs.ts";
import { sampleLoad, writeSampleLoad } from "./testing/sample-load.ts";

/** What the page shows when English is hidden, without the bytes of messages. */
function chineseView(page: string): readonly string[] {
  const shown = page
    .replaceAll(/<(style|pre)\b.*?<\/\1>/gs, "、")
    .replaceAll(/<span class="en" lang="en">[^<]*<\/span>/g, "");
  return [...shown.matchAll(/(?:^|>)([^<]+)|\b(?:title|aria-label|alt)="([^"]*)"/g)].map(
    ([, text, attribute]) => text ?? attribute ?? "",
  );
}

const folder = mkdtempSync(join(tmpdir(), "liantiao-chinese-"));
writeSampleLoad(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Texts that are quoted as they came: a vendor's reasons, and what broke in the harness. */
function* quoted(events: readonly RunEvent[]): Generator<string> {
  for (const event of events) {
    if (event.type === "run.started") yield* event.waivers.map(({ reason }) => reason);
    if (event.type === "run.started") yield* (event.exclusions ?? []).map(({ reason }) => reason);
    if (event.type === "check.finished" && event.error !== undefined) yield event.error;
  }
}

test.each([
  ["failed", failedRun()],
  ["passed", passedRun()],
  ["was waived", waivedRun()],
  ["did not begin", unreachableRun()],
] as const)("the Chinese view of a run that %s has no English sentences", (_what, events) => {
  const foreign = [...quoted(events)];
  const texts = chineseView(rendered(html, events)).map((text) =>
    foreign.reduce((left, quotation) => left.replace(quotation, "、"), text),
  );
  expect(texts.filter((text) => /[\u4e00-\u9fff]/.test(text)).length).toBeGreaterThan(20);
  expect(texts.filter((text) => englishRuns(text).length > 0)).toEqual([]);
});

test.each(["load", "service-levels"])("the Chinese view of a load's section %s has no English sentences", (id) => {
  const page = rendered(html, sampleLoad(), readLoad(folder));
  const begin = page.indexOf(`<section id="${id}">`);
  expect(begin).toBeGreaterThan(0);
  // Where a figure is published is quoted as it came.
  const texts = chineseView(page.slice(begin, page.indexOf("</section>", begin))).map((text) =>
    text.replace("project default, not a quotation", "、"),
  );
  expect(texts.filter((text) => /[\u4e00-\u9fff]/.test(text)).length).toBeGreaterThan(5);
  expect(texts.filter((text) => englishRuns(text).length > 0)).toEqual([]);
});
