import type { DatabaseSync, StatementSync } from "node:sqlite";
import { assertRowName, assertScan, assertWrites } from "../../core/unit/document.ts";
import { decideUnit, type RowReader } from "../../core/unit/run.ts";
import type { Json, ReadResult, Scan, Unit } from "../../core/unit/unit.ts";
import { RowCache } from "./row-cache.ts";
import { codeOf, type DatabaseSettings, FULL, messageOf, openDatabase, prepare } from "./sqlite-database.ts";
import { LogSync } from "./sqlite-sync.ts";
import { type Store, StoreClosed } from "./store.ts";

export interface SqliteStoreOptions {
  /** Runs a task soon, once the units that arrive together are here: what a commit waits for. `hostDefer` when live. */
  readonly defer: (task: () => void) => void;
  /** Parsed rows kept in memory at most. Default 50,000. */
  readonly cacheEntries?: number;
  /** Rows that wait in the log, as text in memory, before they are carried over into the table. Default 1,000: soon enough to be still young, late enough to fill pages. */
  readonly foldRows?: number;
  /** Told after each group, for metrics. */
  readonly onGroup?: (group: GroupInfo) => void;
  /** @internal For the tests that show what the settings are for. */
  readonly testing?: DatabaseSettings;
}

export interface GroupInfo {
  readonly units: number;
  /** Rows written to the file: a row that several units of a group wrote counts once. */
  readonly rows: number;
  readonly outcome: "committed" | "nothing-written" | "failed";
}

/** A group could not be written, or a row not be read: no unit of it took effect, as far as the disk can tell. */
export class StoreFailure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreFailure";
  }
}

/**
 * Opens, or creates, a store in one SQLite file: WAL, one writer, group commit, and a sync before anything is told of a
 * commit. The file is locked for as long as the store is open; the lock goes with the process, however it ends. Throws
 * `StoreUnusable`.
 */
export function openSqliteStore(path: string, options: SqliteStoreOptions): Store {
  const { database, file } = openDatabase(path, options.testing ?? {});
  return new SqliteStore(database, new LogSync(file, options.testing?.sync !== false), options);
}

/** A unit that was carried out and waits for its commit. */
interface Done {
  /** Tells its caller of the result, or of the unit's own error. */
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
}

/** A row that is newer than the table, or may be: written by the running group, or committed to the log alone. */
interface Fresh {
  readonly tier: Tier;
  readonly key: string;
  /** Written by the running group. */
  dirty: boolean;
  /** What it holds; of a row that is not dirty only once somebody has read it. */
  value: Json | undefined;
  /** What the log holds of it, as text; empty for a deletion, undefined while the log has nothing. */
  logged: string | undefined;
  /** The newest of it, as text, once the running group needed that. */
  text: string | undefined;
  /** The open transaction has the newest of it in the table. */
  tabled: boolean;
}

/** One collection. */
interface Tier {
  readonly collection: string;
  readonly fresh: Map<string, Fresh>;
  /** A row of it was ever read; most collections are written far more often than they are read. */
  cached: boolean;
  /** No key of the collection is above it; undefined while there is none. Numbers that ascend need no look into the file. */
  highest: string | undefined;
}

/** Rows of the log being carried into the table, a slice with each group. */
interface Fold {
  readonly rows: readonly Fresh[];
  /** When all are in the table, the log is not needed up to here. */
  readonly upTo: number;
  next: number;
}

/**
 * A commit appends one record to `log`: all rows of the group, side by side on few pages. They reach `rows`, the table
 * by key, later and in the order of their keys, thousands at a time, where each page is written once instead of once
 * for each of its rows: a tenth of the writing. Who opens the file after a crash carries over what the log still holds.
 */
class SqliteStore implements Store, RowReader {
  readonly #database: DatabaseSync;
  readonly #sync: LogSync;
  readonly #options: SqliteStoreOptions;
  readonly #foldRows: number;
  readonly #select: StatementSync;
  readonly #last: StatementSync;
  readonly #scanForwards: StatementSync;
  readonly #scanBackwards: StatementSync;
  readonly #upsert: StatementSync;
  readonly #remove: StatementSync;
  readonly #append: StatementSync;
  readonly #forget: StatementSync;
  /** Rows of the table that were read. */
  readonly #cache: RowCache;
  readonly #tiers = new Map<string, Tier>();
  #freshRows = 0;
  /** Rows that the running group has written, each once: a row all payments touch is written once a group. */
  #dirty: Fresh[] = [];
  /** Rows that the open transaction has brought into the table. */
  #tabled: Fresh[] = [];
  #fold: Fold | undefined;
  #lastRecord: number;
  /** Units since the last commit. */
  #group: Done[] = [];
  #scheduled = false;
  #closed = false;

