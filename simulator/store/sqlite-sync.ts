import { closeSync, fdatasync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";

interface Waiter {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Brings what SQLite has written to its write-ahead log onto the disk, without stopping the thread meanwhile. SQLite
 * itself runs at NORMAL: every commit is whole, whatever happens, and may be lost; with the sync that follows each it
 * cannot. A sync under way and one to come are all there is: what is written while one runs shares the next.
 */
export class LogSync {
  readonly #log: string;
  readonly #enabled: boolean;
  #file: number | undefined;
  /** Waits for the sync under way. */
  #covered: Waiter[] = [];
  /** Waits for the next one. */
  #behind: Waiter[] = [];
  #running = false;
  /** Something was written since the sync under way began. */
  #written = false;
  #failure: unknown;
  #idle: (() => void)[] = [];

  /** `enabled: false` for the test that shows what this is for. */
  constructor(database: string, enabled: boolean) {
    this.#log = `${database}-wal`;
    this.#enabled = enabled;
  }

  /** Something was committed. */
  wrote(): void {
    this.#written = true;
  }

  /** Calls `done` when all that was committed before is on the disk; at once where it is. */
  after(done: () => void, failed: (error: unknown) => void): void {
    if (this.#failure !== undefined) return failed(this.#failure);
    if (!this.#enabled) return done();
    if (this.#written) {
      this.#behind.push({ done, failed });
      if (!this.#running) this.#run();
    } else if (this.#running) {
      this.#covered.push({ done, failed });
    } else {
      done();
    }
  }

  /** Resolves when no sync is under way or to come. */
  idle(): Promise<void> {
    return new Promise((resolve) => void (this.#running ? this.#idle.push(resolve) : resolve()));
  }

  /** For when no sync is under way. SQLite's own locks are on the database, not on its log: closing this file drops none. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #run(): void {
    this.#running = true;
    this.#written = false;
    this.#covered = this.#behind;
    this.#behind = [];
    let file: number;
    try {
      file = this.#opened();
    } catch (error) {
      return this.#ended(error);
    }
    fdatasync(file, (error) => this.#ended(error ?? undefined));
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

  #opened(): number {
    if (this.#file !== undefined) return this.#file;
    this.#file = openSync(this.#log, "r+");
    // A new file is found again after a power cut only when its folder is on the disk as well.
    if (process.platform !== "win32") {
      const folder = openSync(dirname(this.#log), "r");
      fsyncSync(folder);
      closeSync(folder);
    }
    return this.#file;
  }
}
