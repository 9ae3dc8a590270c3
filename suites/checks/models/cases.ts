import type { Part } from "../../../core/pack/purpose.ts";
import type { Role, Scenario } from "../../../core/pack/types.ts";
import type { PackView } from "../../pack-view.ts";
import type { Resource } from "../../resources/resource.ts";

/** A situation that sequences are played in: whatever grows on one resource, over the data of one scenario. */
export interface Case {
  readonly resource: string;
  readonly scenario: string;
  /** What is open may stay so for a while, and is waited for now and then. */
  readonly late: boolean;
}

/** Every resource that can be made out of a scenario's data alone, in each scenario that plays it or what grows on it. */
export function casesOf(pack: PackView, role: Role): readonly Case[] {
  return pack.resources.of(role).flatMap((resource) => {
    // What may be in force once only cannot be begun anew for each sequence; it has checks of its own.
    if (resource.creates === undefined || resource.lifecycle.unique !== undefined) return [];
    const grown = pack.resources.of(role).filter((one) => one === resource || loads(one, resource.name));
    const playing = (part: Part, of: readonly Resource[]): readonly Scenario[] =>
      of.flatMap(({ name }) => pack.resources.scenarios(name, part));
    const prompt = playing("ordinary", [resource]).map((one) => ({ scenario: one, late: false }));
    const late = [...playing("settles-late", grown), ...playing("fails-late", grown)].map((one) => ({
      scenario: one,
      late: true,
    }));
    const found = [...prompt, ...(prompt.length === 0 ? [] : late)].filter(({ scenario }) =>
      grounded(resource, scenario, pack, role),
    );
    return [...new Map(found.map((one) => [one.scenario.id, one])).values()].map(({ scenario, late: isLate }) => ({
      resource: resource.name,
      scenario: scenario.id,
      late: isLate,
    }));
  });
}

const loads = ({ lifecycle }: Resource, name: string): boolean =>
  lifecycle.transitions.some(({ load }) =>
    Object.values(load ?? {}).some((each) => "resource" in each && each.resource === name),
  );

/** Whether all that a resource is made upon stands in the scenario's own rows, so that the model knows it. */
function grounded(resource: Resource, scenario: Scenario, pack: PackView, role: Role): boolean {
  const seeded = new Set(scenario.seed.map((row) => row.resource));
  const made = new Set(pack.resources.of(role).flatMap(({ name, creates }) => (creates === undefined ? [] : [name])));
  return resource.lifecycle.transitions
    .filter(({ from }) => from.includes("ABSENT"))
    .flatMap(({ load }) => Object.values(load ?? {}))
    .every(
      (load) => !("resource" in load) || !("else" in load) || !made.has(load.resource) || seeded.has(load.resource),
    );
}