  constructor(database: DatabaseSync, sync: LogSync, options: SqliteStoreOptions) {
    this.#database = database;
    this.#sync = sync;
    this.#options = options;
    this.#foldRows = options.foldRows ?? 1_000;
    if (!Number.isSafeInteger(this.#foldRows) || this.#foldRows < 1) throw new RangeError(`foldRows is a whole number of at least 1, not ${this.#foldRows}.`);
    this.#cache = new RowCache(options.cacheEntries ?? 50_000);
    this.#select = prepare(database, "SELECT value FROM rows WHERE collection = ? AND key = ?");
    this.#last = prepare(database, "SELECT max(key) FROM rows WHERE collection = ?");
    this.#scanForwards = prepare(database, "SELECT key, value FROM rows WHERE collection = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?");
    this.#scanBackwards = prepare(database, "SELECT key, value FROM rows WHERE collection = ? AND key >= ? AND key < ? ORDER BY key DESC LIMIT ?");
    this.#upsert = prepare(database, "INSERT INTO rows (collection, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value");
    this.#remove = prepare(database, "DELETE FROM rows WHERE collection = ? AND key = ?");
    this.#append = prepare(database, "INSERT INTO log (number, rows) VALUES (?, ?)");
    this.#forget = prepare(database, "DELETE FROM log WHERE number <= ?");
    this.#lastRecord = this.#recover();
  }

  /** Units are carried out as they come, and committed together a little later. */
  transact<T>(unit: () => Unit<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new StoreClosed());
      try {
        const result = this.#perform(unit);
        this.#group.push({ settle: () => resolve(result), reject });
      } catch (error) {
        if (error instanceof StoreFailure) return this.#fail([...this.#group.splice(0), { settle: () => {}, reject }], error);
        // The unit's own error; it waits for the commit as well, since it may tell of rows written before it.
        this.#group.push({ settle: () => reject(error), reject });
      }
      this.#schedule();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#group.length > 0) this.#commitGroup();
    await this.#sync.idle();
    this.#sync.close();
    this.#cache.clear();
    try {
      this.#carryAll();
      this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      this.#database.close();
    }
  }

  get(collection: string, key: string): Json | undefined {
    assertRowName(collection, key);
    const tier = this.#tier(collection);
    const fresh = tier.fresh.get(key);
    if (fresh !== undefined) return this.#valueOf(fresh);
    if (tier.highest === undefined || key > tier.highest) return undefined;
    const cached = tier.cached ? this.#cache.get(rowName(collection, key)) : undefined;
    if (cached !== undefined) return cached;
    const found = this.#reading(() => this.#select.get(collection, key)) as unknown as [string] | undefined;
    if (found === undefined) return undefined;
    const value = JSON.parse(found[0]) as Json;
    this.#cache.set(rowName(collection, key), value);
    tier.cached = true;
    return value;
  }

  scan(scan: Scan): ReadResult {
    assertScan(scan);
    const { collection, from, below, limit, reverse } = scan;
    const tier = this.#tier(collection);
    const found = this.#reading(() => {
      this.#drain(tier);
      return (reverse === true ? this.#scanBackwards : this.#scanForwards).all(collection, from, below, limit);
    }) as unknown as [string, string][];
    return {
      keys: found.map(([key]) => key),
      values: found.map(([key, text]) => {
        // A row in memory is not parsed again, and is the same document whichever way it is read.
        const fresh = tier.fresh.get(key);
        if (fresh !== undefined) return this.#valueOf(fresh);
        return (tier.cached ? this.#cache.get(rowName(collection, key)) : undefined) ?? (JSON.parse(text) as Json);
      }),
    };
  }

  #valueOf(fresh: Fresh): Json | undefined {
    if (fresh.dirty || fresh.value !== undefined || fresh.logged === undefined || fresh.logged === "") return fresh.value;
    fresh.tier.cached = true;
    fresh.value = JSON.parse(fresh.logged) as Json;
    return fresh.value;
  }

