import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { assertRowName, assertScan, assertWrites } from "../../core/unit/document.ts";
import { decideUnit, type RowReader } from "../../core/unit/run.ts";
import type { Json, ReadResult, Scan, Unit } from "../../core/unit/unit.ts";
import { DiskSync } from "./disk-sync.ts";
import { RecordLog } from "./record-log.ts";
import { RowCache } from "./row-cache.ts";
import { type DatabaseSettings, isFull, messageOf, openDatabase, StoreUnusable, unusable } from "./sqlite-database.ts";
import { SqliteTable } from "./sqlite-table.ts";
import { type Store, StoreClosed } from "./store.ts";

export interface SqliteStoreOptions {
  /** Runs a task soon, once the units that arrive together are here: what a commit waits for. `hostDefer` when live. */
  readonly defer: (task: () => void) => void;
  /** Parsed rows kept in memory at most. Default 50,000. */
  readonly cacheEntries?: number;
  /** Rows that wait in the log, as text in memory, before they are carried over into the table. Default 2,000: soon enough to be still young, late enough to fill pages. */
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
 * commit. While it is open, and after a crash, a log of its own stands beside the file. The file is locked for as long as
 * the store is open; the lock goes with the process, however it ends. Throws `StoreUnusable`.
 */
export function openSqliteStore(path: string, options: SqliteStoreOptions): Store {
  const { database, file } = openDatabase(path, options.testing ?? {});
  try {
    return new SqliteStore(database, file, options);
  } catch (error) {
    database.close();
    throw error instanceof RangeError ? error : unusable(error, file);
  }
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
  /** To be called when that is on the disk. */
  readonly free: () => void;
  next: number;
}

/**
 * A commit appends one record to the log, all rows of the group side by side, and syncs it. They reach `rows`, the table
 * by key, later and in the order of their keys: thousands in one transaction, which is open over many groups and writes
 * each page once instead of once for each of its rows. Who opens the file after a crash carries over what the log holds.
 */
class SqliteStore implements Store, RowReader {
  readonly #logFile: string;
  readonly #log: RecordLog;
  readonly #table: SqliteTable;
  /** Of the logs, the store's and SQLite's: who has written waits for it. */
  readonly #sync: DiskSync;
  readonly #options: SqliteStoreOptions;
  readonly #foldRows: number;
  /** Rows of the table that were read. */
  readonly #cache: RowCache;
  readonly #tiers = new Map<string, Tier>();
  #freshRows = 0;
  /** Rows that the running group has written, each once: a row all payments touch is written once a group. */
  #dirty: Fresh[] = [];
  /** Rows that the open transaction has brought into the table. */
  #tabled: Fresh[] = [];
  #fold: Fold | undefined;
  #epoch: string;
  #lastRecord: number;
  /** The last record of which a sync was heard. */
  #durableRecord = 0;
  /** The open transaction holds rows of records up to here, and may be committed once those are on the disk. */
  #needsRecord = 0;
  /** Units since the last commit. */
  #group: Done[] = [];
  #scheduled = false;
  #closed: Promise<void> | undefined;

