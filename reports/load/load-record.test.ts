import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeSampleLoad } from "../testing/sample-load.ts";
import { codeClasses, endingShares } from "./code-classes.ts";
import { readLoad } from "./load-record.ts";
import type { LoadRecord } from "./load-record.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "liantiao-load-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function recordOf(): LoadRecord {
  const reading = readLoad(folder);
  if (reading === undefined || "problem" in reading) throw new Error(JSON.stringify(reading));
  return reading.record;
}

test("a folder without a load has no record", () => {
  expect(readLoad(folder)).toBeUndefined();
});

test("intervals of a long load are gathered into points that add up", () => {
  writeSampleLoad(folder);
  const { points, totals } = recordOf();
  expect(points.length).toBe(200);
  expect(points[1]).toMatchObject({ second: 3, seconds: 3 });
  expect(points.reduce((sum, { due }) => sum + due, 0)).toBe(totals.sum.due);
});

test("latencies are those of the whole load, by interface", () => {
  writeSampleLoad(folder);
  const { latencies, totals } = recordOf();
  expect(Object.keys(latencies)).toEqual(["payment.create", "payment.query"]);
  const counts = Object.values(latencies).map(({ sinceScheduled }) => sinceScheduled.count);
  const { success, refused, "server-error": errors, unanswered } = totals.sum.endings;
  // In the sample both interfaces lose as many answers as there are calls without one.
  expect(counts).toEqual([success + refused + errors, success + refused + errors]);
  expect(unanswered).toBeGreaterThan(0);
  const { "50": half, "99.9": nearlyAll } = latencies["payment.create"]?.sinceScheduled.ms ?? {};
  expect(half).toBeLessThan(nearlyAll ?? 0);
});

test("codes are counted by the class that the pack gives them", () => {
  writeSampleLoad(folder);
  const record = recordOf();
  expect(codeClasses(record).map(({ name, codes }) => [name, codes.map(({ code }) => code)])).toEqual([
    ["final-fail", ["INSUFFICIENT_FUNDS"]],
    ["query-first", ["SYSTEM_ERROR"]],
    ["not of the pack", ["CODE_<b>"]],
  ]);
  expect(endingShares(record).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test("vitals are read where there are some, and a line that is cut off is left out", () => {
  writeSampleLoad(folder, { vitals: false });
  expect(recordOf().vitals).toEqual([]);
  writeFileSync(
    join(folder, "vitals.ndjson"),
    '{"second":1,"values":{"a":2,"b":null}}\n{"second":2,"values":{"a":3}}\n{"se',
  );
  expect(recordOf().vitals).toEqual([
    {
      name: "a",
      readings: [
        [1, 2],
        [2, 3],
      ],
    },
  ]);
});

test("vitals may stand beside the second as well as in values", () => {
  writeSampleLoad(folder, { vitals: false });
  writeFileSync(join(folder, "vitals.ndjson"), '{"second":1,"a":2,"name":"bank"}\n');
  expect(recordOf().vitals).toEqual([{ name: "a", readings: [[1, 2]] }]);
});

test.each(["load.json", "intervals.ndjson", "vitals.ndjson"])("a damaged %s is told, and costs no verdict", (file) => {
  writeSampleLoad(folder);
  appendFileSync(join(folder, file), "}{\n");
  const reading = readLoad(folder);
  expect(reading !== undefined && "problem" in reading && reading.problem.en).toContain("cannot be read");
});
