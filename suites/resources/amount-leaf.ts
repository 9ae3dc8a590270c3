import { formOf } from "../../core/form/forms.ts";
import type { Interface } from "../../core/pack/types.ts";
import { leaves } from "../generators/fields.ts";
import type { Leaf } from "../generators/fields.ts";
import type { PackView } from "../pack-view.ts";
import { moneyAt } from "./shown.ts";

/** Whether a field of a request is the number in an amount, so that money moves by it. */
export function isAmount(pack: PackView, one: Interface, { path, schema }: Leaf): boolean {
  if (schema["type"] !== "integer" && formOf(schema)?.holds !== "integer") return false;
  const { asked } = pack.meanings(one);
  return [...asked("amount"), ...asked("used")].some((place) =>
    place.path.every((name, index) => path[index] === name),
  );
}

/** Whether a rule of the interface, and not its schema alone, says how small or large the amount may be. */
export function isRuled(pack: PackView, one: Interface, leaf: Leaf): boolean {
  return isAmount(pack, one, leaf) && pack.resources.codes(one, "amount").length > 0;
}

/** An amount in the body of a request. */
export interface AmountLeaf {
  /** The number in it. */
  readonly leaf: Leaf;
  /** Where its currency stands; undefined for an amount that names none. */
  readonly currency: readonly string[] | undefined;
}

/** The first amount in the body of a request; undefined for an interface that takes none. */
export function amountIn(pack: PackView, one: Interface): AmountLeaf | undefined {
  const { body } = one.request;
  const place = pack
    .meanings(one)
    .asked("amount")
    .find(({ part }) => part === "body");
  if (place === undefined) return undefined;
  const members = moneyAt(pack, body, place.path)?.members;
  const path = members === undefined ? place.path : [...place.path, members.value];
  const leaf = leaves(body, pack.schemas).find((each) => each.path.join("/") === path.join("/"));
  return leaf === undefined
    ? undefined
    : { leaf, currency: members === undefined ? undefined : [...place.path, members.currency] };
}
