import type { Outcome, Unit } from "../../core/unit/unit.ts";
import type { Store } from "./store.ts";
import { StoreFailure } from "./store-failure.ts";

/** A store whose disk can be told to be full. */
export interface FillableStore extends Store {
  /** While it is full, a unit that writes leaves nothing behind and fails; what only reads goes on. */
  fill(full: boolean): void;
}

/** Puts a disk that can be full below a store: the fault `ENOSPC`, for drills. */
export function fillable(inner: Store): FillableStore {
  let isFull = false;
  function* held<T>(unit: Unit<T>): Unit<T> {
    const outcome: Outcome<T> = yield* unit;
    if (isFull && outcome.writes.length > 0)
      throw new StoreFailure("The store's disk is full, and nothing of this unit was written. Make room on it.");
    return outcome;
  }
  return {
    fill: (full) => {
      isFull = full;
    },
    transact: (unit) => inner.transact(() => held(unit())),
    close: () => inner.close(),
  };
}
