import { RowMap } from "../../core/unit/row-map.ts";
import { decideUnit } from "../../core/unit/run.ts";
import type { Unit, Write } from "../../core/unit/unit.ts";
import { type Store, StoreClosed } from "./store.ts";

/** The image of the last flush, which survives a crash. Like a file, it belongs to one open store at a time. */
export interface MemoryDisk {
  /** @internal */
  readonly image: RowMap;
  /** @internal */
  owner: object | undefined;
}

export function createMemoryDisk(): MemoryDisk {
  return { image: new RowMap(), owner: undefined };
}

export interface MemoryStoreOptions {
  /** One flush of the disk, such as `() => runtime.sleep(1)`. Defaults to a flush that takes no time. */
  readonly flush?: () => Promise<void>;
  /** Defaults to a private disk, which cannot be reopened. */
  readonly disk?: MemoryDisk;
}

export interface MemoryStore extends Store {
  /** Drops unflushed writes; every call under way rejects with `StoreClosed`. The disk can then be reopened. */
  crash(): void;
}

interface Waiter {
  /** The last batch of writes whose flush this call waits for. */
  readonly batch: number;
  readonly settle: () => void;
  readonly fail: (error: unknown) => void;
}

/** A store in memory that behaves like one on disk: units apply at once, and their promises wait for the flush. */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { flush = () => Promise.resolve(), disk = createMemoryDisk() } = options;
  const image = new FlushedRows(disk, flush);
  let closed: StoreClosed | undefined;
  return {
    transact<T>(unit: () => Unit<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        if (closed !== undefined) return reject(closed);
        let settle: () => void;
        try {
          const { result, writes } = decideUnit(image.rows, unit());
          image.write(writes);
          settle = () => resolve(result);
        } catch (error) {
          // A refusal, too, may tell of rows that are not flushed yet.
          settle = () => reject(error);
        }
        image.whenFlushed(settle, reject);
      });
    },
    async close() {
      closed ??= new StoreClosed();
      await image.close();
    },
    crash() {
      closed ??= new StoreClosed("the store crashed");
      image.drop(new StoreClosed("the store crashed before this was flushed"));
    },
  };
}

/** The rows of an open store, ahead of its disk by what is not flushed yet. */
class FlushedRows {
  readonly #disk: MemoryDisk;
  readonly #flush: () => Promise<void>;
  #rows: RowMap;
  /** Writes since the running flush began; they are of batch `flushed + 1`, or `+ 2` while a flush runs. */
  #unflushed: Write[] = [];
  #flushed = 0;
  #flushing = false;
  #waiters: Waiter[] = [];
  #whenIdle: (() => void)[] = [];

  constructor(disk: MemoryDisk, flush: () => Promise<void>) {
    if (disk.owner !== undefined)
      throw new Error("This memory disk belongs to a store that is still open; close() or crash() that store first.");
    disk.owner = this;
    this.#disk = disk;
    this.#flush = flush;
    this.#rows = disk.image.copy();
  }

  get rows(): RowMap {
    return this.#rows;
  }

  write(writes: readonly Write[]): void {
    this.#rows.apply(writes);
    for (const write of writes) this.#unflushed.push(write);
  }

  /** Settles once everything written so far is on the disk. */
  whenFlushed(settle: () => void, fail: (error: unknown) => void): void {
    if (this.#unflushed.length > 0) {
      this.#waiters.push({ batch: this.#flushed + (this.#flushing ? 2 : 1), settle, fail });
      if (!this.#flushing) this.#startFlush();
    } else if (this.#flushing) this.#waiters.push({ batch: this.#flushed + 1, settle, fail });
    else settle();
  }

  async close(): Promise<void> {
    if (this.#flushing) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    this.#release();
  }

  /** Gives the disk back without what is not flushed, and fails everything that waits for it. */
  drop(reason: Error): void {
    this.#release();
    const lost = this.#waiters;
    this.#waiters = [];
    for (const { fail } of lost) fail(reason);
    this.#becomeIdle();
  }

  #release(): void {
    if (this.#disk.owner === this) this.#disk.owner = undefined;
  }

  #startFlush(): void {
    this.#flushing = true;
    const batch = this.#unflushed;
    this.#unflushed = [];
    this.#flush().then(
      () => this.#endFlush(batch),
      (error: unknown) => this.#failFlush(error),
    );
  }

  #endFlush(batch: readonly Write[]): void {
    if (this.#disk.owner !== this) return;
    this.#disk.image.apply(batch);
    this.#flushed++;
    this.#flushing = false;
    const done = this.#waiters.filter(({ batch: of }) => of <= this.#flushed);
    this.#waiters = this.#waiters.filter(({ batch: of }) => of > this.#flushed);
    for (const { settle } of done) settle();
    if (this.#unflushed.length > 0) this.#startFlush();
    else this.#becomeIdle();
  }

  /** Nothing unflushed has been answered, so all of it can be taken back. */
  #failFlush(error: unknown): void {
    if (this.#disk.owner !== this) return;
    this.#rows = this.#disk.image.copy();
    this.#unflushed = [];
    this.#flushing = false;
    const failed = this.#waiters;
    this.#waiters = [];
    for (const { fail } of failed) fail(error);
    this.#becomeIdle();
  }

  #becomeIdle(): void {
    const idle = this.#whenIdle;
    this.#whenIdle = [];
    for (const resume of idle) resume();
  }
}
