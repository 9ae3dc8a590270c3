import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import type * as FileSystem from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Unit } from "../../core/unit/unit.ts";
import { openSqliteStore } from "./sqlite.ts";

/** Syncs that run beside the thread wait until they are let go; those that stop it are noted. */
const { held, stopped, paths } = vi.hoisted(() => ({ held: [] as { readonly path: string; readonly go: () => void }[], stopped: [] as string[], paths: new Map<number, string>() }));
vi.mock("node:fs", async (original) => {
  const real = await original<typeof FileSystem>();
  return {
    ...real,
    openSync: (...from: Parameters<typeof real.openSync>) => {
      const file = real.openSync(...from);
      paths.set(file, String(from[0]));
      return file;
    },
    fdatasync: (file: number, done: (error: null) => void) => void held.push({ path: paths.get(file) ?? "", go: () => done(null) }),
    fdatasyncSync: (file: number) => void stopped.push(paths.get(file) ?? ""),
  };
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "liantiao-order-"));
  file = join(folder, "bank.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const letGo = (what: (path: string) => boolean): void => {
  for (const sync of held.splice(0)) {
    if (what(sync.path)) sync.go();
    else held.push(sync);
  }
};

function* put(number: number): Unit<void> {
  return { result: undefined, writes: [{ collection: "c", key: String(number).padStart(6, "0"), value: number }] };
}

/** A store whose every unit is a group of its own, written at once. */
function opened(checkpointLength: number) {
  let commit = (): void => {};
  const store = openSqliteStore(file, { defer: (task) => void (commit = task), foldRows: 5, testing: { checkpointLength } });
  let number = 0;
  const write = (): void => {
    number += 1;
    store.transact(() => put(number)).catch(() => {});
    commit();
  };
  return { store, write };
}

/** The newest row that would be found in the table after a power cut that loses nothing of SQLite's. */
function newestInTable(): string {
  for (const end of ["", "-wal"]) if (existsSync(file + end)) copyFileSync(file + end, join(folder, `copy${end}`));
  const copy = new DatabaseSync(join(folder, "copy"));
  const [newest] = Object.values(copy.prepare("SELECT max(key) FROM rows").get() ?? {});
  copy.close();
  return String(newest);
}

test("no row is in the table that the log may lose", async () => {
  const { store, write } = opened(1e9);
  for (let row = 0; row < 4; row += 1) write();
  letGo(() => true);
  letGo(() => true);
  // From here on the log is not synced, but where the store insists.
  for (let synced = 4, row = 5; row <= 60; row += 1) {
    const before = stopped.length;
    write();
    if (stopped.slice(before).some((path) => path.endsWith("-log"))) synced = row;
    const newest = newestInTable();
    if (newest !== "null") expect(Number(newest)).toBeLessThanOrEqual(synced);
  }
  expect(Number(newestInTable())).toBeGreaterThan(20);
  const closed = store.close();
  while (held.length > 0) letGo(() => true);
  await closed;
});

test("SQLite's log is not written over before the database is on the disk", async () => {
  const { store, write } = opened(1);
  const writtenBack = (): boolean => held.some(({ path }) => path === file);
  for (let row = 0; !writtenBack(); row += 1) {
    expect(row).toBeLessThan(100);
    write();
    while (held.some(({ path }) => path !== file)) letGo((path) => path !== file);
  }
  // The checkpoint is not on the disk. Whatever comes, there is no commit before it is.
  const before = stopped.length;
  const newest = newestInTable();
  while (newestInTable() === newest) {
    expect(stopped.slice(before)).not.toContain(file);
    write();
    while (held.some(({ path }) => path !== file)) letGo((path) => path !== file);
  }
  expect(stopped.slice(before)).toContain(file);
  const closed = store.close();
  while (held.length > 0) letGo(() => true);
  await closed;
});
