import type { Interface } from "../../core/pack/types.ts";
import type { Instance, PlanContext } from "../check.ts";

/**
 * The interface that corpora about messages as such are sent to: it costs nothing and changes nothing. The self-test
 * where there is one, else one that only reads.
 */
export function lightest({ provided }: Pick<PlanContext, "provided">): Interface | undefined {
  return (
    provided.find((one) => one.id === "echo") ??
    provided.find((one) => one.http.method === "GET" && one.response.representation === "json") ??
    provided[0]
  );
}

/** The first interface with a body and an effect that can be told from outside. */
export function effective({ provided }: Pick<PlanContext, "provided">): Interface | undefined {
  return (
    provided.find((one) => one.id.endsWith(".create") && one.idempotency !== undefined) ??
    provided.find((one) => one.request.body !== undefined && one.id !== "echo")
  );
}

/** `each` for corpora: the reading of signatures, nonces and bytes is one for all interfaces, so two of them stand for all. */
export function eachSubject(context: PlanContext): readonly Instance[] {
  return [lightest(context), effective(context)].flatMap((one, index, all) =>
    one === undefined || all.indexOf(one) !== index ? [] : [{ id: one.id, interface: one.id }],
  );
}
