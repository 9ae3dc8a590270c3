import type { Totals } from "../../core/load/totals.ts";
import { recordOf } from "../resources/kinds.ts";
import type { OpenSut } from "../run/open-sut.ts";
import type { Counterparty } from "../run/scope.ts";
import type { Session } from "../session.ts";
import type { LoadCompanion, RuleJudgement } from "./companion.ts";
import type { LoadEngine } from "./engine.ts";
import { judgeAnswers } from "./judge-load.ts";
import type { Orders } from "./money.ts";
import { ordersAtOurBank } from "./peer/ordered.ts";
import { newsOfOrders } from "./peer/told.ts";
import type { LoadPlan } from "./plan.ts";
import { judgeRecords } from "./records/judge-records.ts";
import { settleRecords } from "./records/settle-records.ts";
import { AGAIN_RULE, ANSWER_RULES, LOAD_RULES, RECORD_RULES } from "./rules.ts";
import type { LoadRule } from "./rules.ts";

/*
 * What a load of a bank and one of a platform have each of their own.
 */

/** Settles what a platform was told, and holds it against what the platform shows. */
export async function judgeNews(
  session: Session,
  orders: Orders,
  { totals, told }: { readonly totals: Totals; readonly told: boolean },
): Promise<readonly RuleJudgement[]> {
  return [...(told ? judgeRecords(orders, await settleRecords(session, orders)) : []), ...judgeAnswers(totals)];
}

/** The rules of a load of this SUT that the engine's results can say something of; those of what goes on beside it apart. */
export function rulesOf(sut: OpenSut, plan: LoadPlan, { leavesOut = [] }: LoadEngine): readonly LoadRule[] {
  const rules =
    sut.statement.role === "bank"
      ? [...LOAD_RULES, ...(sendsAgain(plan) ? [AGAIN_RULE] : [])]
      : [...(tellsOfOrders(sut, plan) ? RECORD_RULES : []), ...ANSWER_RULES];
  return rules.filter(({ check }) => !leavesOut.includes(check));
}

/** Whether callers send again what no answer came to. */
export const sendsAgain = ({ profile }: Pick<LoadPlan, "profile">): boolean => (profile.retries ?? 0) > 0;

/** Whether a platform is told of what it keeps a record of that can be read. */
export const tellsOfOrders = ({ pack, statement: { role } }: OpenSut, { interfaces }: LoadPlan): boolean =>
  interfaces.some((id) => {
    const one = pack.interface(id);
    return (
      one.provider === role &&
      one.notification !== undefined &&
      recordOf(pack, role, pack.resources.about(one)?.resource) !== undefined
    );
  });

/** What goes on beside the load: what was asked for, and what its profile is judged by at our counterparty. */
export const companionsOf = (
  {
    companions = [],
    counterparty,
  }: { readonly companions?: readonly LoadCompanion[]; readonly counterparty?: Counterparty },
  { interfaces, profile }: LoadPlan,
  { pack, statement }: OpenSut,
): readonly LoadCompanion[] => [
  ...companions,
  ...(profile.told === true && counterparty !== undefined ? [newsOfOrders] : []),
  ...(interfaces.some((id) => pack.interface(id).provider !== statement.role) ? [ordersAtOurBank] : []),
];
