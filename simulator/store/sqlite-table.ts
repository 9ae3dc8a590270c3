import { copyFileSync, existsSync, linkSync, renameSync, rmSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Scan } from "../../core/unit/unit.ts";
import { DiskSync } from "./disk-sync.ts";
import { prepare } from "./sqlite-database.ts";

/** A checkpoint after so many characters: some 8 MiB of SQLite's log, a few milliseconds. */
const CHECKPOINT_LENGTH = 3_000_000;

/** So many times overdue, a checkpoint is made even if calls have to wait. */
const OVERDUE = 4;

export interface TableSettings {
  /** Characters brought into the table after which there is a checkpoint. Default 3,000,000. */
  readonly checkpointLength: number | undefined;
  readonly sync: boolean;
}

/**
 * The rows of a store by key, in SQLite. Writes go to one open transaction until `commit`, and every read sees them.
 * SQLite keeps a log of whole pages; a checkpoint copies them into the database, and the log is then overwritten from its
 * beginning. This class syncs what must be on the disk before that, without stopping the thread where there is time.
 */
export class SqliteTable {
  readonly #database: DatabaseSync;
  readonly #file: string;
  /** The sync of all logs of the store, SQLite's included. */
  readonly #logs: DiskSync;
  /** The sync of the database after a checkpoint. The next commit, which may overwrite SQLite's log, waits for it. */
  readonly #checkpointed: DiskSync;
  readonly #checkpointLength: number;
  readonly #select: StatementSync;
  readonly #last: StatementSync;
  readonly #scanForwards: StatementSync;
  readonly #scanBackwards: StatementSync;
  readonly #upsert: StatementSync;
  readonly #remove: StatementSync;
  readonly #carried: StatementSync;
  #commits = 0;
  /** Characters written since the last checkpoint. */
  #length = 0;

  constructor(
    database: DatabaseSync,
    file: string,
    logs: DiskSync,
    { checkpointLength = CHECKPOINT_LENGTH, sync }: TableSettings,
  ) {
    this.#database = database;
    this.#file = file;
    this.#logs = logs;
    this.#checkpointed = new DiskSync(sync);
    this.#checkpointLength = checkpointLength;
    this.#select = prepare(database, "SELECT value FROM rows WHERE collection = ? AND key = ?");
    this.#last = prepare(database, "SELECT max(key) FROM rows WHERE collection = ?");
    this.#scanForwards = prepare(
      database,
      "SELECT key, value FROM rows WHERE collection = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?",
    );
    this.#scanBackwards = prepare(
      database,
      "SELECT key, value FROM rows WHERE collection = ? AND key >= ? AND key < ? ORDER BY key DESC LIMIT ?",
    );
    this.#upsert = prepare(
      database,
      "INSERT INTO rows (collection, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    );
    this.#remove = prepare(database, "DELETE FROM rows WHERE collection = ? AND key = ?");
    this.#carried = prepare(database, "UPDATE carried SET epoch = ?, number = ?");
  }

  /** The epoch of the store's log, and the record up to which the table has everything. */
  carried(): { readonly epoch: string; readonly number: number } {
    const [epoch, number] = prepare(this.#database, "SELECT epoch, number FROM carried").get() as unknown as [
      string,
      number,
    ];
    return { epoch, number };
  }

  newEpoch(): string {
    const [epoch] = prepare(this.#database, "SELECT hex(randomblob(16))").get() as unknown as [string];
    return epoch;
  }

  /** The document of a row as text. */
  get(collection: string, key: string): string | undefined {
    const found = this.#select.get(collection, key) as unknown as [string] | undefined;
    return found?.[0];
  }

  highestKey(collection: string): string | undefined {
    const [highest] = this.#last.get(collection) as unknown as [string | null];
    return highest ?? undefined;
  }

  scan({ collection, from, below, limit, reverse }: Scan): readonly (readonly [key: string, text: string])[] {
    return (reverse === true ? this.#scanBackwards : this.#scanForwards).all(
      collection,
      from,
      below,
      limit,
    ) as unknown as [string, string][];
  }

  /** Opens the transaction where there is none. To be called before rows are put. */
  begin(): void {
    if (!this.#database.isTransaction) this.#database.exec("BEGIN IMMEDIATE");
  }

  /** Writes a row; an empty text deletes it. */
  put(collection: string, key: string, text: string): void {
    if (text === "") this.#remove.run(collection, key);
    else this.#upsert.run(collection, key, text);
    this.#length += key.length + text.length;
  }

  /**
   * Commits the rows that were put: everything of the store's log up to a record. The next sync of the logs makes it
   * durable.
   */
  commit(epoch: string, number: number): void {
    this.#carried.run(epoch, number);
    this.#checkpointed.now();
    this.#database.exec("COMMIT");
    this.#commits += 1;
    this.#logs.wrote(`${this.#file}-wal`);
  }

  rollBack(): void {
    try {
      // A full disk makes SQLite roll back by itself.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    } catch {
      // The next transaction begins anew, and throws if it cannot.
    }
  }

  /** Call it after a commit: runs `done` once the commit is on the disk, and makes a checkpoint then if one is due. */
  settle(done: () => void): void {
    // On a slow disk there may never be a moment in which all is synced.
    if (this.#length > OVERDUE * this.#checkpointLength) {
      this.#logs.now();
      this.checkpoint();
    }
    const commit = this.#commits;
    this.#logs.after(() => {
      done();
      if (commit === this.#commits) this.checkpoint();
    });
  }

  /**
   * Copies SQLite's log into the database when it is long enough; all of it must be synced. The pieces are small, since
   * every call waits meanwhile. A failure is tried again after the next commit.
   */
  checkpoint(): void {
    if (this.#length < this.#checkpointLength || !this.#database.isOpen || this.#database.isTransaction) return;
    try {
      this.#database.exec("PRAGMA synchronous = OFF; PRAGMA wal_checkpoint(PASSIVE)");
    } catch {
      return;
    } finally {
      this.#database.exec("PRAGMA synchronous = NORMAL");
    }
    this.#length = 0;
    this.#checkpointed.wrote(this.#file);
    this.#checkpointed.begin();
  }

  /** The error of the first failed sync of the database. */
  get failure(): unknown {
    return this.#checkpointed.failure;
  }

  /** Resolves when no sync of the database is under way. */
  idle(): Promise<void> {
    return this.#checkpointed.idle();
  }

  /** Copies all of SQLite's log into the database, syncs that, and empties the log. */
  emptyLog(): void {
    // SQLite syncs only what it copies itself.
    this.#checkpointed.now();
    this.#database.exec("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = NORMAL");
    this.#length = 0;
  }

  /** `whole`: the database has everything and is left as one file. */
  close(whole: boolean): void {
    // SQLite deletes its log when it is closed. Where the database may not have all of it, it is kept under another
    // name.
    const log = `${this.#file}-wal`;
    const keep = !whole && existsSync(log);
    const kept = `${log}-kept`;
    if (keep) {
      rmSync(kept, { force: true });
      try {
        linkSync(log, kept);
      } catch {
        // A file system without hard links.
        copyFileSync(log, kept);
      }
    }
    this.#database.close();
    if (keep) renameSync(kept, log);
    this.#checkpointed.close();
  }
}
