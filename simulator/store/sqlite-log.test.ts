import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type * as FileSystem from "node:fs";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readRow, scanRows } from "../../core/unit/run.ts";
import type { Json, Reading, Unit, Write } from "../../core/unit/unit.ts";
import { RecordLog } from "./record-log.ts";
import { openSqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

/** How a write to the store's log fails: before its first byte, or half way. */
const disk = vi.hoisted(() => ({ fails: undefined as "before" | "half way" | undefined }));
vi.mock("node:fs", async (original) => {
  const real = await original<typeof FileSystem>();
  return {
    ...real,
    writeSync: (file: number, bytes: Buffer, from: number, length: number, at: number): number => {
      if (disk.fails === undefined) return real.writeSync(file, bytes, from, length, at);
      if (disk.fails === "half way") real.writeSync(file, bytes, from, Math.floor(length / 2), at);
      throw Object.assign(new Error("EIO: i/o error, write"), { code: "EIO" });
    },
  };
});

const defer = (task: () => void): void => void setImmediate(task);
const COLLECTIONS = ["a", "b"] as const;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "liantiao-log-"));
  file = join(folder, "bank.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("rows on their way from the log to the table", () => {
  const write = fc.record({
    collection: fc.constantFrom(...COLLECTIONS),
    key: fc.constantFrom("k1", "k2", "k3", "k4", "k5", "k6"),
    value: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
  });
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("group" as const),
        units: fc.array(fc.array(write, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("read" as const), collection: fc.constantFrom(...COLLECTIONS) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("scan and write in one group" as const), write }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("write that fails" as const),
        write,
        how: fc.constantFrom("before" as const, "half way" as const),
        scan: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("power cut" as const) }) },
  );

  test("rows are the last committed ones when read, scanned or found after a power cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(undefined, 200),
        async (steps, foldRows, logHalfBytes) => {
          const run = mkdtempSync(join(folder, "run-"));
          let generation = 0;
          const place = (): string => join(run, `bank-${generation}.db`);
          let store = openSqliteStore(place(), {
            defer,
            foldRows,
            cacheEntries: 4,
            testing: { checkpointLength: 1, ...(logHalfBytes === undefined ? {} : { logHalfBytes }) },
          });
          const model = new Map<string, Json>();
          const apply = ({ collection, key, value }: Write): void => {
            if (value === undefined) model.delete(`${collection}/${key}`);
            else model.set(`${collection}/${key}`, value);
          };
          for (const one of steps) {
            if (one.kind === "group") {
              await Promise.all(one.units.map((writes) => store.transact(() => writing(writes))));
              for (const writes of one.units) writes.forEach(apply);
            } else if (one.kind === "read") {
              for (const key of ["k1", "k4"])
                expect(await store.transact(() => returning(readRow(one.collection, key)))).toEqual(
                  model.get(`${one.collection}/${key}`),
                );
            } else if (one.kind === "scan and write in one group") {
              const [, seen] = await Promise.all([
                store.transact(() => writing([one.write])),
                store.transact(() =>
                  returning(scanRows({ collection: one.write.collection, from: "", below: "~", limit: 99 })),
                ),
              ]);
              apply(one.write);
              expect(seen).toEqual(rowsOf(model, one.write.collection));
            } else if (one.kind === "write that fails") {
              disk.fails = one.how;
              const scan = (): Promise<unknown> =>
                store.transact(() =>
                  returning(scanRows({ collection: one.write.collection, from: "", below: "~", limit: 99 })),
                );
              const outcomes = await Promise.allSettled([
                store.transact(() => writing([one.write])),
                ...(one.scan ? [scan()] : []),
              ]);
              disk.fails = undefined;
              // Past a full log the table takes it.
              if (outcomes.every(({ status }) => status === "fulfilled")) apply(one.write);
              else expect(outcomes.map(({ status }) => status)).not.toContain("fulfilled");
            } else {
              const dead = place();
              generation += 1;
              for (const end of ["", "-wal", "-log"])
                if (existsSync(dead + end)) copyFileSync(dead + end, place() + end);
              await store.close();
              store = openSqliteStore(place(), {
                defer,
                foldRows,
                cacheEntries: 4,
                testing: { checkpointLength: 1, ...(logHalfBytes === undefined ? {} : { logHalfBytes }) },
              });
            }
          }
          expect(await all(store)).toEqual(COLLECTIONS.map((collection) => rowsOf(model, collection)));
          await store.close();
          rmSync(run, { recursive: true });
        },
      ),
      { numRuns: 60 },
    );
  });

  test("the files of a store are their owner's alone", async () => {
    const store = openSqliteStore(file, { defer });
    await store.transact(() => writing([{ collection: "a", key: "k", value: 1 }]));
    expect(["", "-wal", "-log"].map((end) => statSync(file + end).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    await store.close();
  });

  test("a store whose log was damaged in its middle says so and changes nothing", async () => {
    const store = openSqliteStore(file, { defer });
    for (let value = 0; value < 20; value += 1)
      await store.transact(() => writing([{ collection: "a", key: `k${value}`, value }]));
    for (const end of ["", "-wal", "-log"]) copyFileSync(file + end, join(folder, `copy.db${end}`));
    await store.close();
    const log = join(folder, "copy.db-log");
    const bytes = readFileSync(log);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(log, bytes);
    expect(() => openSqliteStore(join(folder, "copy.db"), { defer })).toThrow(/was damaged: record \d+ .*from a copy/);
    expect(readFileSync(log).equals(bytes)).toBe(true);
  });

  test("the log keeps its length: rows in the table are forgotten there", async () => {
    const store = openSqliteStore(file, { defer, foldRows: 50 });
    for (let group = 0; group < 40; group += 1) {
      await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          store.transact(() => writing([{ collection: "a", key: `${(group * 37) % 40}-${at}`, value: group }])),
        ),
      );
    }
    for (const end of ["", "-wal", "-log"]) copyFileSync(file + end, join(folder, `copy.db${end}`));
    const copy = new DatabaseSync(join(folder, "copy.db"));
    const [carried, table] = [
      copy.prepare("SELECT epoch, number FROM carried").get(),
      copy.prepare("SELECT count(*) AS n FROM rows").get(),
    ];
    copy.close();
    // What was ever written is a few folds, over and over.
    expect(statSync(`${file}-log`).blocks * 512).toBeLessThan(64 * 1024);
    await store.close();
    const log = new RecordLog(join(folder, "copy.db-log"), String(carried?.["epoch"]));
    expect(log.after(Number(carried?.["number"])).length).toBeLessThan(20);
    log.close();
    expect(Number(table?.["n"])).toBeGreaterThan(600);
  });
});

const rowsOf = (model: ReadonlyMap<string, Json>, collection: string): readonly (readonly [string, Json])[] =>
  [...model]
    .filter(([row]) => row.startsWith(`${collection}/`))
    .map(([row, value]) => [row.slice(2), value] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));

const all = (store: Store): Promise<readonly unknown[]> =>
  Promise.all(
    COLLECTIONS.map((collection) =>
      store.transact(() => returning(scanRows({ collection, from: "", below: "~", limit: 99 }))),
    ),
  );

function* writing(writes: readonly Write[]): Unit<void> {
  return { result: undefined, writes };
}

function* returning<T>(reading: Reading<T>): Unit<T> {
  return { result: yield* reading, writes: [] };
}
