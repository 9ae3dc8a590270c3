import { closeSync, fdatasync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";

interface Waiter {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** A new file is found again after a power cut only when its folder is on the disk as well. */
export function syncFolderOf(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** One of the files, open twice, because the system reports a failed write to each descriptor only once. */
class SyncedFile {
  readonly #path: string;
  #beside: number | undefined;
  #inLine: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** For syncs beside the thread. Opened at the first: SQLite makes its log with its first commit. */
  beside(): number {
    this.#open();
    return this.#beside as number;
  }

  /** For syncs that stop the thread. */
  inLine(): number {
    this.#open();
    return this.#inLine as number;
  }

  #open(): void {
    if (this.#beside !== undefined) return;
    this.#beside = openSync(this.#path, "r+");
    this.#inLine = openSync(this.#path, "r+");
    syncFolderOf(this.#path);
  }

  close(): void {
    for (const number of [this.#beside, this.#inLine]) if (number !== undefined) closeSync(number);
    this.#beside = undefined;
    this.#inLine = undefined;
  }
}

/**
 * Syncs a store's files to the disk without stopping the thread. At most one sync runs and one is to come: all writes made
 * during a sync share the next.
 */
export class DiskSync {
  readonly #enabled: boolean;
  /** Written since their last sync began, oldest first. */
  readonly #written = new Set<SyncedFile>();
  readonly #files = new Map<string, SyncedFile>();
  /** Waits for the sync under way. */
  #covered: Waiter[] = [];
  /** Waits for the next one. */
  #behind: Waiter[] = [];
  #running = false;
  #failure: unknown;
  #idle: (() => void)[] = [];

  /** `enabled: false` is for the test that shows the need for syncing. */
  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** Notes that a file was written. */
  wrote(path: string): void {
    let file = this.#files.get(path);
    if (file === undefined) this.#files.set(path, (file = new SyncedFile(path)));
    this.#written.add(file);
  }

  /**
   * Calls `done` when everything written so far is on the disk, at once if it already is; calls `failed` when the sync
   * fails. `failure` tells later callers.
   */
  after(done: () => void, failed: (error: unknown) => void = () => {}): void {
    if (this.#failure !== undefined) return failed(this.#failure);
    if (!this.#enabled) return done();
    if (this.#written.size > 0) {
      this.#behind.push({ done, failed });
      if (!this.#running) this.#run();
    } else if (this.#running) {
      this.#covered.push({ done, failed });
    } else {
      done();
    }
  }

  /** Syncs what was written, without a callback. */
  begin(): void {
    this.after(() => {});
  }

  /**
   * The error of the first failed sync. The disk may have dropped those writes, so later successes prove nothing
   * (fsyncgate).
   */
  get failure(): unknown {
    return this.#failure;
  }

  /** Syncs everything before it returns. Throws the disk's error, and then everything that waits fails as well. */
  now(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#enabled || (this.#written.size === 0 && !this.#running)) return;
    try {
      for (const file of this.#files.values()) fdatasyncSync(file.inLine());
      this.#written.clear();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  /** Resolves when no sync is under way or to come. */
  idle(): Promise<void> {
    return new Promise((resolve) => void (this.#running ? this.#idle.push(resolve) : resolve()));
  }

  /**
   * Closes the files. Call it when no sync is under way and SQLite has closed its database, since closing a file drops
   * its locks.
   */
  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
    this.#written.clear();
  }

  #run(): void {
    this.#running = true;
    this.#covered = this.#behind;
    this.#behind = [];
    this.#next([...this.#written]);
    this.#written.clear();
  }

  /** Syncs one file after another; there is seldom more than one. */
  #next([file, ...others]: readonly SyncedFile[]): void {
    if (file === undefined) return this.#ended(undefined);
    let number: number;
    try {
      number = file.beside();
    } catch (error) {
      return this.#ended(error);
    }
    fdatasync(number, (error) => (error === null ? this.#next(others) : this.#ended(error)));
  }

  #ended(error: unknown): void {
    const covered = this.#covered;
    this.#covered = [];
    this.#running = false;
    this.#failure ??= error;
    if (this.#failure !== undefined) {
      for (const { failed } of [...covered, ...this.#behind.splice(0)]) failed(this.#failure);
    } else {
      for (const { done } of covered) done();
      if (this.#behind.length > 0) return this.#run();
    }
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
