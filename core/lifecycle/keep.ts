import type { Scope } from "../expression/expression.ts";
import type { Money } from "../money/money.ts";
import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { keyOf, keyPart } from "./key.ts";
import { baseRoots, scopeOf } from "./parts.ts";
import type { EngineParts, Roots } from "./parts.ts";
import { keepWithinLimits } from "./limits.ts";
import type { LifecyclePlan } from "./plan.ts";
import { Refused } from "./refused.ts";
import { joinKey } from "./rows.ts";
import type { Row } from "./rows.ts";
import type { Step } from "./step.ts";
import { setTimers } from "./timer.ts";
import { InvariantViolation } from "./violation.ts";

/**
 * Completes `fields` to the row in its new state and writes it, with its timers, unique entries, what is counted of it
 * against limits and what other rows sum of it.
 */
export function* keep(
  parts: EngineParts,
  work: Workspace,
  step: Step,
  fields: Record<string, Json>,
  state: string,
): Reading<Row> {
  const { lifecycle, before, key, scope } = step;
  const enters = before?.state !== state;
  fields["holds"] ??= before?.holds ?? {};
  fields["state"] = state;
  fields["entered"] = (before?.entered ?? 0) + (enters ? 1 : 0);
  const row = fields as Row;
  if (lifecycle.documents.length > 0) requireBounded(lifecycle, key, row);
  work.put(lifecycle.collection, key, row);
  if (lifecycle.unique.length > 0) yield* claimUnique(work, step, row);
  if (lifecycle.limits.length > 0) yield* keepWithinLimits(parts, work, step, row);
  if (enters) setTimers(work, step, row);
  if (lifecycle.feeds().length > 0) yield* feedAggregates(parts, work, step, row);
  requireInvariants(lifecycle, key, scope);
  return row;
}

function* claimUnique(work: Workspace, { lifecycle, before, key }: Step, row: Row): Reading<void> {
  for (const [index, rule] of lifecycle.unique.entries()) {
    const entry = (of: Row): string =>
      joinKey([lifecycle.resource, index, ...rule.fields.map((name) => keyPart(of[name], name))]);
    const had = before !== undefined && rule.while.includes(before.state);
    const has = rule.while.includes(row.state);
    if (had && !has) work.put("unique", entry(before), undefined);
    if (has && !had) {
      const owner = yield* work.get("unique", entry(row));
      if (owner !== undefined && owner !== key) throw new Refused(rule.else);
      work.put("unique", entry(row), key);
    }
  }
}

/** Adds what the row is worth now, less what it was worth, to the rows that sum or count it. */
function* feedAggregates(
  parts: EngineParts,
  work: Workspace,
  { lifecycle, before, roots, moment }: Step,
  row: Row,
): Reading<void> {
  const base: Roots = { ...baseRoots(parts, moment), today: roots["today"] };
  for (const { owner, name, key: ownerKey, while: states, sum } of lifecycle.feeds()) {
    const part = (of: Row | undefined): { value: number; currency?: string } => {
      if (of === undefined || !states.includes(of.state)) return { value: 0 };
      return sum === undefined ? { value: 1 } : sum(scopeOf(parts, { ...base, [lifecycle.resource]: of }, moment));
    };
    const [was, is] = [part(before), part(row)];
    const delta = is.value - was.value;
    if (delta === 0) continue;
    const key = keyOf(ownerKey, scopeOf(parts, { [lifecycle.resource]: row }, moment));
    const parent = (yield* work.get(owner.collection, key)) as Row | undefined;
    if (parent === undefined)
      throw new InvariantViolation(`${lifecycle.resource} is summed by ${owner.resource} ${key}, which does not exist`);
    const held = parent[name];
    const next: Json =
      sum === undefined
        ? Number(held ?? 0) + delta
        : {
            value: ((held as unknown as Money | undefined)?.value ?? 0) + delta,
            currency: (is.currency ?? was.currency) as string,
          };
    const updated: Row = { ...parent, [name]: next };
    work.put(owner.collection, key, updated);
    requireInvariants(owner, key, scopeOf(parts, { ...base, [owner.resource]: updated }, moment));
  }
}

/** UTF-16 units of a field that holds any JSON, at most: a whole request of the reference pack. */
const MOST_DOCUMENT = 65_536;

function requireBounded({ documents, resource }: LifecyclePlan, key: string, row: Row): void {
  for (const name of documents) {
    const { length } = JSON.stringify(row[name]) ?? "";
    if (length > MOST_DOCUMENT)
      throw new InvariantViolation(
        `${resource} ${key}: ${name} has ${length} characters as JSON, and at most ${MOST_DOCUMENT} are kept; bound it in the request's schema`,
      );
  }
}

function requireInvariants({ invariants, resource }: LifecyclePlan, key: string, scope: Scope): void {
  for (const { that, why } of invariants) {
    if (that(scope) !== true) throw new InvariantViolation(`${resource} ${key}: ${why}`);
  }
}
