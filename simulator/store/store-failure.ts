import { isFull, messageOf } from "./sqlite-database.ts";

/** A group could not be written or a row not read; as far as the disk tells, no unit of the group took effect. */
export class StoreFailure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreFailure";
  }
}

/**
 * Runs an operation on the store's file, and turns an error of the disk into a `StoreFailure`, which fails the group
 * instead of one unit.
 */
export function reachingDisk<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new StoreFailure(
      isFull(error)
        ? "The store's disk is full, and nothing of this group was written. Make room; the store then continues by itself."
        : `The store could not reach its file: ${messageOf(error)}. Nothing of this group took effect, as far as the disk can tell.`,
      error,
    );
  }
}

/** The failure of a sync, after which the state of the disk is unknown. `error`: what the disk said. */
export function failedSync(error: unknown): StoreFailure {
  return new StoreFailure(
    `The disk refused a write: ${messageOf(error)}. It is unknown whether the write is on the disk, so the store no longer answers. Check the disk, then start again with the same file.`,
    error,
  );
}
