import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LogDamaged, RecordLog } from "./record-log.ts";

let folder: string;
let path: string;
const open: RecordLog[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "liantiao-records-"));
  path = join(folder, "bank.db-log");
});
afterEach(() => {
  for (const log of open.splice(0)) log.close();
  rmSync(folder, { recursive: true, force: true });
});

function logOf(epoch = "one", halfBytes?: number): RecordLog {
  const log = new RecordLog(path, epoch, halfBytes);
  open.push(log);
  return log;
}

describe("the log of a store", () => {
  test("the log gives back the records above a number, in order, whatever they hold", () => {
    const log = logOf();
    for (const [at, text] of ["a", "招商\t银行\n", "x".repeat(400_000)].entries())
      expect(log.append(at + 7, text)).toBe(true);
    expect(logOf().after(7)).toEqual(["招商\t银行\n", "x".repeat(400_000)]);
    expect(logOf().after(9)).toEqual([]);
    // One that is missing ends it: what follows cannot be of the same history.
    expect(logOf().after(5)).toEqual([]);
  });

  test("the log ignores the records of another epoch", () => {
    logOf().append(1, "old");
    expect(logOf("two").after(0)).toEqual([]);
    const log = logOf("two");
    log.append(1, "new");
    expect(logOf("two").after(0)).toEqual(["new"]);
  });

  test("the log ends before a record of which a part is missing or wrong", () => {
    const log = logOf();
    for (const number of [1, 2, 3]) log.append(number, `record ${number}`);
    const whole = readFileSync(path);
    for (const [damage, left] of [
      [whole.length - 1, 2],
      [whole.length - 30, 1],
      [20, 0],
    ] as const) {
      writeFileSync(path, whole.subarray(0, damage));
      expect(logOf().after(0)).toHaveLength(left);
      const wrong = Buffer.from(whole);
      wrong[damage] = (wrong[damage] ?? 0) ^ 1;
      writeFileSync(path, wrong);
      expect(logOf().after(0)).toHaveLength(left);
    }
  });

  test("the log tells damage from a tail that the power tore off", () => {
    const log = logOf();
    for (const number of [1, 2, 3, 4]) log.append(number, `record ${number}`, number - 2);
    const whole = readFileSync(path);
    const length = whole.length / 4;
    const flipped = (record: number, byte: number): RecordLog => {
      const wrong = Buffer.from(whole);
      wrong.writeUInt8(wrong.readUInt8((record - 1) * length + byte) ^ 1, (record - 1) * length + byte);
      writeFileSync(path, wrong);
      return logOf();
    };
    // Length, checksum, number, text: whatever is hit, record 4 says that record 2 was on the disk.
    for (const byte of [0, 4, 9, 25]) {
      expect(() => flipped(1, byte).after(0)).toThrow(LogDamaged);
      expect(() => flipped(2, byte).after(0)).toThrow("record 2 cannot be read");
      // Records 3 and 4 were under way at once, and a power cut may keep the later one alone.
      expect(flipped(3, byte).after(0)).toHaveLength(2);
      expect(flipped(4, byte).after(0)).toHaveLength(3);
    }
  });

  test("the log reuses a half only when it is free, and ignores earlier rounds there", () => {
    const log = logOf("one", 100);
    const text = "x".repeat(20);
    const fill = (from: number): number => {
      for (let number = from; ; number += 1) if (!log.append(number, text)) return number;
    };
    const second = fill(1);
    const free = log.turn();
    const third = fill(second);
    // The first half still counts: there is nowhere to turn to.
    const freeLater = log.turn();
    expect(log.append(third, text)).toBe(false);
    expect(logOf("one", 100).after(0)).toHaveLength(third - 1);
    free();
    const freeSecond = log.turn();
    expect(log.append(third, text)).toBe(true);
    // Told again, or late, of the half that is long in use, it frees nothing.
    free();
    freeLater();
    log.turn();
    expect(logOf("one", 100).after(second - 1)).toHaveLength(third - second + 1);
    expect(log.append(third + 1, text)).toBe(true);
    expect(logOf("one", 100).after(second - 1)).toHaveLength(third - second + 2);
    freeSecond();
    log.turn();
    expect(log.append(third + 2, text)).toBe(true);
    expect(logOf("one", 100).after(third - 1)).toHaveLength(3);
  });

  test("the log refuses a record longer than a half, restarts empty, and can be removed", () => {
    const log = logOf("one", 100);
    expect(log.append(1, "x".repeat(81))).toBe(false);
    expect(log.append(1, "x".repeat(80))).toBe(true);
    expect(log.append(2, "y")).toBe(false);
    log.restart("two");
    expect(log.append(2, "y")).toBe(true);
    expect([logOf("one", 100).after(0), logOf("two", 100).after(1)]).toEqual([[], ["y"]]);
    log.remove();
    expect(() => readFileSync(path)).toThrow(/ENOENT/);
  });
});
