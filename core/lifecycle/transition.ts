import type { Json, Reading } from "../unit/unit.ts";
import type { Scope } from "../expression/expression.ts";
import type { Workspace } from "../unit/workspace.ts";
import { firstRefusal, holds } from "./guard.ts";
import { keep } from "./keep.ts";
import { keyFields, keyOf } from "./key.ts";
import { load } from "./load.ts";
import { notify } from "./outbox.ts";
import { setToday } from "./parts.ts";
import type { EngineParts, Roots } from "./parts.ts";
import type { BranchPlan, FieldPlan, LifecyclePlan, MovePlan, TransitionPlan } from "./plan.ts";
import { post } from "./post.ts";
import { Refused } from "./refused.ts";
import type { Row } from "./rows.ts";
import type { Step } from "./step.ts";
import { InvariantViolation } from "./violation.ts";

/** Takes one transition. Returns the code of a guard that refused, after that guard's own effects. */
export function* takeTransition(
  parts: EngineParts,
  work: Workspace,
  transition: TransitionPlan,
  step: Step,
): Reading<string | undefined> {
  const { lifecycle, before, scope, roots, moment } = step;
  const { loads, guards, branches } = transition.rules();
  if (lifecycle.dated) yield* setToday(parts, work, roots, moment);
  yield* load(parts, work, loads, scope, roots);
  const guard = firstRefusal(guards, scope);
  if (guard !== undefined) {
    if (guard.onRefuse !== undefined && before !== undefined) {
      const row = { ...before };
      setFields(row, guard.onRefuse.set, scope);
      roots[lifecycle.resource] = row;
      yield* keep(
        parts,
        work,
        step,
        row,
        guard.onRefuse.to.find((branch) => holds(branch.when, scope))?.state ?? before.state,
      );
      for (const notification of guard.onRefuse.notify) notify(work, notification(), step);
    }
    return guard.else;
  }
  const branch = branches.find(({ when }) => holds(when, scope));
  if (branch === undefined)
    throw new InvariantViolation(
      `no branch of ${lifecycle.resource}.${transition.name} applies; give the last one no "when"`,
    );
  yield* takeBranch(parts, work, branch, step);
  return undefined;
}

function* takeBranch(parts: EngineParts, work: Workspace, branch: BranchPlan, step: Step): Reading<void> {
  const { lifecycle, before, scope, roots } = step;
  if (before === undefined)
    roots[lifecycle.resource] = { ...lifecycle.counts, ...keyFields(lifecycle.source, step.key) };
  const row: Record<string, Json> = { ...(roots[lifecycle.resource] as Row) };
  setFields(row, branch.set, scope);
  row["state"] = branch.state;
  roots[lifecycle.resource] = row;
  const held: Record<string, string> = { ...before?.holds };
  for (const posting of branch.post) yield* post(parts.ledger, work, posting, held, step);
  row["holds"] = held;
  const kept = yield* keep(parts, work, step, row, branch.state);
  for (const other of branch.move) yield* moveLoaded(parts, work, other(), kept, step);
  for (const notification of branch.notify) notify(work, notification(), step);
}

/** A transition of a loaded row in the same commit; it refuses for the whole unit. */
function* moveLoaded(
  parts: EngineParts,
  work: Workspace,
  { name, lifecycle, key: keyPlan, transition, transitionName }: MovePlan,
  cause: Row,
  step: Step,
): Reading<void> {
  const key = keyOf(keyPlan, step.scope);
  const before = (yield* work.get(lifecycle.collection, key)) as Row | undefined;
  const state = before?.state ?? lifecycle.initial;
  if (transition === undefined)
    throw new InvariantViolation(`${lifecycle.resource} has no transition "${transitionName}"`);
  if (!transition.from.includes(state)) throw new Refused(refusalIn([transition], state, lifecycle));
  const roots: Roots = { ...step.roots, [step.lifecycle.resource]: cause, cause };
  if (before !== undefined) roots[lifecycle.resource] = before;
  const refusal = yield* takeTransition(parts, work, transition, {
    lifecycle,
    key,
    before,
    scope: { roots, host: step.scope.host },
    roots,
    moment: step.moment,
  });
  if (refusal !== undefined) throw new Refused(refusal);
  step.roots[name] = roots[lifecycle.resource];
}

/** Fields whose expression gives nothing keep their values. */
function setFields(row: Record<string, Json>, set: readonly FieldPlan[], scope: Scope): void {
  for (const { name, evaluate } of set) {
    const result = evaluate(scope);
    if (result !== undefined) row[name] = result as Json;
  }
}

/** The code for a call that meets a row in a state it has no transition from. */
export function refusalIn(transitions: readonly TransitionPlan[], state: string, { resource }: LifecyclePlan): string {
  for (const name of [state, "*"]) {
    for (const { source } of transitions) {
      const code = source.otherwise?.[name];
      if (code !== undefined) return code;
    }
  }
  throw new InvariantViolation(
    `${resource} in ${state}: ${transitions.map(({ name }) => name).join(", ")} neither leave this state nor name a code for it under "otherwise"`,
  );
}
