import type { History, Observation, ResourceSeen } from "./history.ts";

/*
 * What several laws ask of a history.
 */

export function isResource(one: Observation): one is ResourceSeen {
  return one.kind === "payment" || one.kind === "refund" || one.kind === "payout" || one.kind === "record";
}

/** The numbers under which everything was refused, and nothing is in doubt. */
export function finallyRefused(history: History): ReadonlyMap<string, Observation> {
  const refused = new Map<string, Observation>();
  for (const one of history) if (one.kind === "refusal") refused.set(`${one.party}\n${one.number}`, one);
  for (const one of history)
    if (one.kind === "unknown" || (isResource(one) && one.state !== "closed" && one.state !== "failed"))
      refused.delete(`${one.party}\n${one.number}`);
  return refused;
}