  constructor(database: DatabaseSync, file: string, options: SqliteStoreOptions) {
    const { testing = {} } = options;
    const sync = testing.sync !== false;
    this.#logFile = `${file}-log`;
    this.#sync = new DiskSync(sync);
    this.#table = new SqliteTable(database, file, this.#sync, { checkpointLength: testing.checkpointLength, sync });
    this.#options = options;
    this.#foldRows = options.foldRows ?? 2_000;
    if (!Number.isSafeInteger(this.#foldRows) || this.#foldRows < 1) throw new RangeError(`foldRows is a whole number of at least 1, not ${this.#foldRows}.`);
    this.#cache = new RowCache(options.cacheEntries ?? 50_000);
    const { epoch, number } = this.#table.carried();
    this.#epoch = epoch;
    this.#lastRecord = number;
    if (epoch !== CLOSED && !existsSync(this.#logFile)) throw new StoreUnusable(`The store ${file} was not closed, and its log ${this.#logFile} is not there: what it answered for last may stand in it. Bring the log back; or give up what it holds, by making an empty file of that name.`);
    this.#log = new RecordLog(this.#logFile, epoch, testing.logHalfBytes);
    this.#recover();
  }

  /** Units are carried out as they come, and committed together a little later. */
  transact<T>(unit: () => Unit<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) return reject(new StoreClosed());
      const failure = this.#diskFailure();
      if (failure !== undefined) return reject(failure);
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

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#group.length > 0) this.#commitGroup();
    await Promise.all([this.#sync.idle(), this.#table.idle()]);
    this.#cache.clear();
    let whole = false;
    try {
      // Nothing more is written to a disk that has failed.
      if (this.#diskFailure() === undefined) {
        this.#epoch = CLOSED;
        this.#carryAll(this.#lastRecord);
        this.#table.emptyLog();
        this.#log.remove();
        whole = true;
      }
    } catch {
      // What the table could not take, a full disk for one, is in the log, which stays: it is carried over when the file is opened again.
    } finally {
      this.#table.close(whole);
      this.#log.close();
      this.#sync.close();
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
    const text = this.#reading(() => this.#table.get(collection, key));
    if (text === undefined) return undefined;
    const value = JSON.parse(text) as Json;
    this.#cache.set(rowName(collection, key), value);
    tier.cached = true;
    return value;
  }

  scan(scan: Scan): ReadResult {
    assertScan(scan);
    const { collection } = scan;
    const tier = this.#tier(collection);
    const found = this.#reading(() => {
      this.#drain(tier);
      return this.#table.scan(scan);
    });
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
    const highest = this.#reading(() => this.#table.highestKey(collection));
    const tier: Tier = { collection, fresh: new Map(), cached: false, highest };
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
    const failure = this.#diskFailure();
    if (failure !== undefined) return this.#fail(group, failure);
    if (rows > 0) {
      try {
        this.#reading(() => this.#record());
      } catch (error) {
        // After a sync that failed nobody knows whether the group is there.
        return this.#fail(group, this.#diskFailure() ?? error);
      }
      this.#settle();
    }
    const record = this.#lastRecord;
    // Units that wrote nothing wait as well: they may tell of rows whose sync is still under way.
    this.#sync.after(
      () => {
        this.#durableRecord = record;
        for (const { settle } of group) settle();
        this.#options.onGroup?.({ units: group.length, rows, outcome: rows > 0 ? "committed" : "nothing-written" });
      },
      () => this.#refuse(group, this.#diskFailure()),
    );
    if (rows > 0) this.#carry(Math.max(64, rows * 3));
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

  /** Appends the group to the log, one line a row. */
  #record(): void {
    let record = "";
    for (const row of this.#dirty) {
      row.text ??= textOf(row.value);
      record += `${row.tier.collection}\t${row.key}\t${row.text}\n`;
    }
    if (this.#log.append(this.#lastRecord + 1, record)) {
      this.#sync.wrote(this.#logFile);
    } else {
      // Past the log, which has no room: the table takes this group together with all that came before it.
      this.#carryAll(this.#lastRecord + 1);
      this.#table.checkpoint();
    }
  }

  /** What was written is now in the log. */
  #settle(): void {
    this.#lastRecord += 1;
    for (const row of this.#dirty) {
      row.dirty = false;
      row.logged = row.text;
      row.text = undefined;
      if (!row.tier.cached) row.value = undefined;
    }
    this.#dirty = [];
  }

  /**
   * Brings so many rows of the log into the table, while the disk is busy with the group that made them wait. Should it
   * fail, the log still has them all: it is begun anew, and a group that finds no room in the log says what the trouble is.
   */
  #carry(count: number): void {
    if (this.#fold === undefined && this.#freshRows >= this.#foldRows) this.#fold = { rows: this.#freshInOrder(), upTo: this.#lastRecord, free: this.#log.turn(), next: 0 };
    const fold = this.#fold;
    if (fold === undefined) return;
    try {
      if (fold.next < fold.rows.length) this.#carryRows(fold, count);
      else this.#endFold(fold);
    } catch {
      this.#rollBack();
    }
  }

  #carryRows(fold: Fold, count: number): void {
    this.#table.begin();
    this.#needsRecord = Math.max(this.#needsRecord, this.#lastRecord);
    const below = Math.min(fold.rows.length, fold.next + count);
    for (; fold.next < below; fold.next += 1) {
      const row = fold.rows[fold.next] as Fresh;
      // One that a scan needed is there already.
      if (!row.tabled && row.logged !== undefined) this.#put(row, row.logged);
    }
  }

  #endFold({ upTo, free }: Fold): void {
    // The table must not know of a record that the log could lose. It will soon be on the disk, unless there are scans all the time.
    if (this.#needsRecord > this.#durableRecord) {
      if (this.#freshRows < 2 * this.#foldRows) return;
      this.#sync.now();
    }
    this.#commit(upTo);
    this.#table.settle(free);
  }

  /** Commits the open transaction; its rows are the table's, which now has everything up to a record. */
  #commit(upTo: number): void {
    this.#table.commit(this.#epoch, upTo);
    this.#fold = undefined;
    this.#needsRecord = 0;
    for (const row of this.#tabled) if (row.tabled) this.#leave(row);
    this.#tabled = [];
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

  /** In the order of the table, whose pages are then written one after another. */
  #freshInOrder(): readonly Fresh[] {
    return [...this.#tiers.values()].flatMap(({ fresh }) => [...fresh.values()].sort((one, other) => (one.key < other.key ? -1 : 1)));
  }

  /** Brings one collection into the table, which a scan needs. */
  #drain(tier: Tier): void {
    for (const row of tier.fresh.values()) {
      if (row.tabled) continue;
      this.#table.begin();
      if (row.dirty) row.text ??= textOf(row.value);
      // What the group under way has written is of the record to come.
      this.#needsRecord = Math.max(this.#needsRecord, row.dirty ? this.#lastRecord + 1 : this.#lastRecord);
      this.#put(row, row.text ?? row.logged ?? "");
    }
  }

  #put(row: Fresh, text: string): void {
    this.#table.put(row.tier.collection, row.key, text);
    row.tabled = true;
    this.#tabled.push(row);
  }

