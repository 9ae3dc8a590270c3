import type { Interface } from "../../core/pack/types.ts";
import type { PackView } from "../pack-view.ts";

/** Why a code may answer a request that comes again: the first was carried out, or is under way. */
const OF_FIRST = ["succeeded", "in-flight"] as const;

/**
 * Whether a code answers a repetition by what became of the first request: the pack's own code for repetitions, or where
 * it decides them anew a code that says that the first was carried out.
 */
export function toldOfFirst(pack: PackView, one: Interface, code: string): boolean {
  const rule = one.idempotency;
  if (rule?.onSuccess === "duplicate-code") return code === (rule.duplicateCode ?? rule.mismatch);
  return (
    rule?.onSuccess === "reevaluate" && OF_FIRST.some((reason) => pack.resources.codes(one, reason).includes(code))
  );
}