  #perform<T>(unit: () => Unit<T>): T {
    const { result, writes } = decideUnit(this, unit());
    assertWrites(writes);
    for (const { collection, key, value } of writes) {
      const tier = this.#tier(collection);
      const fresh = tier.fresh.get(key) ?? this.#newRow(tier, key);
      fresh.value = value;
      fresh.text = undefined;
      fresh.tabled = false;
      if (fresh.dirty) continue;
      fresh.dirty = true;
      this.#dirty.push(fresh);
    }
    return result;
  }

  #newRow(tier: Tier, key: string): Fresh {
    const fresh: Fresh = { tier, key, dirty: false, value: undefined, logged: undefined, text: undefined, tabled: false };
    tier.fresh.set(key, fresh);
    this.#freshRows += 1;
    if (tier.highest === undefined || key > tier.highest) tier.highest = key;
    return fresh;
  }

  #tier(collection: string): Tier {
    const known = this.#tiers.get(collection);
    if (known !== undefined) return known;
    const [highest] = this.#reading(() => this.#last.get(collection)) as unknown as [string | null];
    const tier: Tier = { collection, fresh: new Map(), cached: false, highest: highest ?? undefined };
    this.#tiers.set(collection, tier);
    return tier;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.defer(() => {
      this.#scheduled = false;
      if (this.#group.length > 0) this.#commitGroup();
    });
  }

  #commitGroup(): void {
    const group = this.#group.splice(0);
    const rows = this.#dirty.length;
    try {
      this.#reading(() => {
        if (rows > 0) this.#record();
        if (this.#database.isTransaction) this.#database.exec("COMMIT");
      });
    } catch (error) {
      return this.#fail(group, error);
    }
    this.#settle();
    if (rows > 0) this.#sync.wrote();
    // Units that wrote nothing wait as well: they may tell of rows whose sync is still under way.
    this.#sync.after(
      () => {
        for (const { settle } of group) settle();
        this.#options.onGroup?.({ units: group.length, rows, outcome: rows > 0 ? "committed" : "nothing-written" });
      },
      (error) => this.#refuse(group, new StoreFailure(`The disk did not take what was written: ${messageOf(error)}. Whether it is there can no longer be known, so nothing is answered any more. Check the disk, then start again with the same file.`, error)),
    );
  }

  /** The group could not be written: nothing of it is left here either. */
  #fail(group: readonly Done[], error: unknown): void {
    this.#abandon();
    this.#refuse(group, error);
  }

  #refuse(group: readonly Done[], error: unknown): void {
    for (const { reject } of group) reject(error);
    this.#options.onGroup?.({ units: group.length, rows: 0, outcome: "failed" });
  }

  #begin(): void {
    if (!this.#database.isTransaction) this.#database.exec("BEGIN IMMEDIATE");
  }

  /** Appends the group to the log, one line a row, and carries over a part of what older groups have left there. */
  #record(): void {
    this.#begin();
    let record = "";
    for (const row of this.#dirty) {
      row.text ??= textOf(row.value);
      record += `${row.tier.collection}\t${row.key}\t${row.text}\n`;
    }
    this.#append.run(this.#lastRecord + 1, record);
    this.#carry(Math.max(64, this.#dirty.length * 3));
  }

  /** What was written is now committed: to the log, and some of it to the table. */
  #settle(): void {
    if (this.#dirty.length > 0) this.#lastRecord += 1;
    for (const row of this.#dirty) {
      row.dirty = false;
      row.logged = row.text;
      row.text = undefined;
      if (!row.tier.cached) row.value = undefined;
    }
    this.#dirty = [];
    for (const row of this.#tabled) if (row.tabled) this.#leave(row);
    this.#tabled = [];
    if (this.#fold !== undefined && this.#fold.next >= this.#fold.rows.length) this.#fold = undefined;
    if (this.#fold === undefined && this.#freshRows >= this.#foldRows) this.#fold = this.#newFold();
  }

  /** A row that the table has goes from here; what was read of it stays at hand. */
  #leave(row: Fresh): void {
    const { tier, key, value } = row;
    tier.fresh.delete(key);
    this.#freshRows -= 1;
    row.tabled = false;
    // A fold may still know it: it is to be left alone there.
    row.logged = undefined;
    if (!tier.cached) return;
    if (value === undefined) this.#cache.delete(rowName(tier.collection, key));
    else this.#cache.set(rowName(tier.collection, key), value);
  }

  #newFold(): Fold {
    const rows: Fresh[] = [];
    for (const { fresh } of this.#tiers.values()) rows.push(...[...fresh.values()].sort((one, other) => (one.key < other.key ? -1 : 1)));
    return { rows, upTo: this.#lastRecord, next: 0 };
  }

  /** Brings so many rows of the fold into the table; with the last one the log behind them goes. */
  #carry(count: number): void {
    const fold = this.#fold;
    if (fold === undefined) return;
    const below = Math.min(fold.rows.length, fold.next + count);
    for (; fold.next < below; fold.next += 1) {
      const row = fold.rows[fold.next] as Fresh;
      // A row that this group has written stands in its record, which is kept; one that a scan needed is there already.
      if (!row.dirty && !row.tabled && row.logged !== undefined) this.#table(row, row.logged);
    }
    if (fold.next >= fold.rows.length) this.#forget.run(fold.upTo);
  }

  /** Brings one collection into the table, which a scan needs. */
  #drain(tier: Tier): void {
    for (const row of tier.fresh.values()) {
      if (row.tabled) continue;
      this.#begin();
      if (row.dirty) row.text ??= textOf(row.value);
      this.#table(row, row.text ?? row.logged ?? "");
    }
  }

  #table(row: Fresh, text: string): void {
    if (text === "") this.#remove.run(row.tier.collection, row.key);
    else this.#upsert.run(row.tier.collection, row.key, text);
    row.tabled = true;
    this.#tabled.push(row);
  }

  /** Carries over what the log holds from an earlier life. Returns the number of its last record. */
  #recover(): number {
    let last = 0;
    for (const [number, rows] of prepare(this.#database, "SELECT number, rows FROM log ORDER BY number").iterate() as unknown as Iterable<[number, string]>) {
      last = number;
      for (const line of rows.split("\n")) {
        const [collection, key, text] = line.split("\t");
        if (collection === undefined || key === undefined || text === undefined) continue;
        const tier = this.#tier(collection);
        (tier.fresh.get(key) ?? this.#newRow(tier, key)).logged = text;
      }
    }
    if (last > 0) this.#carryAll();
    return last;
  }

  /** Leaves everything in the table and nothing in the log. */
  #carryAll(): void {
    this.#begin();
    for (const row of this.#newFold().rows) this.#table(row, row.logged ?? "");
    this.#database.exec("DELETE FROM log; COMMIT");
    this.#fold = undefined;
    this.#settle();
  }

  #abandon(): void {
    for (const row of this.#dirty) {
      row.dirty = false;
      row.value = undefined;
      row.text = undefined;
      if (row.logged !== undefined) continue;
      row.tier.fresh.delete(row.key);
      this.#freshRows -= 1;
    }
    this.#dirty = [];
    for (const row of this.#tabled) row.tabled = false;
    this.#tabled = [];
    // What it had carried may have been taken back: begun anew, which writes some rows twice and changes nothing.
    this.#fold = undefined;
    this.#cache.clear();
    try {
      // A full disk makes SQLite roll back by itself.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    } catch {
      // The group is rejected with the first error; the next one starts by beginning anew, and fails if it cannot.
    }
  }

  /** Tells a trouble of the disk, which fails the group, from an error of one unit. */
  #reading<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const full = codeOf(error) === FULL;
      throw new StoreFailure(full ? "The store's disk is full: nothing of this group was written. Make room; the store goes on by itself." : `The store could not reach its file: ${messageOf(error)}. Nothing of this group took effect, as far as the disk can tell.`, error);
    }
  }
}

/** Neither part can hold a line break. */
const rowName = (collection: string, key: string): string => `${collection}\n${key}`;

const textOf = (value: Json | undefined): string => (value === undefined ? "" : JSON.stringify(value));

