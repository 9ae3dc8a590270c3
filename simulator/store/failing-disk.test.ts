import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import type * as FileSystem from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { scanRows } from "../../core/unit/run.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { DiskSync } from "./disk-sync.ts";
import { openSqliteStore } from "./sqlite.ts";
import { StoreFailure } from "./store-failure.ts";
import type { SqliteStoreOptions } from "./sqlite.ts";
import type { Store } from "./store.ts";

/** A disk whose syncs fail, or, beside the thread, are held until they are let go. */
const disk = vi.hoisted(() => ({
  held: [] as { readonly path: string; readonly go: () => void }[],
  /** Files whose syncs have stopped the thread. */
  stopped: [] as string[],
  holds: (_path: string): boolean => false,
  fails: (_path: string): boolean => false,
  paths: new Map<number, string>(),
  asked: [] as number[],
}));
vi.mock("node:fs", async (original) => {
  const real = await original<typeof FileSystem>();
  const refused = (): Error => Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
  return {
    ...real,
    openSync: (...from: Parameters<typeof real.openSync>) => {
      const file = real.openSync(...from);
      disk.paths.set(file, String(from[0]));
      return file;
    },
    fdatasync: (file: number, done: (error: Error | null) => void) => {
      const path = disk.paths.get(file) ?? "";
      disk.asked.push(file);
      if (disk.holds(path)) disk.held.push({ path, go: () => done(null) });
      else setImmediate(() => done(disk.fails(path) ? refused() : null));
    },
    fdatasyncSync: (file: number) => {
      const path = disk.paths.get(file) ?? "";
      disk.asked.push(file);
      disk.stopped.push(path);
      if (disk.fails(path)) throw refused();
    },
  };
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "liantiao-failing-"));
  file = join(folder, "bank.db");
  mended();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function mended(): void {
  disk.holds = () => false;
  disk.fails = () => false;
  disk.asked.length = 0;
  disk.stopped.length = 0;
  letGo();
}

/** Ends the syncs that are held, of these files. */
function letGo(what: (path: string) => boolean = () => true): void {
  for (const sync of disk.held.splice(0)) {
    if (what(sync.path)) sync.go();
    else disk.held.push(sync);
  }
}

const opened = (options: Partial<SqliteStoreOptions> = {}, path = file): Store =>
  openSqliteStore(path, { defer: (task) => void setImmediate(task), ...options });
const put = (store: Store, key: string, value: Json): Promise<string> =>
  store
    .transact(() => putting(key, value))
    .then(
      () => "acknowledged",
      (error: unknown) => (error instanceof StoreFailure ? "refused" : String(error)),
    );
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

function* putting(key: string, value: Json): Unit<void> {
  return { result: undefined, writes: [{ collection: "c", key, value }] };
}

function* all(): Unit<readonly string[]> {
  return {
    result: (yield* scanRows({ collection: "c", from: "", below: "\x7f", limit: 1e6 })).map(([key]) => key),
    writes: [],
  };
}

async function keysIn(path: string, options: Partial<SqliteStoreOptions> = {}): Promise<readonly string[]> {
  const store = opened(options, path);
  const keys = await store.transact(all);
  await store.close();
  return keys;
}

/** What a killed process leaves. */
function killed(name = "killed.db"): string {
  for (const end of ["", "-wal", "-log"])
    if (existsSync(file + end)) copyFileSync(file + end, join(folder, name + end));
  return join(folder, name);
}

