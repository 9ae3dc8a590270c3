import type { Json } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { joinKey, timeKey } from "./rows.ts";
import type { Row } from "./rows.ts";
import type { Step } from "./step.ts";
import { InvariantViolation } from "./violation.ts";

/** A transition that is due by itself, as a row of `timer`. */
export interface Timer {
  readonly resource: string;
  readonly key: string;
  readonly transition: string;
  readonly entered: number;
}

/** Sets the timers of the state that a row has entered. */
export function setTimers(
  work: Workspace,
  { lifecycle: { resource, timers }, key, scope, moment }: Step,
  row: Row,
): void {
  for (const { transition, from, kind, when } of timers) {
    if (!from.includes(row.state)) continue;
    const moved = when(scope);
    // A moment that is missing is how a pack says that this row needs no timer.
    if (moved === undefined) continue;
    const due = kind === "after" ? moment.now + Number(moved) * 1000 : Number(moved);
    if (!Number.isSafeInteger(due))
      throw new InvariantViolation(`the timer of ${resource}.${transition} is due at ${due}`);
    const timer: Timer = { resource, key, transition, entered: row.entered };
    work.put("timer", `${timeKey(due)}/${joinKey([resource, key, transition, row.entered])}`, timer as unknown as Json);
  }
}
