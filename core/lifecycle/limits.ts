import type { Money } from "../money/money.ts";
import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { keyPart } from "./key.ts";
import { baseRoots, scopeOf } from "./parts.ts";
import type { EngineParts } from "./parts.ts";
import type { LimitPlan } from "./plan.ts";
import { Refused } from "./refused.ts";
import { joinKey } from "./rows.ts";
import type { Row } from "./rows.ts";
import type { Step } from "./step.ts";
import { InvariantViolation } from "./violation.ts";

/** What a row counts against a limit, and the entry that its period has. */
interface Part {
  readonly entry: string;
  readonly value: number;
}

/**
 * Counts a row in the period of its date, instead of what it counted before; refuses what would go beyond the limit. A
 * row that no longer counts gives back what it took, in the period in which it took it.
 */
export function* keepWithinLimits(parts: EngineParts, work: Workspace, step: Step, row: Row): Reading<void> {
  const { lifecycle, before, moment } = step;
  for (const [index, limit] of lifecycle.limits.entries()) {
    const part = (of: Row | undefined): Part | undefined => {
      if (of === undefined || !limit.rule.while.includes(of.state)) return undefined;
      const scope = scopeOf(parts, { ...baseRoots(parts, moment), [lifecycle.resource]: of }, moment);
      const value = limit.sum?.(scope).value ?? 1;
      return { entry: joinKey([lifecycle.resource, index, ...periodKey(limit, of)]), value };
    };
    const [was, is] = [part(before), part(row)];
    if (was?.entry === is?.entry && was?.value === is?.value) continue;
    if (was !== undefined) yield* add(work, was.entry, -was.value);
    if (is === undefined) continue;
    const total = yield* add(work, is.entry, is.value);
    const scope = scopeOf(parts, { ...baseRoots(parts, moment), [lifecycle.resource]: row }, moment);
    const most = mostOf(limit, limit.most(scope), lifecycle.resource);
    if (most !== undefined && total > most) throw new Refused(limit.rule.else);
  }
}

/** What tells the sums of one limit apart: the values of the fields, and the day or month. */
function periodKey({ rule }: LimitPlan, row: Row): readonly (string | number)[] {
  const date = keyPart(row[rule.date], rule.date);
  const period = rule.per === "day" ? date : String(date).slice(0, "YYYY-MM".length);
  return [...rule.fields.map((name) => keyPart(row[name], name)), period];
}

function* add(work: Workspace, entry: string, value: number): Reading<number> {
  const total = Number((yield* work.get("limit", entry)) ?? 0) + value;
  work.put("limit", entry, total === 0 ? undefined : (total as Json));
  return total;
}

function mostOf({ rule, sum }: LimitPlan, most: unknown, resource: string): number | undefined {
  if (most === undefined) return undefined;
  const value = sum === undefined ? most : (most as Money | null)?.value;
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw new InvariantViolation(`${JSON.stringify(rule.most)} gave ${JSON.stringify(most)} as a limit of ${resource}`);
  return value;
}
