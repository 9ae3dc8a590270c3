import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { LOG_FILE, openLog } from "../core/run/log.ts";
import { failedRun } from "./testing/failed-run.ts";
import { passedRun, waivedRun } from "./testing/runs.ts";
import { FORMATS } from "./formats.ts";
import { writeReports } from "./report.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reports-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function record(events: ReturnType<typeof failedRun>): void {
  const log = openLog(join(folder, LOG_FILE));
  for (const event of events) log.append(event);
  log.close();
}

test("every format is written from the log alone, and the exit code comes with them", () => {
  record(failedRun());
  expect(writeReports(folder)).toMatchObject({ ok: true, exitCode: 1 });
  for (const { file } of FORMATS) expect(readFileSync(join(folder, file), "utf8")).toContain("IDM-05.race");
});

test("only the formats asked for are written", () => {
  record(passedRun());
  expect(writeReports(folder, { formats: ["json"] })).toMatchObject({ ok: true, files: [join(folder, "report.json")] });
  expect(existsSync(join(folder, "report.html"))).toBe(false);
});

test("an unknown format is refused with those there are", () => {
  record(passedRun());
  expect(writeReports(folder, { formats: ["pdf"] })).toEqual({
    ok: false,
    exitCode: 2,
    problem: {
      en: `unknown report format pdf; --format takes ${FORMATS.map(({ name }) => name).join(", ")}`,
      zh: `没有报告格式 pdf；--format 可取 ${FORMATS.map(({ name }) => name).join(", ")}`,
    },
  });
});

test("a log that was tampered with is refused with its line", () => {
  record(passedRun());
  const file = join(folder, LOG_FILE);
  writeFileSync(file, readFileSync(file, "utf8").replace(`"verdict":"pass"`, `"verdict":"fine"`));
  const result = writeReports(folder);
  expect(result.ok ? "written" : result.problem.en).toMatch(/events\.ndjson:\d+ at \/verdict: .*"pass"/);
});

test("a missing log says which folder to give", () => {
  const result = writeReports(folder);
  expect(result.ok ? "written" : result.problem.en).toContain("Give the folder that verify wrote");
});

test("a torn log is reported as partial", () => {
  record(passedRun());
  const file = join(folder, LOG_FILE);
  writeFileSync(file, readFileSync(file, "utf8").slice(0, -10));
  expect(writeReports(folder)).toMatchObject({ ok: true, exitCode: 3 });
});

test("a waiver is held against the day of the run unless another day is given", () => {
  record(waivedRun());
  expect(writeReports(folder)).toMatchObject({ exitCode: 0 });
  expect(writeReports(folder, { today: "2026-07-01" })).toMatchObject({ exitCode: 1 });
});
