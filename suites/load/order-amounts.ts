import type { Given } from "../data/request-builder.ts";
import type { PackView } from "../pack-view.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";

/** Minor units of the smallest order. */
const LEAST_ORDER = 1_000;

/** The amount of an order that a step makes: one has room for what is given back of it later in its journey. */
export function amountOf(pack: PackView, step: string, random: RandomStream): Given {
  const one = pack.interface(step);
  const law = one.purpose?.creates === undefined ? undefined : pack.resources.about(one)?.resource?.law;
  if (law === undefined || pack.meanings(one).asked("amount").length === 0) return {};
  return "reverses" in law
    ? { amount: 1 + random.below(LEAST_ORDER) }
    : { amount: LEAST_ORDER + random.below(10 * LEAST_ORDER) };
}
