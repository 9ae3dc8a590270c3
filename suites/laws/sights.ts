import { SETTLEMENT } from "./history.ts";
import type { BillSeen, Entry, History, Observation, ResourceSeen, StatementSeen } from "./history.ts";

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

/** The name of the account that a sight is of. */
export function accountOf(source: StatementSeen | BillSeen): string {
  return source.kind === "bill" ? SETTLEMENT : source.account;
}

/** What stands in a statement or a bill. */
export function entriesOf(source: StatementSeen | BillSeen): readonly Entry[] {
  return source.kind === "bill" ? source.rows : source.entries;
}

/** The same sight with the entries of one reference only: what a finding shows. */
export function only(source: StatementSeen | BillSeen, reference: string): Observation {
  return source.kind === "bill"
    ? { ...source, rows: source.rows.filter((one) => one.reference === reference) }
    : { ...source, entries: source.entries.filter((one) => one.reference === reference) };
}
