import { appendFileSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DOWN_RULES } from "./down-rule.ts";
import type { DownRule } from "./down-rule.ts";
import { InspectionRecord, OtherInspection } from "./record.ts";
import type { InspectionHead, Round } from "./round.ts";

const [RULE] = DOWN_RULES as [DownRule];

const HEAD: InspectionHead = {
  version: 1,
  role: "bank",
  sut: { name: "A bank", baseUrl: "https://bank.example" },
  pack: { name: "cooperation", version: "1.0.0", timeZone: "UTC" },
  rule: RULE,
  keepDays: 2,
};

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const roundAt = (day: number): Round => ({ at: Date.UTC(2026, 11, day), everySeconds: 300, tookMs: 1, looks: [] });
const folder = (): string => mkdtempSync(join(tmpdir(), "liantiao-inspection-"));

const read = (record: InspectionRecord): readonly Round[] => {
  const rounds: Round[] = [];
  record.read((round) => rounds.push(round));
  return rounds;
};

test("a record goes on in its folder", () => {
  const where = folder();
  InspectionRecord.open(where, HEAD, dateOf).append(roundAt(1));
  const again = InspectionRecord.open(where, HEAD, dateOf);
  again.append(roundAt(2));
  expect(read(again)).toEqual([roundAt(1), roundAt(2)]);
});

test("a record keeps as many days as it is told", () => {
  const where = folder();
  const record = InspectionRecord.open(where, HEAD, dateOf);
  for (const day of [1, 2, 3]) record.append(roundAt(day));
  expect(readdirSync(where).filter((name) => name.startsWith("rounds-"))).toEqual([
    "rounds-2026-12-02.ndjson",
    "rounds-2026-12-03.ndjson",
  ]);
});

test("a line that was cut off is left out, and the next one stands by itself", () => {
  const where = folder();
  InspectionRecord.open(where, HEAD, dateOf).append(roundAt(1));
  appendFileSync(join(where, "rounds-2026-12-01.ndjson"), '{"at":17');
  const again = InspectionRecord.open(where, HEAD, dateOf);
  again.append(roundAt(1));
  expect(read(again)).toEqual([roundAt(1), roundAt(1)]);
});

test("a folder that holds the record of another system is refused", () => {
  const where = folder();
  InspectionRecord.open(where, HEAD, dateOf);
  const other = { ...HEAD, sut: { name: "A bank", baseUrl: "https://other.example" } };
  expect(() => InspectionRecord.open(where, other, dateOf)).toThrow(OtherInspection);
});
