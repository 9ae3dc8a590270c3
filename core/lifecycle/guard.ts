import type { Evaluate, Scope } from "../expression/expression.ts";
import type { GuardPlan } from "./plan.ts";

/** Whether a condition holds; one that is not there does. */
export const holds = (when: Evaluate | undefined, scope: Scope): boolean => when === undefined || when(scope) === true;

/** The first guard that does not hold, with what its refusal does. */
export const firstRefusal = (guards: readonly GuardPlan[], scope: Scope): GuardPlan | undefined =>
  guards.find(({ that }) => that(scope) !== true);
