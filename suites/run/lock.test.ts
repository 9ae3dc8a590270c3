import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lockStatement, StatementInUse } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Above what any system gives to a process. */
const NO_PROCESS = 2 ** 31 - 1;

function left(name: string, content: string): string {
  const statement = join(folder, name);
  writeFileSync(`${statement}.lock`, content);
  return statement;
}

test("a statement is used by one run at a time", () => {
  const statement = join(folder, "sut.json");
  const release = lockStatement(statement, 0);
  expect(() => lockStatement(statement, 0)).toThrow(StatementInUse);
  expect(() => lockStatement(statement, 0)).toThrow(/since 1970-01-01T00:00:00.000Z \(process \d+ on /);
  release();
  expect(existsSync(`${statement}.lock`)).toBe(false);
  lockStatement(statement, 0)();
});

test("the lock of a process that has ended is taken over", () => {
  const since = "2026-01-01T00:00:00Z";
  const dead = left("dead.json", JSON.stringify({ pid: NO_PROCESS, host: hostname(), since }));
  lockStatement(dead, 0)();
  const cut = left("cut.json", '{"pid":');
  lockStatement(cut, 0)();
  const far = left("far.json", JSON.stringify({ pid: NO_PROCESS, host: "another-host", since }));
  expect(() => lockStatement(far, 0)).toThrow(StatementInUse);
});

test("where the folder cannot be written a run goes without a lock", () => {
  expect(() => lockStatement(join(folder, "missing", "sut.json"), 0)()).not.toThrow();
});
