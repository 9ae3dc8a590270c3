import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { decisionRecords } from "./decision-records.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-records-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readOne = (text: string): unknown => {
  writeFileSync(join(folder, "0001-one.md"), text);
  return decisionRecords(folder);
};

test("every decision record has a number, a title, a date and a status", () => {
  expect(decisionRecords(fileURLToPath(new URL("../docs/decisions", import.meta.url))).length).toBeGreaterThan(0);
});

test("reads number, title, date and status from the head of a record", () => {
  expect(readOne("# One\n\n- Date: 2026-11-22\n- Status: superseded by [0002](0002-two.md)\n\nText.\n")).toEqual([
    {
      number: "0001",
      file: "0001-one.md",
      title: "One",
      date: "2026-11-22",
      status: "superseded by [0002](0002-two.md)",
    },
  ]);
});

test("refuses two records with one number", () => {
  const twice = join(folder, "twice");
  mkdirSync(twice);
  for (const name of ["0001-one.md", "0001-other.md"])
    writeFileSync(join(twice, name), "# One\n\n- Date: 2026-11-22\n- Status: accepted\n\nText.\n");
  expect(() => decisionRecords(twice)).toThrow("0001-one.md and docs/decisions/0001-other.md have one number");
});

test("refuses a record without a date or with an unknown status", () => {
  expect(() => readOne("# One\n\n- Status: accepted\n\nText.\n")).toThrow('begin it with "# Title"');
  expect(() => readOne("# One\n\n- Date: 2026-11-22\n- Status: fine\n\nText.\n")).toThrow('has the status "fine"');
});
