import type { Runtime } from "../../../core/runtime/runtime.ts";
import type { Json, Read, ReadResult, Unit } from "../../../core/unit/unit.ts";
import type { Store } from "../../store/store.ts";

/**
 * Check, then act, without a lock: what a unit reads from `collections` was read a little earlier than it writes.
 * One call at a time never shows it; two at once do.
 */
export function staleReads(inner: Store, runtime: Runtime, collections: readonly string[], gapMs: number): Store {
  const isStale = (read: Read): boolean =>
    "get" in read && read.get.some(({ collection }) => collections.includes(collection));
  return {
    close: () => inner.close(),
    transact: async <T>(unit: () => Unit<T>): Promise<T> => {
      const seen = await inner.transact(() => look(unit(), isStale));
      if (seen.size > 0) await runtime.sleep(gapMs);
      return inner.transact(() => replay(unit(), seen));
    },
  };
}

const nameOf = (read: Read): string => JSON.stringify(read);

/** Runs the unit for what it reads, and writes nothing. */
function* look<T>(unit: Unit<T>, isStale: (read: Read) => boolean): Unit<Map<string, ReadResult>> {
  const seen = new Map<string, ReadResult>();
  let step = unit.next({ keys: [], values: [] });
  while (step.done !== true) {
    const result: ReadResult = yield step.value;
    if (isStale(step.value)) seen.set(nameOf(step.value), result);
    step = unit.next(result);
  }
  return { result: seen, writes: [] };
}

function* replay<T>(unit: Unit<T>, seen: ReadonlyMap<string, ReadResult>): Unit<T> {
  let step = unit.next({ keys: [], values: [] as readonly (Json | undefined)[] });
  while (step.done !== true) {
    const fresh: ReadResult = yield step.value;
    step = unit.next(seen.get(nameOf(step.value)) ?? fresh);
  }
  return step.value;
}
