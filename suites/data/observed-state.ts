import { readsOnly } from "../reads.ts";
import { constantsOf } from "../../core/pack/constants.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";
import { fieldNames, inProfile, partyField } from "../profile.ts";
import type { Statement } from "../statement/statement.ts";
import type { Answer } from "../wire/answer.ts";
import { fieldsOf, picked } from "../wire/draft.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import { equal } from "./comparison.ts";

/** What one interface shows of a request's resources. */
export interface View {
  readonly interface: string;
  readonly draft: Draft;
  readonly status: number;
  /** Without what changes by itself. */
  readonly json: Json | undefined;
  /** Of that what the pack names: what two views are compared by. */
  readonly declared: Json | undefined;
}

/** A query that reads what a request names. */
export interface Reading {
  readonly interface: string;
  readonly given: Fields;
}

/** All interfaces that read, without effect, what the request's own fields name. */
export function readingsOf(pack: PackView, statement: Statement, draft: Draft): readonly Reading[] {
  const fields = namedIn(draft);
  const reads = (one: Interface): boolean => {
    if (!readsOnly(one) || !inProfile(statement, one.id)) return false;
    // A page shows a window that fills up and stands still: it is no state to compare.
    if (fieldNames(pack, one, "query").includes("cursor")) return false;
    if (readsAnother(pack, one, draft.interface)) return false;
    const path = [...fieldNames(pack, one, "path"), ...fieldNames(pack, one, "body", "required")].filter(
      (name) => name !== partyField(one),
    );
    const query = fieldNames(pack, one, "query", "required").filter(
      (name) => !Object.hasOwn(constantsOf(pack.source, one), name),
    );
    return (
      path.length > 0 &&
      path.every((name) => fields[name] !== undefined) &&
      query.every((name) => fields[name] !== undefined || name === partyField(one))
    );
  };
  return pack
    .provided(draft.interface.provider)
    .filter(reads)
    .map((one) => {
      // The query names the observing party; a notification carries its receiver instead.
      // What every request of the interface says is its own, and not what the other said under that name.
      const constants = constantsOf(pack.source, one);
      const names = (["path", "query", "body"] as const)
        .flatMap((part) => fieldNames(pack, one, part))
        .filter((name) => name !== partyField(one) && !Object.hasOwn(constants, name));
      return { interface: one.id, given: picked(fields, names) };
    });
}

/** Whether a query finds another kind of resource under the very field in which the request has the number of its own. */
function readsAnother(pack: PackView, reads: Interface, asked: Interface): boolean {
  const [read, made] = [pack.resources.about(reads), pack.resources.about(asked)];
  if (read?.verb !== "reads" || made?.resource === undefined || read.of === made.of) return false;
  const names = (one: Interface): readonly string[] =>
    pack
      .meanings(one)
      .asked("number")
      .map(({ path }) => path.join("/"));
  const own = names(asked);
  return made.verb === "creates" && names(reads).some((name) => own.includes(name));
}

/**
 * Whether an answer to a query shows a state: the resource, or a refusal after a look for it. A redirection, a server
 * error, a rate limit and a refused signature show none, so that neither "unchanged" nor "changed" can be concluded.
 */
export function showsState(
  pack: PackView,
  one: Interface,
  { status, code, json }: Pick<Answer, "status" | "code" | "json">,
): boolean {
  return (
    (pack.succeeds(one, status) && json !== undefined) || (code !== undefined && pack.error(code)?.stage === "guards")
  );
}

/** The first view that shows something else than before, with what it shows now. */
export function changed(
  before: readonly View[],
  after: readonly View[],
): { readonly view: View; readonly now: View } | undefined {
  for (const [index, view] of before.entries()) {
    const now = after[index];
    if (now !== undefined && (view.status !== now.status || !equal(view.declared, now.declared))) return { view, now };
  }
  return undefined;
}

/** What a draft names: its fields, and those of the resource that a notification carries. */
function namedIn(draft: Draft): Fields {
  const carried =
    draft.interface.notification === undefined
      ? []
      : Object.values(draft.body ?? {}).filter(
          (value): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value),
        );
  return Object.assign({}, ...carried, fieldsOf(draft)) as Fields;
}
