import type { Lifecycle, Schema, Transition } from "../../core/pack/types.ts";
import { flatten } from "../generators/schema-source.ts";
import type { PackView } from "../pack-view.ts";
import { picked } from "../wire/draft.ts";
import type { Fields } from "../wire/draft.ts";

/** A decision of people at the SUT, as the hook `decide` takes it. */
export interface Decision {
  readonly decision: string;
  readonly key: Fields;
  readonly input: Fields;
}

/** The decision that brings a row from one state into another; undefined where none does. */
export function decisionTo(lifecycle: Lifecycle, from: string | undefined, to: string): string | undefined {
  const found = lifecycle.transitions.find(
    (one) => "operator" in one.on && one.from.includes(from ?? "") && one.to.some(({ state }) => state === to),
  );
  return found === undefined ? undefined : operatorOf(found);
}

const operatorOf = ({ on }: Transition): string | undefined => ("operator" in on ? on.operator : undefined);

/**
 * A decision about a row of which some fields are known: its key, and of what the decision takes the fields that the row
 * has under the same name.
 */
export function decisionOn(pack: PackView, decision: string, known: Fields): Decision {
  for (const lifecycle of pack.source.lifecycles) {
    const transition = lifecycle.transitions.find((one) => operatorOf(one) === decision);
    if (transition === undefined || !("operator" in transition.on)) continue;
    const { input } = transition.on;
    const wanted = input === undefined ? [] : namesIn(pack, input);
    return {
      decision,
      key: picked(known, lifecycle.key),
      input: picked(known, wanted),
    };
  }
  throw new RangeError(`the pack has no decision "${decision}"`);
}

function namesIn({ schemas }: PackView, input: Schema): readonly string[] {
  const { schema } = flatten({ schema: input, document: input }, schemas);
  return Object.keys((schema["properties"] as object | undefined) ?? {});
}
