import { existsSync } from "node:fs";
import { dirname, resolve as resolvePath } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { assertRowName, assertScan, assertWrites } from "../../core/unit/document.ts";
import { decideUnit, type RowReader } from "../../core/unit/run.ts";
import type { Json, ReadResult, Scan, Unit } from "../../core/unit/unit.ts";
import { RowCache } from "./row-cache.ts";
import { type Store, StoreClosed } from "./store.ts";

export interface SqliteStoreOptions {
  /** Runs a task soon, once the units that arrive together are here: `hostDefer` when live. */
  readonly defer: (task: () => void) => void;
  /** Units in one commit at most. Default 256. */
  readonly groupLimit?: number;
  /** Parsed rows kept in memory at most. Default 50,000. */
  readonly cacheEntries?: number;
  /** Rows that wait in the log, as text in memory, before they are carried over into the table. Default 20,000. */
  readonly foldRows?: number;
  /** Told after each group, for metrics. */
  readonly onGroup?: (group: GroupInfo) => void;
  /** @internal For the tests that show what the settings are for. */
  readonly testing?: { readonly synchronous?: "OFF"; readonly maxPages?: number };
}

export interface GroupInfo {
  readonly units: number;
  /** Rows written to the file: a row that several units of a group wrote counts once. */
  readonly rows: number;
  readonly outcome: "committed" | "nothing-written" | "failed";
}

/** The file cannot be used as it is; the message says why and what to do. */
export class StoreUnusable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreUnusable";
  }
}

/** A group could not be written, or a row not be read: no unit of it took effect, as far as the disk can tell. */
export class StoreFailure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreFailure";
  }
}

/** "LTRS", the mark of our files in SQLite's header. */
const APPLICATION_ID = 0x4c545253;
const SCHEMA_VERSION = 1;

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const READONLY = 8;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** A checkpoint every 64 MiB of log: it costs two more fsyncs, someone waits for them, and a page changed often is copied once. */
const CHECKPOINT_PAGES = 8_000;

/**
 * Opens, or creates, a store in one SQLite file: WAL, full sync, one writer, group commit. The file is locked for as
 * long as the store is open; the lock goes with the process, however it ends. Throws `StoreUnusable`.
 */
export function openSqliteStore(path: string, options: SqliteStoreOptions): Store {
  return new SqliteStore(openDatabase(path, options), options);
}

interface Waiting {
  readonly run: () => () => void;
  readonly fail: (error: unknown) => void;
}

/** A row that the running group has written. */
interface Dirty {
  readonly value: Json | undefined;
  /** `value` as the file keeps it, once somebody needed it; empty for a deletion. */
  text: string | undefined;
  /** The open transaction has it in the table. */
  tabled: boolean;
}

/** What of one collection is not, or not yet for certain, in the table. */
interface Tier {
  readonly collection: string;
  /** What this group has written, the last value of each row: a row all payments touch is written once a group. */
  readonly dirty: Map<string, Dirty>;
  /** Committed to the log and not yet in the table, as text; empty for a deletion. */
  readonly pending: Map<string, string>;
  /** The open transaction has all of `pending` in the table. */
  drained: boolean;
  /** A row of it was ever read into the cache; most collections are written far more often than they are read. */
  cached: boolean;
  /** No key of the collection is above it; undefined while there is none. Numbers that ascend need no look into the file. */
  highest: string | undefined;
}

/** Rows of the log being carried into the table, a slice with each group. */
interface Fold {
  readonly rows: readonly (readonly [Tier, readonly string[]])[];
  /** When all are in the table, the log is not needed up to here. */
  readonly upTo: number;
  tier: number;
  key: number;
}

/**
 * A commit appends one record to `log`: all rows of the group, side by side on few pages. They reach `rows`, the table
 * by key, later and in the order of their keys, thousands at a time, where each page is written once instead of once
 * for each of its rows: a tenth of the writing. Who opens the file after a crash carries over what the log still holds.
 */
class SqliteStore implements Store, RowReader {
  readonly #database: DatabaseSync;
  readonly #options: SqliteStoreOptions;
  readonly #groupLimit: number;
  readonly #foldRows: number;
  readonly #select: StatementSync;
  readonly #last: StatementSync;
  readonly #scanForwards: StatementSync;
  readonly #scanBackwards: StatementSync;
  readonly #upsert: StatementSync;
  readonly #remove: StatementSync;
  readonly #append: StatementSync;
  readonly #forget: StatementSync;
  /** Committed rows that were read, so that a failed group leaves nothing of itself in it. */
  readonly #cache: RowCache;
  readonly #tiers = new Map<string, Tier>();
  /** Tiers with a dirty row, in the order in which the group came to them. */
  readonly #touched = new Set<Tier>();
  readonly #drained = new Set<Tier>();
  #pendingRows = 0;
  #fold: Fold | undefined;
  /** What the open transaction has carried over of the fold. */
  #slices: { readonly tier: Tier; readonly keys: readonly string[]; readonly from: number; readonly below: number }[] = [];
  #lastRecord: number;
  #queue: Waiting[] = [];
  #scheduled = false;
  #closed = false;

