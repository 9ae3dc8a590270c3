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
  const self = {};
  if (disk.owner !== undefined)
    throw new Error("This memory disk belongs to a store that is still open; close() or crash() that store first.");
  disk.owner = self;

  let rows = disk.image.copy();
  /** Writes since the running flush began; they are of batch `flushed + 1`, or `+ 2` while a flush runs. */
  let unflushed: Write[] = [];
  let flushed = 0;
  let flushing = false;
  let closed: StoreClosed | undefined;
  let waiters: Waiter[] = [];
  let whenIdle: (() => void)[] = [];

  const startFlush = (): void => {
    flushing = true;
    const batch = unflushed;
    unflushed = [];
    flush().then(
      () => endFlush(() => disk.image.apply(batch)),
      (error: unknown) => failFlush(error),
    );
  };

  const endFlush = (reachDisk: () => void): void => {
    if (disk.owner !== self) return;
    reachDisk();
    flushed++;
    flushing = false;
    const done = waiters.filter(({ batch }) => batch <= flushed);
    waiters = waiters.filter(({ batch }) => batch > flushed);
    for (const { settle } of done) settle();
    if (unflushed.length > 0) startFlush();
    else becomeIdle();
  };

  /** Nothing unflushed has been answered, so all of it can be taken back. */
  const failFlush = (error: unknown): void => {
    if (disk.owner !== self) return;
    rows = disk.image.copy();
    unflushed = [];
    flushing = false;
    const failed = waiters;
    waiters = [];
    for (const { fail } of failed) fail(error);
    becomeIdle();
  };

  const becomeIdle = (): void => {
    const idle = whenIdle;
    whenIdle = [];
    for (const resume of idle) resume();
  };

  const crash = (): void => {
    closed ??= new StoreClosed("the store crashed");
    if (disk.owner === self) disk.owner = undefined;
    const lost = waiters;
    waiters = [];
    for (const { fail } of lost) fail(new StoreClosed("the store crashed before this was flushed"));
    becomeIdle();
  };

  return {
    transact<T>(unit: () => Unit<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        if (closed !== undefined) return reject(closed);
        let settle: () => void;
        try {
          const { result, writes } = decideUnit(rows, unit());
          rows.apply(writes);
          for (const write of writes) unflushed.push(write);
          settle = () => resolve(result);
        } catch (error) {
          // A refusal, too, may tell of rows that are not flushed yet.
          settle = () => reject(error);
        }
        if (unflushed.length > 0) {
          waiters.push({ batch: flushed + (flushing ? 2 : 1), settle, fail: reject });
          if (!flushing) startFlush();
        } else if (flushing) waiters.push({ batch: flushed + 1, settle, fail: reject });
        else settle();
      });
    },
    async close() {
      closed ??= new StoreClosed();
      if (flushing) await new Promise<void>((resolve) => whenIdle.push(resolve));
      if (disk.owner === self) disk.owner = undefined;
    },
    crash,
  };
}
