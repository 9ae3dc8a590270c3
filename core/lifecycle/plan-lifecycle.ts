import { notificationsOf } from "../pack/transition-notifications.ts";
import type { Pack } from "../pack/compile.ts";
import type { Lifecycle, Transition } from "../pack/types.ts";
import { atUse } from "./plan-at-use.ts";
import { closure, keyPlan, money, optional } from "./plan-expression.ts";
import { branchPlan, guardPlan, loadPlans } from "./plan-rules.ts";
import type { Planning } from "./plan-rules.ts";
import { rowCollection } from "./rows.ts";
import type { FeedPlan, LifecyclePlan, TimerPlan, TransitionPlan } from "./plan.ts";

/** A lifecycle made ready to run. */
export function planLifecycle(planning: Planning, lifecycle: Lifecycle): LifecyclePlan {
  const { pack } = planning;
  return {
    source: lifecycle,
    resource: lifecycle.resource,
    collection: rowCollection(lifecycle.resource),
    initial: lifecycle.initial,
    dated: isDated(pack, lifecycle),
    transitions: lifecycle.transitions.map((transition) => transitionPlan(planning, lifecycle, transition)),
    counts: Object.fromEntries(
      Object.entries(lifecycle.aggregates ?? {})
        .filter(([, aggregate]) => aggregate.sum === undefined)
        .map(([name]) => [name, 0]),
    ),
    documents: Object.keys(lifecycle.fields).filter((name) => lifecycle.fields[name]?.startsWith("json") === true),
    unique: lifecycle.unique ?? [],
    limits: (lifecycle.limits ?? []).map((rule) => ({
      rule,
      sum: optional(pack, rule.sum, money),
      most: closure(pack, rule.most),
    })),
    timers: timerPlans(pack, lifecycle),
    feeds: atUse(() => feedPlans(planning, lifecycle.resource)),
    invariants: (lifecycle.invariants ?? []).map(({ that, why }) => ({ that: closure(pack, that), why })),
  };
}

function transitionPlan(planning: Planning, lifecycle: Lifecycle, transition: Transition): TransitionPlan {
  const { pack } = planning;
  const partyId = "operator" in transition.on ? "$request.party_id" : "$party.party_id";
  return {
    source: transition,
    name: transition.name,
    from: transition.from,
    key: keyPlan(pack, lifecycle, transition.key, partyId),
    rules: atUse(() => ({
      loads: loadPlans(planning, transition.load),
      guards: (transition.require ?? []).map((guard) => guardPlan(pack, guard)),
      branches: transition.to.map((rule) => branchPlan(planning, lifecycle, transition, rule)),
    })),
  };
}

function timerPlans(pack: Pack, { transitions }: Lifecycle): readonly TimerPlan[] {
  return transitions.flatMap(({ name: transition, on, from }): readonly TimerPlan[] => {
    if ("after" in on) return [{ transition, from, kind: "after", when: closure(pack, on.after) }];
    return "at" in on ? [{ transition, from, kind: "at", when: closure(pack, on.at) }] : [];
  });
}

function feedPlans({ pack, lifecyclePlan }: Planning, resource: string): readonly FeedPlan[] {
  return pack.source.lifecycles.flatMap((owner) =>
    Object.entries(owner.aggregates ?? {})
      .filter(([, aggregate]) => aggregate.of === resource)
      .map(([name, aggregate]) => ({
        owner: lifecyclePlan(owner),
        name,
        key: keyPlan(pack, owner, aggregate.by),
        while: aggregate.while,
        sum: optional(pack, aggregate.sum, money),
      })),
  );
}

/** Whether what a lifecycle's units evaluate says `$today`: its rules, sums and notifications. */
function isDated({ source }: Pack, lifecycle: Lifecycle): boolean {
  return saysToday([
    lifecycle,
    source.lifecycles
      .filter(({ aggregates = {} }) => Object.values(aggregates).some(({ of }) => of === lifecycle.resource))
      .map(({ aggregates, invariants }) => [aggregates, invariants]),
    lifecycle.transitions
      .flatMap(notificationsOf)
      .map(({ id }) => source.interfaces.find((one) => one.id === id)?.notification),
  ]);
}

/** Whether an expression somewhere in it has the root `$today`. */
export const saysToday = (rules: unknown): boolean => /\$today(?!\w)/u.test(JSON.stringify(rules) ?? "");
