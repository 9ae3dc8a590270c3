import type { PackView } from "../pack-view.ts";
import type { Statement } from "../statement/statement.ts";

/** Whose request it is, and under which circumstances. */
export interface Circumstances {
  /** The scenario that was asked for. */
  readonly scenario?: string;
  /** Whether another than the statement's first party makes the request. */
  readonly strange: boolean;
}

/** Scenarios that an ordinary request is filled from, in order of preference. */
const ORDINARY = ["customer.funded", "customer.applies", "payout.payee", "settlement.funded", "order.created"];
const OF_ANOTHER_PARTY = "customer.other-party";

/** The scenario that a request's field takes its value from; undefined when none of the pack's gives it. */
export function situationFor(
  name: string,
  { scenario, strange }: Circumstances,
  pack: PackView,
  statement: Statement,
): string | undefined {
  const preferred = [
    ...(scenario === undefined ? [] : [scenario]),
    ...(strange ? [OF_ANOTHER_PARTY] : []),
    ...ORDINARY,
  ];
  const gives = (id: string): boolean =>
    pack.scenario(id)?.gives[name] !== undefined && pack.scenario(id)?.role === statement.role;
  return preferred.find(gives) ?? pack.source.scenarios.map((one) => one.id).find(gives);
}