describe("syncs of a disk that fails", () => {
  test("a failed sync in line is reported to all who wait for one beside", () => {
    const path = join(folder, "x");
    writeFileSync(path, "");
    const sync = new DiskSync(true);
    const heard: string[] = [];
    disk.holds = () => true;
    for (const name of ["first", "second"]) {
      sync.wrote(path);
      sync.after(
        () => heard.push(`${name} done`),
        () => heard.push(`${name} failed`),
      );
    }
    disk.fails = () => true;
    expect(() => sync.now()).toThrow(/EIO/);
    while (disk.held.length > 0) letGo();
    expect(heard).toEqual(["first failed", "second failed"]);
  });

  test("syncs in line and beside use separate descriptors, so both hear of a failure", () => {
    const path = join(folder, "x");
    writeFileSync(path, "");
    const sync = new DiskSync(true);
    disk.holds = () => true;
    sync.wrote(path);
    sync.after(
      () => {},
      () => {},
    );
    sync.now();
    expect(new Set(disk.asked).size).toBe(2);
  });

  test("a failed sync ends all answers, waiting ones too, and all further writing", async () => {
    const store = opened({ foldRows: 2 });
    await put(store, "0", 0);
    const told: Promise<string>[] = [];
    disk.holds = () => true;
    // The disk keeps behind until the table must be committed, which needs a sync in line.
    disk.fails = () => true;
    for (let number = 1; number < 9; number += 1) {
      told.push(put(store, String(number), number));
      await turns();
    }
    letGo();
    expect(new Set(await Promise.all(told))).toEqual(new Set(["refused"]));
    const size = statSync(`${file}-log`).size;
    disk.fails = () => false;
    expect(await put(store, "later", 1)).toBe("refused");
    expect(statSync(`${file}-log`).size).toBe(size);
    await store.close();
  });

  test("a failed sync leaves later writes out unless the earlier ones stand", async () => {
    const testing = { logHalfBytes: 400 };
    const store = opened({ testing });
    await put(store, "base", 0);
    disk.fails = () => true;
    await expect(store.transact(() => putting("longer than the log", "x".repeat(500)))).rejects.toThrow(
      /It is unknown whether the write is on the disk.*start again with the same file/,
    );
    disk.fails = () => false;
    expect([await put(store, "first", 1), await put(store, "second", 2)]).toEqual(["refused", "refused"]);
    const keys = await keysIn(killed(), { testing });
    expect(keys).toContain("base");
    expect(keys.includes("second") && !keys.includes("first")).toBe(false);
    await store.close();
  });

  test("a failed sync of the database leaves SQLite's log in place", async () => {
    const store = opened({ foldRows: 2, testing: { checkpointLength: 1, logHalfBytes: 1_000 } });
    copyFileSync(file, join(folder, "before.db"));
    disk.fails = (path) => path === file;
    const acknowledged: string[] = [];
    for (let number = 0; number < 60; number += 1) {
      const key = String(number).padStart(3, "0");
      if ((await put(store, key, number)) === "acknowledged") acknowledged.push(key);
    }
    await store.close();
    // The pages that the disk refused are lost.
    copyFileSync(join(folder, "before.db"), file);
    mended();
    expect(acknowledged.length).toBeGreaterThan(1);
    expect(acknowledged.length).toBeLessThan(60);
    expect(await keysIn(file, { testing: { logHalfBytes: 1_000 } })).toEqual(expect.arrayContaining(acknowledged));
  });
});

describe("a store that is closed", () => {
  test("a closing store has its pages on disk before SQLite's log goes", async () => {
    const store = opened({ testing: { checkpointLength: 1_000 } });
    copyFileSync(file, join(folder, "before.db"));
    // The sync of a checkpoint takes its time.
    disk.holds = (path) => path === file;
    await put(store, "a", "x".repeat(2_000));
    await store.close();
    const waiting = disk.held.length;
    if (waiting > 0) copyFileSync(join(folder, "before.db"), file);
    mended();
    expect(await keysIn(file)).toEqual(["a"]);
  });

  test("a second close waits for the first", async () => {
    const store = opened();
    void put(store, "a", 1);
    void store.close();
    await store.close();
    expect(existsSync(`${file}-log`)).toBe(false);
  });
});

