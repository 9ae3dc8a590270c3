import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LOG_FILE } from "../core/run/log.ts";
import { failedRun } from "../reports/testing/failed-run.ts";
import { FORMATS } from "../reports/formats.ts";

/** More than the heap that reads it may hold, as text and all the more as objects. */
const LOG_BYTES = 200 * 1024 * 1024;
const HEAP_MEGABYTES = 128;

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
let folder = "";
let exchanges = 0;

/** A run with three fails, and far more exchanges than any run has today. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "large-log-"));
  const events = failedRun();
  const lines = (some: typeof events): string => some.map((event) => `${JSON.stringify(event)}\n`).join("");
  const seen = events.filter((event) => event.type === "exchange");
  const block = Buffer.from(lines(seen).repeat(20));
  const file = openSync(join(folder, LOG_FILE), "w");
  writeSync(file, lines(events.slice(0, 1)));
  for (let bytes = 0; bytes < LOG_BYTES; bytes += block.length) {
    writeSync(file, block);
    exchanges += seen.length * 20;
  }
  writeSync(file, lines(events.slice(1).filter((event) => event.type !== "exchange")));
  closeSync(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("every report of a log larger than the heap is written in full", () => {
  const { status, stderr } = spawnSync(process.execPath, [
    `--max-old-space-size=${HEAP_MEGABYTES}`,
    main,
    "report",
    folder,
  ]);
  expect([status, stderr.toString("utf8")]).toEqual([1, ""]);
  expect(FORMATS.filter(({ file }) => !existsSync(join(folder, file)))).toEqual([]);
  const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as {
    readonly exchanges: number;
    readonly failures: readonly string[];
    readonly latency: readonly { readonly answered: number; readonly unanswered: number }[];
  };
  expect(report.exchanges).toBe(exchanges);
  expect(report.failures).toEqual(["IDM-05.race", "RPL-02.late", "PAR-03.duplicate-key"]);
  expect(report.latency.reduce((sum, { answered, unanswered }) => sum + answered + unanswered, 0)).toBe(exchanges);
});