  constructor(database: DatabaseSync, options: SqliteStoreOptions) {
    this.#database = database;
    this.#options = options;
    this.#groupLimit = options.groupLimit ?? 256;
    if (!Number.isSafeInteger(this.#groupLimit) || this.#groupLimit < 1) throw new RangeError(`groupLimit is a whole number of at least 1, not ${this.#groupLimit}.`);
    this.#foldRows = options.foldRows ?? 20_000;
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

  transact<T>(unit: () => Unit<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new StoreClosed());
      this.#queue.push({
        run: () => {
          const result = this.#perform(unit);
          return () => resolve(result);
        },
        fail: reject,
      });
      this.#schedule();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    while (this.#queue.length > 0) this.#commitGroup();
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
    const dirty = tier.dirty.get(key);
    if (dirty !== undefined) return dirty.value;
    const cached = tier.cached ? this.#cache.get(rowName(collection, key)) : undefined;
    if (cached !== undefined) return cached;
    let text = tier.pending.get(key);
    if (text === undefined) {
      if (tier.highest === undefined || key > tier.highest) return undefined;
      const found = this.#reading(() => this.#select.get(collection, key)) as unknown as [string] | undefined;
      if (found === undefined) return undefined;
      text = found[0];
    } else if (text === "") {
      return undefined;
    }
    const value = JSON.parse(text) as Json;
    this.#cache.set(rowName(collection, key), value);
    tier.cached = true;
    return value;
  }

  scan(scan: Scan): ReadResult {
    assertScan(scan);
    const { collection, from, below, limit, reverse } = scan;
    const tier = this.#tiers.get(collection);
    const found = this.#reading(() => {
      if (tier !== undefined) this.#drain(tier);
      return (reverse === true ? this.#scanBackwards : this.#scanForwards).all(collection, from, below, limit);
    }) as unknown as [string, string][];
    const keys = found.map(([key]) => key);
    // A row in memory is not parsed again, and is the same document whichever way it is read.
    const values = found.map(([key, text]) => tier?.dirty.get(key)?.value ?? (tier?.cached === true ? this.#cache.get(rowName(collection, key)) : undefined) ?? (JSON.parse(text) as Json));
    return { keys, values };
  }

  #perform<T>(unit: () => Unit<T>): T {
    const { result, writes } = decideUnit(this, unit());
    assertWrites(writes);
    for (const { collection, key, value } of writes) {
      const tier = this.#tier(collection);
      tier.dirty.set(key, { value, text: undefined, tabled: false });
      if (tier.highest === undefined || key > tier.highest) tier.highest = key;
      this.#touched.add(tier);
    }
    return result;
  }

