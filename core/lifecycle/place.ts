import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { keep } from "./keep.ts";
import { keyPart } from "./key.ts";
import { baseRoots, partyOf, scopeOf, setToday } from "./parts.ts";
import type { EngineParts, Moment } from "./parts.ts";
import { joinKey } from "./rows.ts";
import type { Row } from "./rows.ts";

/**
 * Puts a row as it is, in a state, with its timers and unique entries: for seeds. A row that is in that state already, or
 * that sums up others, is left as it stands.
 */
export function* place(
  parts: EngineParts,
  work: Workspace,
  resource: string,
  state: string,
  fields: Readonly<Record<string, Json>>,
  moment: Moment,
): Reading<Row> {
  const lifecycle = parts.plans.lifecycle(resource);
  const key = joinKey(lifecycle.source.key.map((name) => keyPart(fields[name], name)));
  const roots = baseRoots(parts, moment, partyOf(parts, fields["party_id"]));
  const before = (yield* work.get(lifecycle.collection, key)) as Row | undefined;
  if (before !== undefined && (before.state === state || Object.keys(lifecycle.source.aggregates ?? {}).length > 0))
    return before;
  const row = { ...lifecycle.counts, ...fields };
  roots[resource] = row;
  if (lifecycle.dated) yield* setToday(parts, work, roots, moment);
  return yield* keep(
    parts,
    work,
    { lifecycle, key, before, scope: scopeOf(parts, roots, moment), roots, moment },
    row,
    state,
  );
}
