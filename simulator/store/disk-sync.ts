import { closeSync, fdatasync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";

interface Waiter {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** One of the files. */
class SyncedFile {
  readonly #path: string;
  #number: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Opened at its first sync: SQLite makes its log with its first commit. */
  opened(): number {
    if (this.#number !== undefined) return this.#number;
    this.#number = openSync(this.#path, "r+");
    // A new file is found again after a power cut only when its folder is on the disk as well.
    if (process.platform !== "win32") {
      const folder = openSync(dirname(this.#path), "r");
      fsyncSync(folder);
      closeSync(folder);
    }
    return this.#number;
  }

  close(): void {
    if (this.#number !== undefined) closeSync(this.#number);
    this.#number = undefined;
  }
}

/**
 * Brings what was written to a store's files onto the disk, without stopping the thread meanwhile. A sync under way and
 * one to come are all there is: what is written while one runs shares the next.
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

  /** `enabled: false` for the test that shows what this is for. */
  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** Something was written to a file. */
  wrote(path: string): void {
    let file = this.#files.get(path);
    if (file === undefined) this.#files.set(path, (file = new SyncedFile(path)));
    this.#written.add(file);
  }

  /** Calls `done` when all that was written before is on the disk; at once where it is. */
  after(done: () => void, failed: (error: unknown) => void): void {
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

  /** Brings all that was written onto the disk before it returns. Throws what the disk says. */
  now(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#enabled || (this.#written.size === 0 && !this.#running)) return;
    try {
      for (const file of this.#files.values()) fdatasyncSync(file.opened());
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

  /** For when no sync is under way, and SQLite has closed its database: to close any file of that drops its locks. */
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

  /** One file after another: seldom is there more than one. */
  #next([file, ...others]: readonly SyncedFile[]): void {
    if (file === undefined) return this.#ended(undefined);
    let number: number;
    try {
      number = file.opened();
    } catch (error) {
      return this.#ended(error);
    }
    fdatasync(number, (error) => (error === null ? this.#next(others) : this.#ended(error)));
  }

  #ended(error: unknown): void {
    const covered = this.#covered;
    this.#covered = [];
    this.#running = false;
    if (error !== undefined) {
      // What the disk refused once it may have thrown away: no later sync says anything about it (fsyncgate).
      this.#failure = error;
      for (const { failed } of [...covered, ...this.#behind.splice(0)]) failed(error);
    } else {
      for (const { done } of covered) done();
      if (this.#behind.length > 0) return this.#run();
    }
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