  #tier(collection: string): Tier {
    const known = this.#tiers.get(collection);
    if (known !== undefined) return known;
    const [highest] = this.#reading(() => this.#last.get(collection)) as unknown as [string | null];
    const tier: Tier = { collection, dirty: new Map(), pending: new Map(), drained: false, cached: false, highest: highest ?? undefined };
    this.#tiers.set(collection, tier);
    return tier;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.defer(() => {
      this.#scheduled = false;
      if (this.#queue.length === 0) return;
      this.#commitGroup();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #commitGroup(): void {
    const group = this.#queue.slice(0, this.#groupLimit);
    this.#queue = this.#queue.slice(this.#groupLimit);
    const outcomes: (() => void)[] = [];
    let rows = 0;
    try {
      for (const { run, fail } of group) {
        try {
          outcomes.push(run());
        } catch (error) {
          if (error instanceof StoreFailure) throw error;
          // The unit's own error; it waits for the commit as well, since it may tell of rows written before it.
          outcomes.push(() => fail(error));
        }
      }
      for (const { dirty } of this.#touched) rows += dirty.size;
      this.#reading(() => {
        if (rows > 0) this.#record(rows);
        if (this.#database.isTransaction) this.#database.exec("COMMIT");
      });
    } catch (error) {
      this.#abandon();
      for (const { fail } of group) fail(error);
      this.#options.onGroup?.({ units: group.length, rows: 0, outcome: "failed" });
      return;
    }
    this.#settle(rows);
    for (const settle of outcomes) settle();
    this.#options.onGroup?.({ units: group.length, rows, outcome: rows > 0 ? "committed" : "nothing-written" });
  }

  #begin(): void {
    if (!this.#database.isTransaction) this.#database.exec("BEGIN IMMEDIATE");
  }

  /** Appends the group to the log, one line a row, and carries over a part of what older groups have left there. */
  #record(rows: number): void {
    this.#begin();
    let record = "";
    for (const { collection, dirty } of this.#touched) {
      for (const [key, row] of dirty) {
        row.text ??= textOf(row.value);
        record += `${collection}\t${key}\t${row.text}\n`;
      }
    }
    this.#append.run(this.#lastRecord + 1, record);
    this.#carry(Math.max(64, rows * 3));
  }

  /** What was written is now on the disk: in the log, and some of it in the table. */
  #settle(rows: number): void {
    for (const { tier, keys, from, below } of this.#slices) {
      this.#pendingRows -= tier.pending.size;
      for (let at = from; at < below; at += 1) tier.pending.delete(keys[at] ?? "");
      this.#pendingRows += tier.pending.size;
    }
    this.#slices = [];
    for (const tier of this.#drained) {
      this.#pendingRows -= tier.pending.size;
      tier.pending.clear();
      tier.drained = false;
    }
    this.#drained.clear();
    if (rows === 0) return;
    this.#lastRecord += 1;
    for (const { collection, dirty, pending, cached } of this.#touched) {
      this.#pendingRows -= pending.size;
      for (const [key, { value, text, tabled }] of dirty) {
        if (cached) this.#cache.renew(rowName(collection, key), value);
        if (!tabled) pending.set(key, text ?? "");
      }
      this.#pendingRows += pending.size;
      dirty.clear();
    }
    this.#touched.clear();
    if (this.#fold !== undefined && this.#fold.tier >= this.#fold.rows.length) this.#fold = undefined;
    if (this.#fold === undefined && this.#pendingRows >= this.#foldRows) this.#fold = this.#newFold();
  }

  #newFold(): Fold {
    const rows = [...this.#tiers.values()].filter(({ pending }) => pending.size > 0).map((tier) => [tier, [...tier.pending.keys()].sort()] as const);
    return { rows, upTo: this.#lastRecord, tier: 0, key: 0 };
  }

  /** Brings so many rows of the fold into the table, as they now are; with the last one the log behind them goes. */
  #carry(count: number): void {
    const fold = this.#fold;
    if (fold === undefined) return;
    let left = count;
    for (let at = fold.rows[fold.tier]; at !== undefined && left > 0; at = fold.rows[fold.tier]) {
      const [tier, keys] = at;
      const from = fold.key;
      fold.key = Math.min(keys.length, from + left);
      left -= fold.key - from;
      if (!tier.drained) {
        for (let index = from; index < fold.key; index += 1) {
          const key = keys[index] ?? "";
          const text = tier.pending.get(key);
          // Gone when a scan was here before; and what this group has put into the table is newer.
          if (text !== undefined && tier.dirty.get(key)?.tabled !== true) this.#table(tier.collection, key, text);
        }
        this.#slices.push({ tier, keys, from, below: fold.key });
      }
      if (fold.key < keys.length) return;
      fold.tier += 1;
      fold.key = 0;
    }
    if (fold.tier >= fold.rows.length) this.#forget.run(fold.upTo);
  }

  /** Brings one collection into the table, which a scan needs. */
  #drain(tier: Tier): void {
    if (tier.pending.size > 0 && !tier.drained) {
      this.#begin();
      for (const [key, text] of tier.pending) {
        // The group's own row is newer, and stands there already or comes now.
        if (!tier.dirty.has(key)) this.#table(tier.collection, key, text);
      }
      tier.drained = true;
      this.#drained.add(tier);
    }
    for (const [key, row] of tier.dirty) {
      if (row.tabled) continue;
      this.#begin();
      row.text ??= textOf(row.value);
      this.#table(tier.collection, key, row.text);
      row.tabled = true;
    }
  }

  #table(collection: string, key: string, text: string): void {
    if (text === "") this.#remove.run(collection, key);
    else this.#upsert.run(collection, key, text);
  }

