import type { Runtime } from "../../../core/runtime/runtime.ts";
import type { Json, Outcome, Read, ReadResult, Scan, Unit, Write } from "../../../core/unit/unit.ts";
import type { Store } from "../../store/store.ts";

/** A store that changes what it is given to keep. */
export function keeping(inner: Store, change: (write: Write) => Write | undefined): Store {
  return {
    close: () => inner.close(),
    transact: (unit) => inner.transact(() => changed(unit(), change)),
  };
}

function* changed<T>(unit: Unit<T>, change: (write: Write) => Write | undefined): Unit<T> {
  const outcome: Outcome<T> = yield* unit;
  return { ...outcome, writes: outcome.writes.flatMap((write) => change(write) ?? []) };
}

/** A store that silently changes the keys of some collections. */
export function renaming(inner: Store, collections: readonly string[], name: (key: string) => string): Store {
  const renamed = <T extends { readonly collection: string; readonly key: string }>(row: T): T =>
    collections.includes(row.collection) ? { ...row, key: name(row.key) } : row;
  function* asked<T>(unit: Unit<T>): Unit<T> {
    let step = unit.next({ keys: [], values: [] });
    while (step.done !== true) {
      const read: Read = step.value;
      step = unit.next(yield "get" in read ? { get: read.get.map(renamed) } : read);
    }
    return { ...step.value, writes: step.value.writes.map(renamed) };
  }
  return { close: () => inner.close(), transact: (unit) => inner.transact(() => asked(unit())) };
}

/**
 * Answers first and stores later: writes that `which` selects stay in memory for `lagMs` before they reach the store, and
 * are lost when the process dies.
 */
export function writingBehind(inner: Store, runtime: Runtime, lagMs: number, which: (write: Write) => boolean): Store {
  const held = new Map<string, Map<string, Json | undefined>>();
  let closed = false;
  const release = (writes: readonly Write[]): void => {
    if (closed) return;
    const kept = inner.transact(function* (): Unit<undefined> {
      yield { get: [] };
      return { result: undefined, writes };
    });
    const forget = (): void => {
      for (const { collection, key, value } of writes)
        if (held.get(collection)?.get(key) === value) held.get(collection)?.delete(key);
    };
    // A store closed meanwhile has lost them, which is the defect.
    kept.then(forget, () => {});
  };
  function* over<T>(unit: Unit<T>): Unit<T> {
    let step = unit.next({ keys: [], values: [] });
    while (step.done !== true) {
      const read: Read = step.value;
      const below: ReadResult = yield read;
      step = unit.next("get" in read ? patched(read.get, below) : merged(read.scan, below));
    }
    const kept = step.value.writes.filter((write) => !which(write));
    const waiting = step.value.writes.filter(which);
    for (const { collection, key, value } of waiting) {
      const rows = held.get(collection) ?? new Map<string, Json | undefined>();
      held.set(collection, rows.set(key, value));
    }
    if (waiting.length > 0 && Number.isFinite(lagMs)) runtime.schedule(lagMs, () => release(waiting));
    return { ...step.value, writes: kept };
  }
  const patched = (
    keys: readonly { readonly collection: string; readonly key: string }[],
    below: ReadResult,
  ): ReadResult => ({
    keys: below.keys,
    values: keys.map(({ collection, key }, index) => {
      const rows = held.get(collection);
      return rows?.has(key) === true ? rows.get(key) : below.values[index];
    }),
  });
  const merged = ({ collection, from, below, limit, reverse }: Scan, found: ReadResult): ReadResult => {
    const rows = new Map(found.keys.map((key, index) => [key, found.values[index]]));
    for (const [key, value] of held.get(collection) ?? []) if (key >= from && key < below) rows.set(key, value);
    const keys = [...rows.keys()].filter((key) => rows.get(key) !== undefined).toSorted();
    const chosen = (reverse === true ? keys.toReversed() : keys).slice(0, limit);
    return { keys: chosen, values: chosen.map((key) => rows.get(key)) };
  };
  return {
    close: () => {
      closed = true;
      return inner.close();
    },
    transact: (unit) => inner.transact(() => over(unit())),
  };
}
