import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { assertWrites } from "../../core/unit/document.ts";
import { decideUnit } from "../../core/unit/run.ts";
import type { Unit } from "../../core/unit/unit.ts";
import { DiskSync } from "./disk-sync.ts";
import { type FreshRow, FreshRows } from "./fresh-rows.ts";
import { LogDamaged, RecordLog } from "./record-log.ts";
import { type DatabaseSettings, openDatabase, StoreUnusable, unusable } from "./sqlite-database.ts";
import { SqliteTable } from "./sqlite-table.ts";
import { failedSync, reachingDisk, StoreFailure } from "./store-failure.ts";
import { type Store, StoreClosed } from "./store.ts";

export interface SqliteStoreOptions {
  /** Runs a task soon, after all units that arrive together; it starts a commit. `hostDefer` when live. */
  readonly defer: (task: () => void) => void;
  /** Parsed rows kept in memory at most. Default 50,000. */
  readonly cacheEntries?: number;
  /**
   * Rows that wait in the log, as text in memory, before they are carried into the table. Default 2,000: few enough to
   * be young objects, enough to fill pages.
   */
  readonly foldRows?: number;
  /** Called after each group, for metrics. */
  readonly onGroup?: (group: GroupInfo) => void;
  /** @internal For the tests that show the need for the settings. */
  readonly testing?: DatabaseSettings;
}

export interface GroupInfo {
  readonly units: number;
  /** Rows written to the file: a row that several units of a group wrote counts once. */
  readonly rows: number;
  readonly outcome: "committed" | "nothing-written" | "failed";
}

/**
 * Opens or creates a store in one SQLite file: WAL, one writer, group commit, and a sync before a commit is reported.
 * While it is open, and after a crash, the store's log lies beside the file. The file stays locked while the store is
 * open; the lock ends with the process. Throws `StoreUnusable`.
 */
export function openSqliteStore(path: string, options: SqliteStoreOptions): Store {
  const { database, file } = openDatabase(path, options.testing ?? {});
  try {
    return new SqliteStore(database, file, options);
  } catch (error) {
    if (database.isOpen) database.close();
    throw error instanceof RangeError ? error : unusable(error, file);
  }
}

/** A unit that was carried out and waits for its commit. */
interface Done {
  /** Settles the caller's promise with the result or the unit's own error. */
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
}

/** Rows of the log being carried into the table, a slice with each group. */
interface Fold {
  readonly rows: readonly FreshRow[];
  /** The record up to which the log is no longer needed once all are in the table. */
  readonly upTo: number;
  /** Called when that is on the disk. */
  readonly free: () => void;
  next: number;
}

/**
 * A commit appends one record to the log, all rows of the group side by side, and syncs it. They reach `rows`, the table
 * by key, later and in the order of their keys: thousands in one transaction, which is open over many groups and writes
 * each page once instead of once for each of its rows. Opening the file after a crash carries over what the log holds.
 */
class SqliteStore implements Store {
  readonly #logFile: string;
  readonly #log: RecordLog;
  readonly #table: SqliteTable;
  readonly #rows: FreshRows;
  /** The sync of the store's log and SQLite's; every write waits for it. */
  readonly #sync: DiskSync;
  readonly #options: SqliteStoreOptions;
  readonly #foldRows: number;
  #fold: Fold | undefined;
  #epoch: string;
  /** The last record known to be synced. */
  #durableRecord = 0;
  /** Units since the last commit. */
  #group: Done[] = [];
  #scheduled = false;
  #closed: Promise<void> | undefined;

