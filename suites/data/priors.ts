import { fieldSource } from "../../core/pack/field-source.ts";
import type { Interface, Lifecycle, Transition } from "../../core/pack/types.ts";
import { leaves } from "../generators/fields.ts";
import type { PackView } from "../pack-view.ts";

/** Whether a request builds on a call made before: a payment that is refunded, a code that is redeemed. */
export function buildsOnPrior(one: Interface, pack: PackView): boolean {
  return priorsOf(one, pack).length > 0;
}

/** The interfaces whose calls a request builds on, each once. */
export function priorsOf(one: Interface, pack: PackView): readonly string[] {
  const found = [one.request.path, one.request.query, one.request.body].flatMap((part) =>
    leaves(part, pack.schemas).flatMap(({ schema }) => {
      const source = fieldSource(String(schema["x-from"] ?? ""));
      return source?.kind === "prior" ? [source.interface] : [];
    }),
  );
  return [...new Set(found)];
}

/**
 * Whether a good call leaves what it builds on where it cannot be called again, such as a code that is good for one use:
 * by the pack's transitions, of its own row or of one that it moves. Each further request then needs a prior of its own.
 */
export function usesUpPrior(one: Interface, pack: PackView): boolean {
  if (!buildsOnPrior(one, pack)) return false;
  return pack.source.lifecycles.some((lifecycle) => {
    const called = lifecycle.transitions.filter(({ on }) => "call" in on && on.call === one.id);
    const again = called.flatMap(({ from }) => from);
    return called.some(
      (transition) =>
        (!transition.from.includes(lifecycle.initial) && transition.to.some(({ state }) => !again.includes(state))) ||
        movedOf(pack.source.lifecycles, transition).some(({ from, to }) =>
          to.some(({ state }) => !from.includes(state)),
        ),
    );
  });
}

/** Transitions of loaded rows that are taken in the same commit. */
function movedOf(lifecycles: readonly Lifecycle[], { load, to }: Transition): readonly Transition[] {
  return to.flatMap(({ move = [] }) =>
    move.flatMap(({ row, transition }) => {
      const loaded = load?.[row];
      if (loaded === undefined || !("key" in loaded)) return [];
      return lifecycles
        .filter(({ resource }) => resource === loaded.resource)
        .flatMap(({ transitions }) => transitions.filter(({ name }) => name === transition));
    }),
  );
}
