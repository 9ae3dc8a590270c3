import type { Json, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import type { Simulator } from "../simulator.ts";

/** Most rows that one answer of the control plane gives. */
export const LIMIT = 1000;

/** The first rows of a collection. */
export async function rows(
  simulator: Simulator,
  collection: string,
): Promise<readonly { readonly key: string; readonly value: Json }[]> {
  return simulator.store.transact(function* (): Unit<{ key: string; value: Json }[]> {
    const work = new Workspace();
    const found = yield* work.scan({ collection, from: "", below: "~", limit: LIMIT });
    return work.outcome(found.keys.map((key, index) => ({ key, value: found.values[index] as Json })));
  });
}