  /** What the log holds from an earlier life becomes pending. Returns the number of its last record. */
  #recover(): number {
    let last = 0;
    for (const [number, rows] of prepare(this.#database, "SELECT number, rows FROM log ORDER BY number").iterate() as unknown as Iterable<[number, string]>) {
      last = number;
      for (const line of rows.split("\n")) {
        const [collection, key, text] = line.split("\t");
        if (collection !== undefined && key !== undefined && text !== undefined) this.#tier(collection).pending.set(key, text);
      }
    }
    if (last > 0) this.#carryAll();
    // Made anew at their next use, with what is now in the table.
    this.#tiers.clear();
    return last;
  }

  /** Leaves everything in the table and nothing in the log. */
  #carryAll(): void {
    this.#begin();
    for (const tier of this.#tiers.values()) {
      for (const key of [...tier.pending.keys()].sort()) this.#table(tier.collection, key, tier.pending.get(key) ?? "");
    }
    this.#database.exec("DELETE FROM log; COMMIT");
    for (const { pending } of this.#tiers.values()) pending.clear();
    this.#pendingRows = 0;
    this.#fold = undefined;
  }

  #abandon(): void {
    for (const { dirty } of this.#touched) dirty.clear();
    this.#touched.clear();
    for (const tier of this.#drained) tier.drained = false;
    this.#drained.clear();
    this.#slices = [];
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

function openDatabase(path: string, options: SqliteStoreOptions): DatabaseSync {
  if (path === "" || path === ":memory:") throw new StoreUnusable(`${JSON.stringify(path)} is no file, so nothing in it would survive; name a file, or use the memory store.`);
  const file = resolvePath(path);
  if (!existsSync(dirname(file))) throw new StoreUnusable(`The store ${file} cannot be opened: its folder does not exist. Create ${dirname(file)}, or name another place.`);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    lock(database);
    prepareSchema(database, file);
    const { synchronous = "FULL", maxPages } = options.testing ?? {};
    database.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -32768`);
    if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${maxPages}`);
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof StoreUnusable ? error : new StoreUnusable(adviceFor(error, file), error);
  }
}

/**
 * Exclusive locking is SQLite's own advisory lock, taken by the first write and kept: a second bank on the same file
 * fails here instead of reading the first one's rows, and reads need no lock of their own.
 */
function lock(database: DatabaseSync): void {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  // Named before the file is written, so that the file of another program is left as it is.
  database.prepare("SELECT count(*) FROM sqlite_schema").get();
}

function prepareSchema(database: DatabaseSync, file: string): void {
  const application = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  const tables = database.prepare("SELECT name FROM sqlite_schema").all();
  const empty = application === 0 && version === 0 && tables.length === 0;
  if (!empty && application !== APPLICATION_ID) throw new StoreUnusable(`The store ${file} is an SQLite database of another program, and was left as it is. Name another file.`);
  if (!empty && version !== SCHEMA_VERSION) throw new StoreUnusable(`The store ${file} has schema version ${version}; this release reads version ${SCHEMA_VERSION}. Use the release that wrote it, or start with a new file.`);
  // Before anything is written. On 8 KiB pages a payment's largest rows fit without a page of their own.
  if (empty) database.exec("PRAGMA page_size = 8192");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("BEGIN IMMEDIATE");
  if (empty) {
    database.exec(`
      CREATE TABLE rows (collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, key)) STRICT, WITHOUT ROWID;
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${SCHEMA_VERSION}`);
  }
  database.exec("CREATE TABLE IF NOT EXISTS log (number INTEGER PRIMARY KEY, rows TEXT NOT NULL) STRICT");
  database.exec("COMMIT");
}

function adviceFor(error: unknown, file: string): string {
  switch (codeOf(error)) {
    case BUSY:
      return `The store ${file} is in use by another process; two must not share one file. Stop the other, or give this one a file of its own.`;
    case NOT_A_DATABASE:
      return `The store ${file} is not an SQLite database, and was left as it is. Name another file.`;
    case READONLY:
      return `The store ${file} cannot be written. Give this user write permission to the file and to its folder.`;
    case CANNOT_OPEN:
      return `The store ${file} cannot be opened: it is a folder, or this user may not read and write there. Name another file, or change the permissions.`;
    case FULL:
      return `The store ${file} cannot be written: the disk is full.`;
    default:
      return `The store ${file} cannot be opened: ${messageOf(error)}.`;
  }
}

function prepare(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

const pragma = (database: DatabaseSync, name: string): number => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);

/** Neither part can hold a line break. */
const rowName = (collection: string, key: string): string => `${collection}\n${key}`;

const textOf = (value: Json | undefined): string => (value === undefined ? "" : JSON.stringify(value));

/** The primary code; extended ones carry it in their low byte. */
const codeOf = (error: unknown): number => (error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
