import type { Scope } from "../expression/expression.ts";
import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { keyPart } from "./key.ts";
import type { LoadPlan } from "./plan.ts";
import { above, joinKey } from "./rows.ts";
import type { Row } from "./rows.ts";
import { InvariantViolation } from "./violation.ts";

/** Rows that one load looks at, at most: more in one commit would keep every other call waiting. */
export const MOST_ROWS = 100_000;

/**
 * Rows whose fields have the wanted values, ordered by the plan's field and then by their keys; as they were before
 * this unit. Leading parts of the key among the wanted values narrow what is looked at. Throws `InvariantViolation` where
 * that is more than `MOST_ROWS`.
 */
export function* loadRows(
  work: Workspace,
  plan: Extract<LoadPlan, { kind: "rows" }>,
  scope: Scope,
): Reading<readonly Row[]> {
  const { collection, source } = plan.lifecycle();
  const wanted = plan.where.map(({ name, evaluate }) => {
    const value = evaluate(scope);
    if (value === undefined)
      throw new InvariantViolation(`the rows of ${source.resource} are wanted by ${name}, which is missing`);
    return { name, value };
  });
  const lead: (string | number)[] = [];
  for (const name of source.key) {
    const part = wanted.find((one) => one.name === name);
    if (part === undefined) break;
    lead.push(keyPart(part.value, name));
  }
  const prefix = lead.length === 0 ? "" : joinKey(lead) + (lead.length < source.key.length ? "/" : "");
  const { values } = yield* work.scan({ collection, from: prefix, below: above(prefix), limit: MOST_ROWS + 1 });
  if (values.length > MOST_ROWS)
    throw new InvariantViolation(
      `more than ${MOST_ROWS} rows of ${source.resource} would be looked at; name leading fields of its key (${source.key.join(", ")}) in where`,
    );
  const rows = (values as readonly Row[]).filter((row) => wanted.every(({ name, value }) => row[name] === value));
  const { by } = plan;
  return by === undefined ? rows : rows.toSorted((left, right) => order(left[by], right[by]));
}

/** Integers and times by value, texts and dates by code units, what is missing first; equal ones stay as they stand. */
function order(left: Json | undefined, right: Json | undefined): number {
  if (left === right) return 0;
  if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
  return (left as string | number) < (right as string | number) ? -1 : 1;
}
