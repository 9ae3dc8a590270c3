import type { Interface } from "../../core/pack/types.ts";
import type { Leaf } from "../generators/fields.ts";
import type { PackView } from "../pack-view.ts";

/** Whether a field of a request is the number in an amount, so that money moves by it. */
export function isAmount(pack: PackView, one: Interface, { path, schema }: Leaf): boolean {
  if (schema["type"] !== "integer") return false;
  const { asked } = pack.meanings(one);
  return [...asked("amount"), ...asked("used")].some((place) =>
    place.path.every((name, index) => path[index] === name),
  );
}

/** Whether a rule of the interface, and not its schema alone, says how small or large the amount may be. */
export function isRuled(pack: PackView, one: Interface, leaf: Leaf): boolean {
  return isAmount(pack, one, leaf) && pack.resources.codes(one, "amount").length > 0;
}