  /** Carries over what the log holds from an earlier life, and begins a new epoch, in which nothing of the log counts. */
  #recover(): void {
    const records = this.#log.after(this.#lastRecord);
    for (const line of records.flatMap((record) => record.split("\n"))) {
      const [collection, key, text] = line.split("\t");
      if (collection === undefined || key === undefined || text === undefined) continue;
      const tier = this.#tier(collection);
      (tier.fresh.get(key) ?? this.#newRow(tier, key)).logged = text;
    }
    this.#epoch = this.#table.newEpoch();
    this.#carryAll(this.#lastRecord + records.length);
    this.#lastRecord += records.length;
    // SQLite would go on behind what an earlier life has left there, and grow with every crash.
    this.#table.emptyLog();
  }

  /** Leaves everything in the table, up to a record that may be the one of the running group, and the log free. */
  #carryAll(upTo: number): void {
    this.#table.begin();
    for (const row of this.#freshInOrder()) this.#put(row, row.text ?? row.logged ?? "");
    this.#commit(upTo);
    // Not before this may the log be written over.
    this.#sync.now();
    this.#log.restart(this.#epoch);
  }

  #abandon(): void {
    for (const row of this.#dirty) {
      row.dirty = false;
      row.value = undefined;
      row.text = undefined;
      if (row.logged === undefined && row.tier.fresh.delete(row.key)) this.#freshRows -= 1;
    }
    this.#dirty = [];
    this.#cache.clear();
    this.#rollBack();
  }

  /** What was carried is taken back, and begun anew later. */
  #rollBack(): void {
    for (const row of this.#tabled) row.tabled = false;
    this.#tabled = [];
    this.#fold = undefined;
    this.#needsRecord = 0;
    this.#table.rollBack();
  }

  /** That a sync has failed: from then on nothing is written, and nothing answered. */
  #diskFailure(): StoreFailure | undefined {
    const error = this.#sync.failure ?? this.#table.failure;
    return error === undefined ? undefined : new StoreFailure(`The disk did not take what was written: ${messageOf(error)}. Whether it is there can no longer be known, so nothing is answered any more. Check the disk, then start again with the same file.`, error);
  }

  /** Tells a trouble of the disk, which fails the group, from an error of one unit. */
  #reading<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new StoreFailure(isFull(error) ? "The store's disk is full: nothing of this group was written. Make room; the store goes on by itself." : `The store could not reach its file: ${messageOf(error)}. Nothing of this group took effect, as far as the disk can tell.`, error);
    }
  }
}

/** The epoch of a store that is closed: all is in the table, and there is no log. */
const CLOSED = "";

/** Neither part can hold a line break. */
const rowName = (collection: string, key: string): string => `${collection}\n${key}`;

const textOf = (value: Json | undefined): string => (value === undefined ? "" : JSON.stringify(value));

