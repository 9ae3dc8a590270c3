import { execFile, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readRow, scanRows } from "../../core/unit/run.ts";
import type { Json, Reading, Unit } from "../../core/unit/unit.ts";
import { works } from "../testing/program.ts";
import { canTrace, systemCallsOf } from "../testing/system-calls.ts";
import type { Step } from "../testing/system-calls.ts";
import { type GroupInfo, openSqliteStore } from "./sqlite.ts";
import { StoreFailure } from "./store-failure.ts";
import { StoreUnusable } from "./sqlite-database.ts";
import { DiskSync } from "./disk-sync.ts";

const CHILD = fileURLToPath(new URL("./sqlite.child.ts", import.meta.url));
const defer = (task: () => void): void => void setImmediate(task);

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "liantiao-sqlite-"));
  file = join(folder, "bank.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("durability of the SQLite store", () => {
  test("every write acknowledged before kill -9 is there when the file is reopened", async () => {
    for (let kill = 0; kill < 3; kill++) {
      const acknowledged = await killedAfter(200 + 150 * kill);
      const store = openSqliteStore(file, { defer });
      const rows = await store.transact(() =>
        returning(scanRows({ collection: "acks", from: "", below: "\x7f", limit: 1_000_000 })),
      );
      await store.close();
      const found = new Set(rows.map(([key]) => key));
      expect(acknowledged.length).toBeGreaterThanOrEqual(200);
      expect(acknowledged.filter((key) => !found.has(key))).toEqual([]);
      rmSync(file);
    }
  });

  async function killedAfter(acks: number): Promise<string[]> {
    const child = spawn(process.execPath, [CHILD, file, "8", "1000000"], { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    let killed = false;
    child.stdout.on("data", (bytes: Buffer) => {
      printed += bytes.toString("latin1");
      if (!killed && printed.split("\n").length > acks) killed = child.kill("SIGKILL");
    });
    const signal = await new Promise((resolve) => child.once("close", (_code, signal) => resolve(signal)));
    expect(signal).toBe("SIGKILL");
    // A last line may be cut short by the kill.
    return [...printed.matchAll(/^ack (\d+) (\d+)\n/gm)].map(([, lane, number]) => `${lane}/${number}`);
  }

  const counter = syncCounter();
  const skipNote = counter === undefined ? " (SKIPPED: needs strace or cc)" : ` (${counter.name})`;
  test.skipIf(counter === undefined && process.env["CI"] === undefined)(
    `each group with writes is synced to the disk${skipNote}`,
    async () => {
      if (counter === undefined)
        throw new Error(
          "Counting fsync calls needs strace or a C compiler (cc); install one of them on the CI machine.",
        );
      const full = await counter.run([CHILD, file, "1", "40"]);
      expect(full.groups).toBe(40);
      expect(full.syncs).toBeGreaterThanOrEqual(full.groups);
      // The same measure is red when syncing is off, so it does measure.
      const off = await counter.run([CHILD, join(folder, "off.db"), "1", "40", "off"]);
      expect(off.groups).toBe(40);
      expect(off.syncs).toBeLessThan(off.groups);
      // Lanes that arrive together share their syncs.
      const grouped = await counter.run([CHILD, join(folder, "grouped.db"), "20", "20"]);
      expect(grouped.syncs).toBeLessThan(400 / 2);
      expect(grouped.syncs).toBeGreaterThanOrEqual(grouped.groups);
    },
  );
});

describe("what a power cut may find on the disk", () => {
  const skipNote = canTrace ? "" : " (SKIPPED: needs strace)";
  test.skipIf(!canTrace && process.env["CI"] === undefined)(
    `each file is overwritten only after its copy is synced${skipNote}`,
    async () => {
      if (!canTrace) throw new Error("The order of writes and syncs needs strace; install it on the CI machine.");
      const follow = async (name: string, options: readonly string[], modes: readonly string[]) => {
        const path = join(folder, name);
        return orderOf(await systemCallsOf([CHILD, path, "6", "150", "small", ...modes], path, options), path);
      };
      // A disk that takes its time, and writers that do not wait for it.
      const slow = await follow("slow.db", ["-e", "inject=fdatasync:delay_enter=4000"], ["flood"]);
      expect(slow).toMatchObject({ lossy: 0, stale: 0, torn: 0 });
      const steady = await follow("steady.db", [], []);
      expect(steady).toMatchObject({ lossy: 0, stale: 0, torn: 0 });
      // It was tried: the log went over to its other half, and SQLite's log to the database and back to its beginning.
      for (const { turns, checkpoints, restarts } of [slow, steady])
        expect(Math.min(turns, checkpoints, restarts)).toBeGreaterThan(2);
      // The same look is red when nothing is synced.
      const off = await follow("off.db", [], ["off"]);
      expect(Math.min(off.lossy, off.stale, off.torn)).toBeGreaterThan(0);
    },
  );
});

/** Follows writes and syncs of a store's three files, and counts the writes that destroy what is not yet on the disk elsewhere. */
function orderOf(steps: readonly Step[], file: string) {
  const [log, wal] = [`${file}-log`, `${file}-wal`];
  const seen = {
    /** The log going over to a half whose rows SQLite's log may lose: they are in the first commit after it was left. */
    lossy: 0,
    /** SQLite's log written over before the database is on the disk. */
    stale: 0,
    /** A page copied that SQLite's log may lose. */
    torn: 0,
    turns: 0,
    checkpoints: 0,
    restarts: 0,
  };
  /** Writes, by file, that no sync has covered which has ended. */
  const unsynced = new Map([file, log, wal].map((path) => [path, new Set<number>()]));
  const pending = (path: string): number => unsynced.get(path)?.size ?? 0;
  const begun = new Map<string, { readonly path: string; readonly covers: readonly number[] }>();
  let [second, walAt] = [false, 0];
  let firstCommit = { writes: [] as number[], whole: false };
  for (const [number, step] of steps.entries()) {
    if (step.kind === "write") {
      const { path, at } = step;
      if (path === log && at >= LOG_HALF !== second) {
        second = !second;
        seen.turns += 1;
        if (
          seen.turns > 1 &&
          (firstCommit.writes.length === 0 ||
            firstCommit.writes.some((write) => unsynced.get(wal)?.has(write) === true))
        )
          seen.lossy += 1;
        firstCommit = { writes: [], whole: false };
      } else if (path === log) {
        firstCommit.whole ||= firstCommit.writes.length > 0;
      } else if (path === wal) {
        if (!firstCommit.whole) firstCommit.writes.push(number);
        if (at < walAt) seen.restarts += 1;
        if (at < walAt && pending(file) > 0) seen.stale += 1;
        walAt = at;
      } else if (path === file) {
        if (pending(file) === 0) seen.checkpoints += 1;
        if (pending(wal) > 0) seen.torn += 1;
      }
      unsynced.get(path)?.add(number);
    } else if (step.kind === "sync begins") {
      begun.set(step.thread, { path: step.path, covers: [...(unsynced.get(step.path) ?? [])] });
    } else if (step.kind === "sync ends") {
      const sync = begun.get(step.thread);
      for (const written of sync?.covers ?? []) unsynced.get(sync?.path ?? "")?.delete(written);
    }
  }
  return seen;
}

/** Where the second half of the log begins. */
const LOG_HALF = 8 * 1024 * 1024;

describe("a disk that refuses writes", () => {
  const strace = works("strace", ["-f", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=1", "true"]);
  const skipNote = strace ? "" : " (SKIPPED: needs strace)";
  test.skipIf(!strace && process.env["CI"] === undefined)(
    `answers end with the first sync that failed${skipNote}`,
    async () => {
      if (!strace) throw new Error("Making a sync fail needs strace; install it on the CI machine.");
      // It counts calls by thread, so there is one that syncs.
      const outcome = await promisify(execFile)(
        "strace",
        [
          "-f",
          "-o",
          join(folder, "strace.txt"),
          "-e",
          "trace=fdatasync",
          "-e",
          "inject=fdatasync:error=EIO:when=10+",
          process.execPath,
          CHILD,
          file,
          "1",
          "40",
        ],
        { env: { ...process.env, UV_THREADPOOL_SIZE: "1" } },
      ).catch((error: unknown) => error);
      expect(outcome).toMatchObject({ code: 1 });
      const { stdout, stderr } = outcome as { stdout: string; stderr: string };
      expect(stdout.match(/^ack /gm)).toHaveLength(9);
      expect(stderr).toMatch(/StoreFailure: The disk refused a write: EIO.*Check the disk/);
    },
  );

  test("every later sync fails after the first that failed", () => {
    const sync = new DiskSync(true);
    const heard: string[] = [];
    sync.wrote(join(folder, "of-a-folder-that-is-not-there", "bank.db-log"));
    sync.after(
      () => heard.push("done"),
      () => heard.push("failed"),
    );
    sync.after(
      () => heard.push("done"),
      () => heard.push("failed"),
    );
    expect(heard).toEqual(["failed", "failed"]);
  });
});

describe("a group of the SQLite store", () => {
  test("a group writes a row that all its units change once", async () => {
    const groups: GroupInfo[] = [];
    const store = openSqliteStore(file, { defer, onGroup: (group) => void groups.push(group) });
    await Promise.all(Array.from({ length: 50 }, () => store.transact(() => increase("settlement"))));
    await store.transact(() => returning(readRow("c", "settlement")));
    expect(groups).toEqual([
      { units: 50, rows: 1, outcome: "committed" },
      { units: 1, rows: 0, outcome: "nothing-written" },
    ]);
    await store.close();
  });

  test("a scan that finds the disk full is rejected, and the store goes on", async () => {
    const groups: string[] = [];
    const store = openSqliteStore(file, {
      defer,
      testing: { maxPages: 12 },
      onGroup: ({ outcome }) => void groups.push(outcome),
    });
    await store.transact(() => increase("a"));
    // In the log there is room, and what is there is safe.
    await store.transact(() => put("big", "x".repeat(200_000)));
    const scan = () =>
      store.transact(() => returning(scanRows({ collection: "c", from: "", below: "\x7f", limit: 9 })));
    const outcomes = await Promise.allSettled([
      store.transact(() => increase("a")),
      scan(),
      store.transact(() => increase("a")),
    ]);
    for (const outcome of outcomes.slice(0, 2))
      expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(StoreFailure) });
    expect(String((outcomes[0] as PromiseRejectedResult).reason)).toMatch(/disk is full.*Make room/);
    expect(outcomes[2]).toMatchObject({ status: "fulfilled", value: 2 });
    expect(await store.transact(() => increase("a"))).toBe(3);
    expect(groups).toEqual(["committed", "committed", "failed", "committed", "committed"]);
    await store.close();
    expect(existsSync(`${file}-log`)).toBe(true);
    const reopened = openSqliteStore(file, { defer });
    expect(
      await reopened.transact(() => returning(scanRows({ collection: "c", from: "", below: "\x7f", limit: 9 }))),
    ).toEqual([
      ["a", 3],
      ["big", "x".repeat(200_000)],
    ]);
    await reopened.close();
    expect(existsSync(`${file}-log`)).toBe(false);
  });

  test("rejects a group that fits nowhere, then recovers", async () => {
    const store = openSqliteStore(file, { defer, foldRows: 2, testing: { maxPages: 12, logHalfBytes: 30_000 } });
    await store.transact(() => increase("a"));
    const outcomes = await Promise.allSettled([
      store.transact(() => increase("a")),
      store.transact(() => put("big", "x".repeat(200_000))),
      store.transact(() => increase("b")),
    ]);
    for (const outcome of outcomes)
      expect(String((outcome as PromiseRejectedResult).reason)).toMatch(/disk is full.*Make room/);
    expect(await store.transact(() => increase("a"))).toBe(2);
    expect(await store.transact(() => increase("b"))).toBe(1);
    // Longer than the log, and no more than the table can take.
    await store.transact(() => put("big", "x".repeat(40_000)));
    expect(await store.transact(() => increase("a"))).toBe(3);
    await store.close();
    const reopened = openSqliteStore(file, { defer });
    expect(
      await reopened.transact(() => returning(scanRows({ collection: "c", from: "", below: "\x7f", limit: 9 }))),
    ).toEqual([
      ["a", 3],
      ["b", 1],
      ["big", "x".repeat(40_000)],
    ]);
    await reopened.close();
  });

  test("a closed store leaves one whole file behind", async () => {
    const store = openSqliteStore(file, { defer });
    await store.transact(() => increase("a"));
    await store.close();
    expect([existsSync(`${file}-wal`), existsSync(`${file}-log`)]).toEqual([false, false]);
    const plain = new DatabaseSync(file, { readOnly: true });
    expect(plain.prepare("SELECT collection, key, value FROM rows").all()).toEqual([
      expect.objectContaining({ collection: "c", key: "a", value: "1" }),
    ]);
    plain.close();
  });
});

describe("a store file that cannot be used says why and what to do", () => {
  const refusal = (path = file): unknown => {
    try {
      void openSqliteStore(path, { defer }).close();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  test("a file in use by another process is refused, with the way out", async () => {
    const child = spawn(process.execPath, [CHILD, file, "1", "1000000"], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const error = refusal();
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    expect(error).toBeInstanceOf(StoreUnusable);
    expect(String(error)).toMatch(/in use by another process.*Stop the other, or give this one a file of its own/);
    expect(refusal()).toBeUndefined();
  });

  test("a file of another format is refused and left as it is", () => {
    writeFileSync(file, "out_trade_no,amount\n".repeat(100));
    expect(String(refusal())).toMatch(/is not an SQLite database, and was left as it is/);
    expect(readFileSync(file, "latin1")).toBe("out_trade_no,amount\n".repeat(100));
  });

  test("a database of another program is refused and left as it is", () => {
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE orders (id INTEGER)");
    other.close();
    const before = readFileSync(file);
    expect(String(refusal())).toMatch(/of another program, and was left as it is/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("a file of a later schema version is refused", async () => {
    await openSqliteStore(file, { defer }).close();
    const later = new DatabaseSync(file);
    later.exec("PRAGMA user_version = 7");
    later.close();
    expect(String(refusal())).toMatch(/schema version 7; this release reads version 5/);
  });

  test("a missing folder, a folder and :memory: are refused, each with its reason", () => {
    expect(String(refusal(join(folder, "none", "bank.db")))).toMatch(/folder does not exist/);
    expect(String(refusal(folder))).toMatch(/it is a folder, or this user may not/);
    expect(String(refusal(":memory:"))).toMatch(/use the memory store/);
  });

  test.skipIf(process.platform !== "linux")(
    "a log larger than the disk is kept, and its files are closed (Linux)",
    async () => {
      const testing = { maxPages: 12 };
      const store = openSqliteStore(file, { defer, testing });
      await store.transact(() => put("big", "x".repeat(200_000)));
      await store.close();
      expect(() => openSqliteStore(file, { defer, testing })).toThrow(/cannot be written: the disk is full/);
      expect(openFiles().filter((name) => name.startsWith(file))).toEqual([]);
      const roomy = openSqliteStore(file, { defer });
      expect(await roomy.transact(() => returning(readRow("c", "big")))).toBe("x".repeat(200_000));
      expect(openFiles().filter((name) => name.startsWith(file))).not.toEqual([]);
      await roomy.close();
    },
  );

  test.skipIf(process.getuid?.() === 0)(
    "a read-only file is refused (unless root, who may write everything)",
    async () => {
      await openSqliteStore(file, { defer }).close();
      chmodSync(file, 0o400);
      expect(String(refusal())).toMatch(/write permission/);
    },
  );
});

/** What this process has open now. */
function openFiles(): readonly string[] {
  return readdirSync("/proc/self/fd").flatMap((number) => {
    try {
      return [readlinkSync(`/proc/self/fd/${number}`)];
    } catch {
      // That of the listing itself is gone.
      return [];
    }
  });
}

interface SyncCounter {
  readonly name: string;
  run(args: readonly string[]): Promise<{ groups: number; syncs: number }>;
}

/** The pragma's answer proves nothing; the calls that reach the kernel do. */
function syncCounter(): SyncCounter | undefined {
  const groupsOf = (stdout: string): number => Number(/^groups (\d+)$/m.exec(stdout)?.[1]);
  if (works("strace", ["-f", "-c", "-e", "trace=fsync,fdatasync", "true"])) {
    return {
      name: "counted by strace",
      async run(args) {
        const log = join(folder, "strace.txt");
        const { stdout } = await promisify(execFile)("strace", [
          "-f",
          "-c",
          "-e",
          "trace=fsync,fdatasync",
          "-o",
          log,
          process.execPath,
          ...args,
        ]);
        // Columns: % time, seconds, usecs/call, calls, [errors,] syscall.
        const lines = readFileSync(log, "utf8").matchAll(
          /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(?:fsync|fdatasync)$/gm,
        );
        return { groups: groupsOf(stdout), syncs: [...lines].reduce((sum, [, calls]) => sum + Number(calls), 0) };
      },
    };
  }
  if (process.platform === "linux" && works("cc", ["--version"])) {
    return {
      name: "counted by a preloaded library",
      async run(args) {
        const source = join(folder, "syncs.c");
        const library = join(folder, "syncs.so");
        const log = join(folder, "syncs.txt");
        writeFileSync(source, SYNC_LIBRARY);
        execFileSync("cc", ["-shared", "-fPIC", "-o", library, source]);
        writeFileSync(log, "");
        const { stdout } = await promisify(execFile)(process.execPath, [...args], {
          env: { ...process.env, LD_PRELOAD: library, SYNCS_FILE: log },
        });
        return { groups: groupsOf(stdout), syncs: readFileSync(log).length };
      },
    };
  }
  return undefined;
}

/** Writes one byte to $SYNCS_FILE for each sync, and does the sync. */
const SYNC_LIBRARY = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
static void count(void) {
  int log = open(getenv("SYNCS_FILE"), O_WRONLY | O_APPEND);
  if (log < 0 || write(log, ".", 1) != 1) abort();
  close(log);
}
int fsync(int file) { count(); return syscall(SYS_fsync, file); }
int fdatasync(int file) { count(); return syscall(SYS_fdatasync, file); }
`;

function* increase(key: string): Unit<number> {
  const value = Number((yield* readRow("c", key)) ?? 0) + 1;
  return { result: value, writes: [{ collection: "c", key, value }] };
}

function* put(key: string, value: Json): Unit<void> {
  return { result: undefined, writes: [{ collection: "c", key, value }] };
}

function* returning<T>(reading: Reading<T>): Unit<T> {
  return { result: yield* reading, writes: [] };
}
