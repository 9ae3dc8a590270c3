import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { keyFields, keyOf } from "./key.ts";
import { baseRoots, partyOf, scopeOf, setToday } from "./parts.ts";
import type { EngineParts, Moment, Roots } from "./parts.ts";
import { Refused } from "./refused.ts";
import type { Row } from "./rows.ts";
import { takeTransition } from "./transition.ts";

/** A decision of an operator: a transition of one row. */
export interface OperatorOrder {
  readonly resource: string;
  /** Which row. May be left out where the transition makes the row and `input` has the fields of its key. */
  readonly key?: string;
  readonly transition: string;
  /** What the transition sees as `$request`. Where it makes the row, the parts of `key` are added to it. */
  readonly input?: Readonly<Record<string, Json>>;
}

export type OperatorResult =
  | { readonly kind: "done"; readonly row: Row }
  | { readonly kind: "absent" }
  | { readonly kind: "not-now"; readonly state: string; readonly from: readonly string[] }
  | { readonly kind: "refusal"; readonly code: string }
  | { readonly kind: "bad-input"; /** JSON Pointer into the input. */ readonly field: string; readonly issue: string };

/** Takes the transition that an operator orders, where the row and the input allow it. */
export function* operate(
  parts: EngineParts,
  work: Workspace,
  order: OperatorOrder,
  moment: Moment,
): Reading<OperatorResult> {
  const lifecycle = parts.plans.lifecycle(order.resource);
  const transition = lifecycle.transitions.find(
    ({ name, source }) => name === order.transition && "operator" in source.on,
  );
  const makes = transition?.from.includes(lifecycle.initial) === true;
  const said =
    makes && order.key !== undefined
      ? { ...keyFields(lifecycle.source, order.key), ...order.input }
      : (order.input ?? {});
  const wrong = transition === undefined ? undefined : parts.pack.operatorInput(transition.source, said);
  const request = transition === undefined ? said : (parts.pack.operatorValues(transition.source, said) as typeof said);
  // The key of a new row is made of the input, so that is judged first.
  if (makes && wrong !== undefined) return { kind: "bad-input", ...wrong };
  const fresh: Roots = { ...baseRoots(parts, moment), request };
  if (makes && lifecycle.dated) yield* setToday(parts, work, fresh, moment);
  const key = makes ? keyOf(transition.key, scopeOf(parts, fresh, moment)) : order.key;
  if (order.key !== undefined && key !== order.key)
    return {
      kind: "bad-input",
      field: "",
      issue: "the key and the input name different rows; leave the fields of the key out of the input",
    };
  const before = key === undefined ? undefined : ((yield* work.get(lifecycle.collection, key)) as Row | undefined);
  if (key === undefined || (before === undefined && !makes)) return { kind: "absent" };
  const state = before?.state ?? lifecycle.initial;
  if (transition === undefined || !transition.from.includes(state))
    return { kind: "not-now", state, from: transition?.from ?? [] };
  if (wrong !== undefined) return { kind: "bad-input", ...wrong };
  const { party_id: partyId } = before ?? keyFields(lifecycle.source, key);
  const roots = baseRoots(parts, moment, partyOf(parts, partyId));
  if (before !== undefined) roots[lifecycle.resource] = before;
  roots["request"] = request;
  const takeBack = work.checkpoint();
  try {
    const refusal = yield* takeTransition(parts, work, transition, {
      lifecycle,
      key,
      before,
      scope: scopeOf(parts, roots, moment),
      roots,
      moment,
    });
    if (refusal !== undefined) return { kind: "refusal", code: refusal };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    takeBack();
    return { kind: "refusal", code: error.code };
  }
  return { kind: "done", row: roots[order.resource] as Row };
}
