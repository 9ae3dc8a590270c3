import { BOOLEAN, INTEGER, MONEY, object, optional, TIME, UNKNOWN } from "../../expression/type.ts";
import type { Type } from "../../expression/type.ts";
import { escape, presentWhen } from "../../expression/typing.ts";
import { lifecycleFile } from "../file.ts";
import type { Expression, Lifecycle, Transition } from "../types.ts";
import { placeBranch } from "./branch.ts";
import { placeLoads } from "./load.ts";
import type { FilePlacing, Placing } from "./placing.ts";
import { requestType } from "./roots.ts";
import type { Roots } from "./roots.ts";
import { typeOfKey } from "./row-type.ts";

/** What the transitions of each call leave for its answer to name, by the interface's id. */
export type RootsAfterCalls = Map<string, Roots[]>;

/** Places the expressions of a lifecycle, and notes what its calls leave for their answers. */
export function placeLifecycle(pack: Placing, lifecycle: Lifecycle, afterCalls: RootsAfterCalls): void {
  const file = pack.in(lifecycleFile(lifecycle));
  const own = pack.row(lifecycle.resource);
  lifecycle.transitions.forEach((transition, index) => {
    const after = placeTransition(file, { lifecycle, transition, at: `/transitions/${index}`, own });
    if ("call" in transition.on)
      afterCalls.set(transition.on.call, [...(afterCalls.get(transition.on.call) ?? []), after]);
  });
  for (const [name, aggregate] of Object.entries(lifecycle.aggregates ?? {})) {
    const env = pack.environment({ [aggregate.of]: pack.row(aggregate.of) });
    file.placeFields(`/aggregates/${escape(name)}/by`, aggregate.by, env, own);
    file.place(`/aggregates/${escape(name)}/sum`, aggregate.sum, env, MONEY);
  }
  (lifecycle.limits ?? []).forEach(({ sum, most }, index) => {
    const env = pack.environment({ [lifecycle.resource]: own });
    file.place(`/limits/${index}/sum`, sum, env, MONEY);
    file.place(`/limits/${index}/most`, most, env, optional(sum === undefined ? INTEGER : MONEY));
  });
  (lifecycle.invariants ?? []).forEach((invariant, index) =>
    file.place(`/invariants/${index}/that`, invariant.that, pack.environment({ [lifecycle.resource]: own }), BOOLEAN),
  );
}

/** A transition, where it stands, and the row that it is of. */
interface PlacedTransition {
  readonly lifecycle: Lifecycle;
  readonly transition: Transition;
  readonly at: string;
  readonly own: Type;
}

/** Places the expressions of a transition; gives the roots once it is done. */
function placeTransition(file: FilePlacing, placed: PlacedTransition): Roots {
  const { lifecycle, transition, at, own } = placed;
  const { pack } = file;
  const creates = transition.from.includes("ABSENT");
  const roots = placeLoads(file, `${at}/load`, transition.load, {
    ...placeTrigger(file, placed, creates),
    [lifecycle.resource]: creates ? optional(own) : own,
  });
  const present = file.placeGuards(`${at}/require`, transition.require, roots, own);
  const otherwise: string[] = [...present];
  transition.to.forEach((branch, index) => {
    const here = `${at}/to/${index}`;
    file.place(`${here}/when`, branch.when, pack.environment(roots, [...otherwise]), BOOLEAN);
    const taken = [...otherwise, ...(branch.when === undefined ? [] : presentWhen(branch.when, true))];
    placeBranch(file, here, { branch, lifecycle, roots, present: taken, own, creates });
    if (branch.when !== undefined) otherwise.push(...presentWhen(branch.when, false));
  });
  return { ...roots, [lifecycle.resource]: own };
}

/** Places what triggers a transition; gives the roots that come with the trigger. */
function placeTrigger(file: FilePlacing, placed: PlacedTransition, creates: boolean): Roots {
  const { lifecycle, transition, at, own } = placed;
  const { pack } = file;
  const { on } = transition;
  if ("call" in on) {
    const called = pack.source.interfaces.find(({ id }) => id === on.call);
    const roots = { request: called === undefined ? UNKNOWN : requestType(pack.source, called) };
    const first = lifecycle.transitions.find((other) => "call" in other.on && other.on.call === on.call);
    // The engine finds the row by the key of the first transition of the call.
    if (first === transition) placeKey(file, placed, roots, "$party.party_id");
    return roots;
  }
  if ("operator" in on) {
    const roots = { request: on.input === undefined ? object({}) : file.typeOf(on.input) };
    // A row that is there is named by the operator; a new one by what it is made of.
    if (creates) placeKey(file, placed, roots, "$request.party_id");
    return roots;
  }
  if ("transition" in on) {
    const [resource = ""] = on.transition.split(".");
    return { cause: pack.row(resource), [resource]: pack.row(resource), request: UNKNOWN };
  }
  const env = pack.environment({ [lifecycle.resource]: own });
  if ("after" in on) file.place(`${at}/on/after`, on.after, env, optional(INTEGER));
  else if ("at" in on) file.place(`${at}/on/at`, on.at, env, optional(TIME));
  return {};
}

/** Places the key by which a row is found; a field that the transition does not say has its default. */
function placeKey(
  file: FilePlacing,
  { lifecycle, transition, at }: PlacedTransition,
  roots: Roots,
  partyId: Expression,
): void {
  for (const name of lifecycle.key) {
    const said = transition.key !== undefined && Object.hasOwn(transition.key, name);
    file.place(
      said ? `${at}/key/${escape(name)}` : at,
      said ? transition.key?.[name] : name === "party_id" ? partyId : `$request.${name}`,
      file.pack.environment(roots),
      typeOfKey(lifecycle, name),
    );
  }
}
