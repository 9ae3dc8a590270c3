import { existsSync } from "node:fs";
import { dirname, resolve as resolvePath } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { assertRowName, assertScan, assertWrites } from "../../core/unit/document.ts";
import { decideUnit, type RowReader } from "../../core/unit/run.ts";
import type { Json, ReadResult, Scan, Unit, Write } from "../../core/unit/unit.ts";
import { RowCache } from "./row-cache.ts";
import { type Store, StoreClosed } from "./store.ts";

export interface SqliteStoreOptions {
  /** Runs a task soon, once the units that arrive together are here: `hostDefer` when live. */
  readonly defer: (task: () => void) => void;
  /** Units in one commit at most. Default 256. */
  readonly groupLimit?: number;
  /** Parsed rows kept in memory at most. Default 50,000. */
  readonly cacheEntries?: number;
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
const CHECKPOINT_PAGES = 16_000;

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

class SqliteStore implements Store, RowReader {
  readonly #database: DatabaseSync;
  readonly #options: SqliteStoreOptions;
  readonly #groupLimit: number;
  readonly #select: StatementSync;
  readonly #scanForwards: StatementSync;
  readonly #scanBackwards: StatementSync;
  readonly #upsert: StatementSync;
  readonly #remove: StatementSync;
  /** Committed rows only, so that a failed group leaves nothing of itself in it. */
  readonly #cache: RowCache;
  /** What this group has written, the last value of each row: a row all payments touch is written once a group. */
  readonly #dirty = new Map<string, Write>();
  /** Of `#dirty`, what the file's open transaction does not have yet. */
  readonly #unwritten = new Map<string, Write>();
  #queue: Waiting[] = [];
  #scheduled = false;
  #closed = false;

  constructor(database: DatabaseSync, options: SqliteStoreOptions) {
    this.#database = database;
    this.#options = options;
    this.#groupLimit = options.groupLimit ?? 256;
    if (!Number.isSafeInteger(this.#groupLimit) || this.#groupLimit < 1) throw new RangeError(`groupLimit is a whole number of at least 1, not ${this.#groupLimit}.`);
    this.#cache = new RowCache(options.cacheEntries ?? 50_000);
    this.#select = prepare(database, "SELECT value FROM rows WHERE collection = ? AND key = ?");
    this.#scanForwards = prepare(database, "SELECT key, value FROM rows WHERE collection = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?");
    this.#scanBackwards = prepare(database, "SELECT key, value FROM rows WHERE collection = ? AND key >= ? AND key < ? ORDER BY key DESC LIMIT ?");
    this.#upsert = prepare(database, "INSERT INTO rows (collection, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value");
    this.#remove = prepare(database, "DELETE FROM rows WHERE collection = ? AND key = ?");
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
      this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      this.#database.close();
    }
  }

  get(collection: string, key: string): Json | undefined {
    assertRowName(collection, key);
    const row = rowName(collection, key);
    const dirty = this.#dirty.get(row);
    if (dirty !== undefined) return dirty.value;
    const cached = this.#cache.get(row);
    if (cached !== undefined) return cached;
    const found = this.#reading(() => this.#select.get(collection, key)) as unknown as [string] | undefined;
    if (found === undefined) return undefined;
    const value = JSON.parse(found[0]) as Json;
    this.#cache.set(row, value);
    return value;
  }

  scan(scan: Scan): ReadResult {
    assertScan(scan);
    const { collection, from, below, limit, reverse } = scan;
    const found = this.#reading(() => {
      this.#write();
      return (reverse === true ? this.#scanBackwards : this.#scanForwards).all(collection, from, below, limit);
    }) as unknown as [string, string][];
    const keys = found.map(([key]) => key);
    // A row in memory is not parsed again, and is the same document whichever way it is read.
    const values = found.map(([key, text]) => {
      const row = rowName(collection, key);
      return this.#dirty.get(row)?.value ?? this.#cache.get(row) ?? (JSON.parse(text) as Json);
    });
    return { keys, values };
  }

  #perform<T>(unit: () => Unit<T>): T {
    const { result, writes } = decideUnit(this, unit());
    assertWrites(writes);
    for (const write of writes) {
      const row = rowName(write.collection, write.key);
      this.#dirty.set(row, write);
      this.#unwritten.set(row, write);
    }
    return result;
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
      rows = this.#dirty.size;
      this.#reading(() => {
        this.#write();
        if (this.#database.isTransaction) this.#database.exec("COMMIT");
      });
    } catch (error) {
      this.#abandon();
      for (const { fail } of group) fail(error);
      this.#options.onGroup?.({ units: group.length, rows: 0, outcome: "failed" });
      return;
    }
    for (const [row, { value }] of this.#dirty) {
      if (value === undefined) this.#cache.delete(row);
      else this.#cache.set(row, value);
    }
    this.#dirty.clear();
    for (const settle of outcomes) settle();
    this.#options.onGroup?.({ units: group.length, rows, outcome: rows > 0 ? "committed" : "nothing-written" });
  }

  /** Brings what is unwritten into the file's transaction, which a scan and the commit need. */
  #write(): void {
    if (this.#unwritten.size === 0) return;
    if (!this.#database.isTransaction) this.#database.exec("BEGIN IMMEDIATE");
    for (const { collection, key, value } of this.#unwritten.values()) {
      if (value === undefined) this.#remove.run(collection, key);
      else this.#upsert.run(collection, key, JSON.stringify(value));
    }
    this.#unwritten.clear();
  }

  #abandon(): void {
    this.#dirty.clear();
    this.#unwritten.clear();
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
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("BEGIN IMMEDIATE");
  if (empty) {
    database.exec(`
      CREATE TABLE rows (collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, key)) STRICT, WITHOUT ROWID;
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${SCHEMA_VERSION}`);
  }
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

/** The primary code; extended ones carry it in their low byte. */
const codeOf = (error: unknown): number => (error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