describe("a store that was killed", () => {
  test("a killed store is found by any path to its file", async () => {
    const store = opened();
    await put(store, "a", 1);
    const path = killed();
    await store.close();
    symlinkSync(path, join(folder, "link.db"));
    expect(await keysIn(join(folder, "link.db"))).toEqual(["a"]);
  });

  test("a killed store is refused when its log is missing, until the rest is given up", async () => {
    const store = opened();
    await put(store, "a", 1);
    const path = killed();
    await store.close();
    rmSync(`${path}-log`);
    expect(() => opened({}, path)).toThrow(
      /was not closed, and its log .*killed\.db-log is missing.*Restore it, or accept their loss/,
    );
    writeFileSync(`${path}-log`, "");
    expect(await keysIn(path)).toEqual([]);
  });

  test("a killed store keeps its size from kill to kill", async () => {
    let path = file;
    for (let life = 0; life < 6; life += 1) {
      const store = opened({}, path);
      await Promise.all(Array.from({ length: 20 }, (_, number) => put(store, `${life}-${number}`, "x".repeat(20_000))));
      file = path;
      path = killed(`life-${life}.db`);
      await store.close();
    }
    expect(existsSync(`${path}-wal`) ? statSync(`${path}-wal`).size : 0).toBeLessThan(1_000_000);
    expect(await keysIn(path)).toHaveLength(120);
  });

  test("SQLite's log stays short, wherever small rows fall", async () => {
    const store = opened();
    let [seed, longest] = [1, 0];
    const key = (): string => String((seed = (seed * 48_271) % 2_147_483_647)).padStart(10, "0");
    for (let group = 0; group < 150; group += 1) {
      await Promise.all(
        Array.from({ length: 100 }, () => store.transact(() => writing(Array.from({ length: 10 }, key)))),
      );
      longest = Math.max(longest, existsSync(`${file}-wal`) ? statSync(`${file}-wal`).size : 0);
    }
    await store.close();
    expect(longest).toBeLessThan(80e6);
  });
});

function* writing(keys: readonly string[]): Unit<void> {
  return { result: undefined, writes: keys.map((key) => ({ collection: "c", key, value: 1 })) };
}

/** A store whose every unit is a group of its own, written at once. */
function inSteps(checkpointLength: number) {
  let commit = (): void => {};
  const store = opened({ defer: (task) => void (commit = task), foldRows: 5, testing: { checkpointLength } });
  let number = 0;
  const write = (): void => {
    number += 1;
    const row = number;
    store.transact(() => putting(String(row).padStart(6, "0"), row)).catch(() => {});
    commit();
  };
  return { store, write };
}

/** The newest row that would be found in the table after a power cut that loses nothing of SQLite's. */
function newestInTable(): string {
  const copy = new DatabaseSync(killed("copy.db"));
  const [newest] = Object.values(copy.prepare("SELECT max(key) FROM rows").get() ?? {});
  copy.close();
  return String(newest);
}

describe("a slow disk", () => {
  test("on a slow disk the table holds only rows that the synced log holds too", async () => {
    disk.holds = () => true;
    const { store, write } = inSteps(1e9);
    for (let row = 0; row < 4; row += 1) write();
    letGo();
    letGo();
    // From here on the log is not synced, but where the store insists.
    for (let synced = 4, row = 5; row <= 60; row += 1) {
      const before = disk.stopped.length;
      write();
      if (disk.stopped.slice(before).some((path) => path.endsWith("-log"))) synced = row;
      const newest = newestInTable();
      if (newest !== "null") expect(Number(newest)).toBeLessThanOrEqual(synced);
    }
    expect(Number(newestInTable())).toBeGreaterThan(20);
    const closed = store.close();
    while (disk.held.length > 0) letGo();
    await closed;
  });

  test("on a slow disk SQLite's log is reused only after the database is synced", async () => {
    disk.holds = () => true;
    const { store, write } = inSteps(1);
    const writtenBack = (): boolean => disk.held.some(({ path }) => path === file);
    for (let row = 0; !writtenBack(); row += 1) {
      expect(row).toBeLessThan(100);
      write();
      while (disk.held.some(({ path }) => path !== file)) letGo((path) => path !== file);
    }
    // The checkpoint is not on the disk. Whatever comes, there is no commit before it is.
    const before = disk.stopped.length;
    const newest = newestInTable();
    while (newestInTable() === newest) {
      expect(disk.stopped.slice(before)).not.toContain(file);
      write();
      while (disk.held.some(({ path }) => path !== file)) letGo((path) => path !== file);
    }
    expect(disk.stopped.slice(before)).toContain(file);
    const closed = store.close();
    while (disk.held.length > 0) letGo();
    await closed;
  });
});
