import { readsOnly } from "../reads.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Instance, PlanContext } from "../check.ts";
import type { PackView } from "../pack-view.ts";
import { MONEY } from "../resources/kinds.ts";

/** Whether an interface answers what it is told, and changes nothing. */
export const isSelfTest = ({ purpose }: Interface): boolean => purpose?.probes === "channel";

/** Whether an interface creates what moves or holds money. */
export function makesMoneyMove(pack: PackView, one: Interface): boolean {
  const about = pack.resources.about(one);
  return about?.verb === "creates" && about.resource !== undefined && MONEY.holds(about.resource, pack);
}

/**
 * The interface that corpora about messages as such are sent to: it costs nothing and changes nothing. The self-test
 * where there is one, else one that only reads.
 */
export function lightest({ provided }: Pick<PlanContext, "provided">): Interface | undefined {
  return provided.find(isSelfTest) ?? provided.find(readsOnly) ?? provided[0];
}

/** The first interface with a body and an effect that can be told from outside. */
export function effective({ provided, pack }: Pick<PlanContext, "provided" | "pack">): Interface | undefined {
  return (
    provided.find((one) => makesMoneyMove(pack, one) && one.idempotency !== undefined) ??
    provided.find((one) => one.purpose?.creates !== undefined && one.idempotency !== undefined) ??
    provided.find((one) => one.request.body !== undefined && !isSelfTest(one))
  );
}

/** `each` for corpora: the reading of signatures, nonces and bytes is one for all interfaces, so two of them stand for all. */
export function eachSubject(context: PlanContext): readonly Instance[] {
  return [lightest(context), effective(context)].flatMap((one, index, all) =>
    one === undefined || all.indexOf(one) !== index ? [] : [{ id: one.id, interface: one.id }],
  );
}
