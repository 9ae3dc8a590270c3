import type { Scope } from "../expression/expression.ts";
import type { Moment, Roots } from "./parts.ts";
import type { LifecyclePlan } from "./plan.ts";
import type { Row } from "./rows.ts";

/** A row on its way from one state to the next. */
export interface Step {
  readonly lifecycle: LifecyclePlan;
  readonly key: string;
  readonly before: Row | undefined;
  readonly scope: Scope;
  /** Those of `scope`, to be added to. */
  readonly roots: Roots;
  readonly moment: Moment;
}
