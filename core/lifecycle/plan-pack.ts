import type { Pack } from "../pack/compile.ts";
import type { Interface, Lifecycle } from "../pack/types.ts";
import { remembered } from "./plan-at-use.ts";
import { closure, optional } from "./plan-expression.ts";
import { planLifecycle, saysToday } from "./plan-lifecycle.ts";
import { guardPlan, loadPlans } from "./plan-rules.ts";
import type { Planning } from "./plan-rules.ts";
import type { CallPlan, LifecyclePlan, Plans } from "./plan.ts";

/** The plans of a pack. Makes nothing yet, so it throws nothing. */
export function planPack(pack: Pack): Plans {
  const lifecyclePlan = remembered((lifecycle: Lifecycle): LifecyclePlan => planLifecycle(planning, lifecycle));
  const planning: Planning = { pack, lifecyclePlan };
  return {
    call: remembered((one: Interface) => callPlan(planning, one)),
    lifecycle: (resource) => lifecyclePlan(pack.lifecycle(resource)),
  };
}

function callPlan(planning: Planning, one: Interface): CallPlan {
  const { pack } = planning;
  const triggered = pack.triggeredByCall(one.id);
  const answer = optional(pack, one.response.answer, closure);
  if (triggered === undefined) {
    return {
      kind: "read",
      loads: loadPlans(planning, one.read?.load),
      guards: (one.read?.require ?? []).map((guard) => guardPlan(pack, guard)),
      answer: optional(pack, one.read?.answer, closure) ?? answer,
      dated: saysToday([one.read, one.response]),
    };
  }
  const lifecycle = planning.lifecyclePlan(triggered.lifecycle);
  const transitions = lifecycle.transitions.filter(({ source }) => triggered.transitions.includes(source));
  return {
    kind: "transition",
    lifecycle,
    transitions,
    key: transitions[0]?.key ?? [],
    answer,
    dated: lifecycle.dated || saysToday(one.response),
  };
}
