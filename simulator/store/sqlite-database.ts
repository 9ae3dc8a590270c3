import { closeSync, existsSync, openSync, realpathSync } from "node:fs";
import { dirname, resolve as resolvePath } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** The file cannot be used as it is; the message says why and what to do. */
export class StoreUnusable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreUnusable";
  }
}

/** "LTRS", the mark of our files in SQLite's header. */
const APPLICATION_ID = 0x4c545253;
const SCHEMA_VERSION = 5;

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const READONLY = 8;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** @internal For the tests that show the need for the settings. */
export interface DatabaseSettings {
  readonly sync?: false;
  readonly maxPages?: number;
  /** Characters of rows after which there is a checkpoint. */
  readonly checkpointLength?: number;
  readonly logHalfBytes?: number;
}

/**
 * Opens, or creates, the file of a store, locks it and makes its tables: `rows` by key, and `carried`, up to which record
 * of the store's log they hold everything. Throws `StoreUnusable`.
 */
export function openDatabase(
  path: string,
  settings: DatabaseSettings,
): { readonly database: DatabaseSync; readonly file: string } {
  if (path === "" || path === ":memory:")
    throw new StoreUnusable(
      `${JSON.stringify(path)} is not a file, so its data would not survive; name a file, or use the memory store.`,
    );
  const file = resolvePath(path);
  if (!existsSync(dirname(file)))
    throw new StoreUnusable(
      `The store ${file} cannot be opened: its folder does not exist. Create ${dirname(file)}, or name another place.`,
    );
  let database: DatabaseSync | undefined;
  try {
    ownersAlone(file);
    database = new DatabaseSync(file, { timeout: 0 });
    lock(database);
    prepareSchema(database, file);
    // NORMAL: the head of SQLite's log is synced before the rest is overwritten; otherwise, after a power cut, old
    // pages
    // would pass for new ones. All other syncs are the store's, which waits for no disk where SQLite would. No page
    // leaves
    // the cache before its commit, since that may have to wait for the last checkpoint to be on the disk. SQLite makes
    // a
    // checkpoint of its own, syncs included, only when its log is far longer than what was written lets expect.
    database.exec(
      "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32768; PRAGMA cache_spill = OFF",
    );
    if (settings.maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${settings.maxPages}`);
    // SQLite keeps its log beside the file itself, whatever links lead there; so does the store.
    return { database, file: realpathSync(file) };
  } catch (error) {
    database?.close();
    throw unusable(error, file);
  }
}

/** People's data and orders stand in it. SQLite gives its log the same permissions. */
function ownersAlone(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, "wx", 0o600));
}

/**
 * Exclusive locking is SQLite's own advisory lock, taken by the first write and kept: a second bank on the same file
 * fails here instead of reading the first one's rows, and reads need no lock of their own.
 */
function lock(database: DatabaseSync): void {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  // Checked before anything is written, so that another program's file is left as it is.
  database.prepare("SELECT count(*) FROM sqlite_schema").get();
}

function prepareSchema(database: DatabaseSync, file: string): void {
  const application = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  const tables = database.prepare("SELECT name FROM sqlite_schema").all();
  const empty = application === 0 && version === 0 && tables.length === 0;
  if (!empty && application !== APPLICATION_ID)
    throw new StoreUnusable(
      `The store ${file} is an SQLite database of another program, and was left as it is. Name another file.`,
    );
  if (!empty && version !== SCHEMA_VERSION)
    throw new StoreUnusable(
      `The store ${file} has schema version ${version}; this release reads version ${SCHEMA_VERSION}. Use the release that wrote it, or start with a new file.`,
    );
  // Before anything is written. On 8 KiB pages a payment's largest rows fit without a page of their own.
  if (empty) database.exec("PRAGMA page_size = 8192");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("BEGIN IMMEDIATE");
  if (empty) {
    database.exec(`
      CREATE TABLE rows (collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, key)) STRICT, WITHOUT ROWID;
      CREATE TABLE carried (epoch TEXT NOT NULL, number INTEGER NOT NULL) STRICT;
      INSERT INTO carried VALUES ('', 0);
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${SCHEMA_VERSION}`);
  }
  database.exec("COMMIT");
}

export const unusable = (error: unknown, file: string): StoreUnusable =>
  error instanceof StoreUnusable ? error : new StoreUnusable(adviceFor(error, file), error);

function adviceFor(error: unknown, file: string): string {
  if (isFull(error)) return `The store ${file} cannot be written: the disk is full.`;
  switch (codeOf(error)) {
    case BUSY:
      return `The store ${file} is in use by another process; two must not share one file. Stop the other, or give this one a file of its own.`;
    case NOT_A_DATABASE:
      return `The store ${file} is not an SQLite database, and was left as it is. Name another file.`;
    case READONLY:
      return `The store ${file} cannot be written. Give this user write permission to the file and to its folder.`;
    case CANNOT_OPEN:
      return `The store ${file} cannot be opened: it is a folder, or this user may not read and write there. Name another file, or change the permissions.`;
    default:
      return `The store ${file} cannot be opened: ${messageOf(error)}.`;
  }
}

/** Rows as arrays: names are not needed, and cost. */
export function prepare(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

const pragma = (database: DatabaseSync, name: string): number =>
  Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);

/** Of SQLite or of the system. */
export const isFull = (error: unknown): boolean =>
  codeOf(error) === FULL || (error instanceof Error && "code" in error && error.code === "ENOSPC");

/** SQLite's primary code, 0 for another error; extended codes carry it in their low byte. */
const codeOf = (error: unknown): number =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
