import type { Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { baseRoots, partyOf, scopeOf } from "./parts.ts";
import type { EngineParts, Moment } from "./parts.ts";
import type { Row } from "./rows.ts";
import type { Timer } from "./timer.ts";
import { takeTransition } from "./transition.ts";
import { InvariantViolation } from "./violation.ts";

/** Takes the transition of a timer. False when the timer no longer applies: the row has moved on. */
export function* fire(parts: EngineParts, work: Workspace, timer: Timer, moment: Moment): Reading<boolean> {
  const lifecycle = parts.plans.lifecycle(timer.resource);
  const before = (yield* work.get(lifecycle.collection, timer.key)) as Row | undefined;
  const transition = lifecycle.transitions.find(({ name }) => name === timer.transition);
  if (
    before === undefined ||
    transition === undefined ||
    before.entered !== timer.entered ||
    !transition.from.includes(before.state)
  )
    return false;
  const roots = baseRoots(parts, moment, partyOf(parts, before["party_id"]));
  roots[lifecycle.resource] = before;
  const refusal = yield* takeTransition(parts, work, transition, {
    lifecycle,
    key: timer.key,
    before,
    scope: scopeOf(parts, roots, moment),
    roots,
    moment,
  });
  if (refusal !== undefined)
    throw new InvariantViolation(
      `the timer ${timer.resource}.${timer.transition} was refused with ${refusal}: say the alternative as a branch`,
    );
  return true;
}
