import type { Branch, Expression, Guard, Lifecycle, Load, Posting, Transition } from "../pack/types.ts";
import type { Pack } from "../pack/compile.ts";
import { atUse } from "./plan-at-use.ts";
import { closure, fieldPlans, keyPlan, money, optional, text } from "./plan-expression.ts";
import type {
  AtUse,
  BranchPlan,
  GuardPlan,
  LifecyclePlan,
  LoadPlan,
  MovePlan,
  NotificationPlan,
  PostingPlan,
  RowPlan,
} from "./plan.ts";
import { InvariantViolation } from "./violation.ts";

/** What the parts of a plan are made from: the pack, and the plans of its other lifecycles. */
export interface Planning {
  readonly pack: Pack;
  readonly lifecyclePlan: (lifecycle: Lifecycle) => LifecyclePlan;
}

function rowPlan(
  { pack, lifecyclePlan }: Planning,
  resource: string,
  parts: Readonly<Record<string, Expression>>,
): RowPlan {
  const lifecycle = pack.lifecycle(resource);
  return { lifecycle: lifecyclePlan(lifecycle), key: keyPlan(pack, lifecycle, parts) };
}

/** What is loaded, in file order. */
export function loadPlans(planning: Planning, rules: Readonly<Record<string, Load>> | undefined): readonly LoadPlan[] {
  return Object.entries(rules ?? {}).map(([name, rule]) => loadPlan(planning, name, rule));
}

function loadPlan(planning: Planning, name: string, rule: Load): LoadPlan {
  const { pack } = planning;
  if ("where" in rule)
    return {
      kind: "rows",
      name,
      lifecycle: atUse(() => planning.lifecyclePlan(pack.lifecycle(rule.resource))),
      where: fieldPlans(pack, rule.where),
      by: rule.by,
    };
  if ("value" in rule) return { kind: "value", name, value: closure(pack, rule.value), else: rule.else };
  if ("key" in rule)
    return { kind: "row", name, row: atUse(() => rowPlan(planning, rule.resource, rule.key)), else: rule.else };
  if ("ledger" in rule)
    return { kind: "balance", name, account: text(pack, rule.ledger), currency: text(pack, rule.currency) };
  if (!("entries" in rule)) return { kind: "keys", name };
  const onlyCurrency = pack.source.manifest.currencies[0]?.code ?? "";
  return {
    kind: "entries",
    name,
    account: text(pack, rule.entries),
    currency: optional(pack, rule.currency, text) ?? (() => onlyCurrency),
    fromDate: text(pack, rule.fromDate),
    toDate: text(pack, rule.toDate),
    after: optional(pack, rule.after, closure),
    limit: optional(pack, rule.limit, closure),
    else: rule.else,
  };
}

/** A guard with what its refusal does. */
export function guardPlan(pack: Pack, { that, else: code, onRefuse }: Guard): GuardPlan {
  return {
    that: closure(pack, that),
    else: code,
    onRefuse:
      onRefuse === undefined
        ? undefined
        : {
            set: fieldPlans(pack, onRefuse.set),
            to: (onRefuse.to ?? []).map(({ when, state }) => ({ when: optional(pack, when, closure), state })),
            notify: (onRefuse.notify ?? []).map((id) => notificationPlan(pack, id)),
          },
  };
}

/** One branch of a transition. */
export function branchPlan(planning: Planning, lifecycle: Lifecycle, transition: Transition, rule: Branch): BranchPlan {
  const { pack } = planning;
  return {
    when: optional(pack, rule.when, closure),
    state: rule.state,
    set: fieldPlans(pack, rule.set),
    post: (rule.post ?? []).map((posting) => postingPlan(pack, posting)),
    move: (rule.move ?? []).map(({ row, transition: name }) => movePlan(planning, lifecycle, transition, row, name)),
    notify: (rule.notify ?? []).map((id) => notificationPlan(pack, id)),
  };
}

function notificationPlan(pack: Pack, id: string): AtUse<NotificationPlan> {
  return atUse(() => {
    const rule = pack.interface(id).notification;
    if (rule === undefined) throw new InvariantViolation(`${id} is not a notification`);
    return { id, target: closure(pack, rule.target), body: closure(pack, rule.body) };
  });
}

function postingPlan(pack: Pack, rule: Posting): PostingPlan {
  if (rule.phase === "void") return { phase: "void", of: rule.of };
  if (rule.phase === "post") return { phase: "post", of: rule.of, amount: optional(pack, rule.amount, money) };
  return {
    phase: rule.phase,
    as: rule.as,
    kind: rule.kind,
    when: optional(pack, rule.when, closure),
    amount: money(pack, rule.amount),
    debit: text(pack, rule.debit),
    credit: text(pack, rule.credit),
    reference: text(pack, rule.reference),
  };
}

function movePlan(
  planning: Planning,
  lifecycle: Lifecycle,
  transition: Transition,
  name: string,
  transitionName: string,
): AtUse<MovePlan> {
  return atUse(() => {
    const rule = transition.load?.[name];
    if (rule === undefined || !("key" in rule))
      throw new InvariantViolation(`"${name}" is not a loaded row of ${lifecycle.resource}.${transition.name}`);
    const row = rowPlan(planning, rule.resource, rule.key);
    return {
      ...row,
      name,
      transitionName,
      transition: row.lifecycle.transitions.find((one) => one.name === transitionName),
    };
  });
}