  constructor(database: DatabaseSync, file: string, options: SqliteStoreOptions) {
    const { foldRows = 2_000, cacheEntries = 50_000, testing = {} } = options;
    if (!Number.isSafeInteger(foldRows) || foldRows < 1)
      throw new RangeError(`foldRows is a whole number of at least 1, not ${foldRows}.`);
    const sync = testing.sync !== false;
    this.#options = options;
    this.#foldRows = foldRows;
    this.#logFile = `${file}-log`;
    this.#sync = new DiskSync(sync);
    this.#table = new SqliteTable(database, file, this.#sync, { checkpointLength: testing.checkpointLength, sync });
    const { epoch, number } = this.#table.carried();
    this.#epoch = epoch;
    this.#rows = new FreshRows(this.#table, cacheEntries, number);
    if (epoch !== CLOSED && !existsSync(this.#logFile))
      throw new StoreUnusable(
        `The store ${file} was not closed, and its log ${this.#logFile} is missing; the log may hold the last acknowledged writes. Restore it, or accept their loss by creating an empty file of that name.`,
      );
    this.#log = new RecordLog(this.#logFile, epoch, testing.logHalfBytes);
    try {
      this.#recover(number);
    } catch (error) {
      this.#closeFiles(false);
      throw error;
    }
  }

  /** Units are carried out as they come, and committed together a little later. */
  transact<T>(unit: () => Unit<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) return reject(new StoreClosed());
      const failure = this.#diskFailure();
      if (failure !== undefined) return reject(failure);
      try {
        const { result, writes } = decideUnit(this.#rows, unit());
        assertWrites(writes);
        this.#rows.write(writes);
        this.#group.push({ settle: () => resolve(result), reject });
      } catch (error) {
        if (error instanceof StoreFailure)
          return this.#fail([...this.#group.splice(0), { settle: () => {}, reject }], error);
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
    this.#rows.forgetCopies();
    let whole = false;
    try {
      // Nothing more is written to a disk that has failed.
      if (this.#diskFailure() === undefined) {
        this.#epoch = CLOSED;
        this.#carryAll(this.#rows.lastRecord);
        this.#table.emptyLog();
        this.#log.remove();
        whole = true;
      }
    } catch {
      // Rows that the table could not take, as on a full disk, stay in the log and are carried over when the file is
      // reopened.
    } finally {
      this.#closeFiles(whole);
    }
  }

  /** `whole`: the database has everything. */
  #closeFiles(whole: boolean): void {
    this.#table.close(whole);
    this.#log.close();
    this.#sync.close();
  }

  /** Carries over the log of an earlier life, and begins a new epoch, which voids the log's records. */
  #recover(carried: number): void {
    this.#rows.recover(this.#logged(carried));
    this.#epoch = this.#table.newEpoch();
    this.#carryAll(this.#rows.lastRecord);
    // Otherwise SQLite would append to its old log and grow with every crash.
    this.#table.emptyLog();
  }

  /** The records of the log that the table does not have. @throws StoreUnusable for a log that was damaged. */
  #logged(carried: number): readonly string[] {
    try {
      return this.#log.after(carried);
    } catch (error) {
      if (!(error instanceof LogDamaged)) throw error;
      throw new StoreUnusable(
        `The log ${this.#logFile} was damaged: record ${error.record} was on the disk and cannot be read, and whole records follow it, so acknowledged writes are missing. Nothing was changed. Restore both files of the store from a copy, or accept the loss of everything from that record on: move the log away and create an empty file of its name.`,
        error,
      );
    }
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
    const rows = this.#rows.written;
    const failure = this.#diskFailure();
    if (failure !== undefined) return this.#fail(group, failure);
    if (rows > 0) {
      try {
        reachingDisk(() => this.#record());
      } catch (error) {
        // After a failed sync it is unknown whether the group is on the disk.
        return this.#fail(group, this.#diskFailure() ?? error);
      }
      this.#rows.logged();
    }
    const record = this.#rows.lastRecord;
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

  /** Drops the group after a failed write. */
  #fail(group: readonly Done[], error: unknown): void {
    this.#rows.abandon();
    this.#rollBack();
    this.#refuse(group, error);
  }

  #refuse(group: readonly Done[], error: unknown): void {
    for (const { reject } of group) reject(error);
    this.#options.onGroup?.({ units: group.length, rows: 0, outcome: "failed" });
  }

  #record(): void {
    const number = this.#rows.lastRecord + 1;
    if (this.#log.append(number, this.#rows.record(), this.#durableRecord)) {
      this.#sync.wrote(this.#logFile);
    } else {
      // The log has no room, so the table takes this group together with all earlier ones.
      this.#carryAll(number);
      this.#table.checkpoint();
    }
  }

  /**
   * Carries some rows of the log into the table while the disk is busy with the current group. After a failure the log
   * still has them all and the carrying begins anew; a group that then finds the log full reports the cause.
   */
  #carry(count: number): void {
    if (this.#fold === undefined && this.#rows.count >= this.#foldRows)
      this.#fold = { rows: this.#rows.inOrder(), upTo: this.#rows.lastRecord, free: this.#log.turn(), next: 0 };
    const fold = this.#fold;
    if (fold === undefined) return;
    try {
      if (fold.next < fold.rows.length) this.#carrySlice(fold, count);
      else this.#endFold(fold);
    } catch {
      this.#rollBack();
    }
  }

  #carrySlice(fold: Fold, count: number): void {
    this.#table.begin();
    const below = Math.min(fold.rows.length, fold.next + count);
    for (; fold.next < below; fold.next += 1) this.#rows.carry(fold.rows[fold.next] as FreshRow);
  }

  #endFold({ upTo, free }: Fold): void {
    // The table must not hold a record that the log could still lose; it will be synced soon.
    if (this.#rows.tabledRecord > this.#durableRecord) {
      if (this.#rows.count < 2 * this.#foldRows) return;
      this.#sync.now();
    }
    this.#commit(upTo);
    this.#table.settle(free);
  }

  /** Carries everything into the table, up to a record that may be the running group's, and frees the log. */
  #carryAll(upTo: number): void {
    this.#rows.carryAll();
    this.#commit(upTo);
    // Only from here on may the log be overwritten.
    this.#sync.now();
    this.#log.restart(this.#epoch);
  }

  /** Commits the open transaction; its rows are the table's, which now has everything up to a record. */
  #commit(upTo: number): void {
    this.#table.commit(this.#epoch, upTo);
    this.#fold = undefined;
    this.#rows.committed();
  }

  /** Rolls back what was carried, to begin anew later. */
  #rollBack(): void {
    this.#fold = undefined;
    this.#rows.rolledBack();
    this.#table.rollBack();
  }

  /** Handles a failed sync: from then on all writing and answering ends. */
  #diskFailure(): StoreFailure | undefined {
    const error = this.#sync.failure ?? this.#table.failure;
    return error === undefined ? undefined : failedSync(error);
  }
}

/** The epoch of a closed store, whose rows are all in the table and whose log is gone. */
const CLOSED = "";
