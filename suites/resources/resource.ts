import { verbOf } from "../../core/pack/purpose.ts";
import type { Law, Outcome, Part, Reason, Verb } from "../../core/pack/purpose.ts";
import type { Interface, Lifecycle, PackSource, Role, Scenario } from "../../core/pack/types.ts";

/** A resource as a judge sees it: what the pack's interfaces do to it, and how far its states have come. */
export interface Resource {
  readonly name: string;
  readonly role: Role;
  readonly lifecycle: Lifecycle;
  readonly law: Law | undefined;
  readonly creates: Interface | undefined;
  readonly reads: Interface | undefined;
  readonly confirms: Interface | undefined;
  readonly ends: Interface | undefined;
  readonly advances: readonly Interface[];
  /** What tells the other party of it. */
  readonly notifies: Interface | undefined;
  outcome(state: unknown): Outcome | undefined;
  /** Its states of this outcome. */
  states(outcome: Outcome): readonly string[];
  /** Whether nothing follows a state. */
  isFinal(state: unknown): boolean;
}

/** What a pack's purposes, laws, outcomes and scenarios say, by resource. */
export interface Resources {
  /** Resources of a role that some interface speaks of, in the pack's order. */
  of(role: Role): readonly Resource[];
  /** @throws RangeError for a resource that no interface speaks of. */
  named(name: string): Resource;
  find(name: string): Resource | undefined;
  /** The resource of an interface's purpose, and what the interface does to it. */
  about(
    one: Interface,
  ): { readonly verb: Verb; readonly of: string; readonly resource: Resource | undefined } | undefined;
  /** The interfaces with a verb over one of the things beside resources: `thing("reads", "balance", "customer")`. */
  thing(verb: Verb, thing: string, account?: string): Interface | undefined;
  /** Scenarios with whose data a resource comes about in this way, in the pack's order. */
  scenarios(resource: string, part: Part): readonly Scenario[];
  /** Codes of an interface that refuse for a reason. */
  codes(one: Interface, reason: Reason): readonly string[];
}

export function resourcesOf(source: PackSource): Resources {
  const all = source.lifecycles
    .filter(({ resource }) => source.interfaces.some((one) => verbOf(one)?.of === resource))
    .map((lifecycle) => resourceOf(source, lifecycle));
  const byName = new Map(all.map((one) => [one.name, one]));
  return {
    of: (role) => all.filter((one) => one.role === role),
    find: (name) => byName.get(name),
    named(name) {
      const found = byName.get(name);
      if (found === undefined)
        throw new RangeError(
          `no interface of the pack speaks of "${name}"; there are ${[...byName.keys()].join(", ")}`,
        );
      return found;
    },
    about(one) {
      const said = verbOf(one);
      return said === undefined ? undefined : { ...said, resource: byName.get(said.of) };
    },
    thing: (verb, thing, account) =>
      source.interfaces.find(
        (one) => one.purpose?.[verb] === thing && (account === undefined || one.purpose.account === account),
      ),
    scenarios: (resource, part) =>
      source.scenarios.filter((one) => one.plays?.some((each) => each.resource === resource && each.as === part)),
    codes: (one, reason) =>
      source.errors
        .filter((error) => error.reason === reason && one.errors.includes(error.code))
        .map(({ code }) => code),
  };
}

function resourceOf(source: PackSource, lifecycle: Lifecycle): Resource {
  const { resource: name, role, law } = lifecycle;
  const speaking = source.interfaces.filter((one) => verbOf(one)?.of === name);
  const that = (verb: Verb): readonly Interface[] => speaking.filter((one) => one.purpose?.[verb] === name);
  // What ends a number that was never used is a row of its own, and its states are shown as the resource's.
  const called = new Set(speaking.map(({ id }) => id));
  const states = Object.assign(
    {},
    ...source.lifecycles
      .filter((one) => one.role === role && one.transitions.some(({ on }) => "call" in on && called.has(on.call)))
      .map((one) => one.states),
    lifecycle.states,
  ) as Lifecycle["states"];
  const stateOf = (state: unknown): Lifecycle["states"][string] | undefined =>
    typeof state === "string" && Object.hasOwn(states, state) ? states[state] : undefined;
  return {
    name,
    role,
    lifecycle,
    law,
    creates: that("creates")[0],
    reads: that("reads")[0],
    confirms: that("confirms")[0],
    ends: that("ends")[0],
    advances: that("advances"),
    notifies: that("notifies")[0],
    outcome: (state) => stateOf(state)?.outcome,
    states: (outcome) => Object.keys(states).filter((state) => states[state]?.outcome === outcome),
    isFinal: (state) => stateOf(state)?.final === true,
  };
}
