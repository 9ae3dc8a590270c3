import type { Runtime } from "../../../core/runtime/runtime.ts";
import type { Outcome, Read, ReadResult, Unit } from "../../../core/unit/unit.ts";
import type { Store } from "../../store/store.ts";

/**
 * Locks accounts one after another, in the order of use: of two units that lock the same two accounts in opposite orders,
 * the second is aborted. Calls one at a time never show it.
 */
export function deadlocking(inner: Store, runtime: Runtime, gapMs: number): Store {
  const underWay = new Set<readonly string[]>();
  return {
    close: () => inner.close(),
    transact: async (unit) => {
      const accounts = await inner.transact(() => touched(unit()));
      if (accounts.length < 2) return inner.transact(unit);
      const opposite = [...underWay].some((others) => crossed(accounts, others));
      if (opposite)
        throw new Error("deadlock detected: the lock of an account was held by a transaction that waited for ours");
      underWay.add(accounts);
      try {
        await runtime.sleep(gapMs);
        return await inner.transact(unit);
      } finally {
        underWay.delete(accounts);
      }
    },
  };
}

/** The accounts of a unit in the order in which it uses them; a trial run that writes nothing. */
function* touched<T>(unit: Unit<T>): Unit<readonly string[]> {
  const accounts = new Set<string>();
  let step: IteratorResult<Read, Outcome<T>> = unit.next({ keys: [], values: [] });
  while (step.done !== true) {
    const result: ReadResult = yield step.value;
    if ("get" in step.value)
      for (const { collection, key } of step.value.get) if (collection === "account") accounts.add(key);
    step = unit.next(result);
  }
  return {
    result: step.value.writes.some(({ collection }) => collection === "account") ? [...accounts] : [],
    writes: [],
  };
}

const crossed = (mine: readonly string[], theirs: readonly string[]): boolean => {
  const shared = mine.filter((account) => theirs.includes(account));
  return shared.length > 1 && theirs.indexOf(shared[0] ?? "") > theirs.indexOf(shared[1] ?? "");
};
