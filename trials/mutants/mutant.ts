import type { PackSource, Role } from "../../core/pack/types.ts";
import { at } from "../../simulator/defects/parts/edit-pack.ts";
import type { Edit, Path } from "../../simulator/defects/parts/edit-pack.ts";

/** A pack with one thing wrong in it. */
export interface Mutant {
  /** `payment.create/require/4:drop`. Stable as long as the pack is. */
  readonly id: string;
  readonly mutator: string;
  /** Whose implementation it is that is wrong. */
  readonly role: Role;
  readonly edits: readonly Edit[];
  /** What the mutant is about: interfaces and resources, for the order of the checks. */
  readonly about: readonly string[];
}

/** Makes every mutant of one kind. */
export interface Mutator {
  readonly name: string;
  mutants(source: PackSource): readonly Mutant[];
}

/** The notion that a walk has of the place it is at. */
export interface Place {
  readonly role: Role;
  /** Leads the mutant's id. */
  readonly label: string;
  readonly path: Path;
  readonly about: readonly string[];
}

export const deeper = (place: Place, ...steps: readonly (string | number)[]): Place => ({
  ...place,
  path: [...place.path, ...steps],
  label: `${place.label}/${steps.join("/")}`,
});

export function mutant(mutator: string, place: Place, what: string, value: unknown): Mutant {
  return {
    id: `${place.label}:${what}`,
    mutator,
    role: place.role,
    about: place.about,
    edits: [{ path: place.path, value }],
  };
}

/**
 * The transitions of a pack, each with its place. Decisions made off the wire are left out, since a peer cannot cause
 * them.
 */
export function transitionsOf(source: PackSource): readonly { readonly place: Place; readonly lifecycle: number }[] {
  return source.lifecycles.flatMap((lifecycle, index) =>
    lifecycle.transitions.flatMap((transition, turn) =>
      "operator" in transition.on
        ? []
        : {
            lifecycle: index,
            place: {
              role: lifecycle.role,
              label: `${lifecycle.resource}.${transition.name}`,
              path: ["lifecycles", index, "transitions", turn],
              about: [lifecycle.resource, ...("call" in transition.on ? [transition.on.call] : [])],
            },
          },
    ),
  );
}

/** The interfaces of a pack, each with its place. A notification's body is made by the bank that sends it. */
export function interfacesOf(source: PackSource): readonly Place[] {
  return source.interfaces.map((one, index) => ({
    role: one.provider,
    label: one.id,
    path: ["interfaces", index],
    about: [one.id],
  }));
}

/** Fields of an object in a pack, with their places. */
export function fieldsOf(
  source: PackSource,
  place: Place,
): readonly { readonly name: string; readonly value: unknown; readonly place: Place }[] {
  const value = at(source, place.path);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([name, field]) => ({
    name,
    value: field as unknown,
    place: deeper(place, Array.isArray(value) ? Number(name) : name),
  }));
}

/** Another of the pack's codes of the same status, or of the next best: what a developer would confuse it with. */
export function confused(source: PackSource, code: string): string {
  const known = source.errors.find((one) => one.code === code);
  const others = source.errors.filter((one) => one.code !== code && one.stage === known?.stage);
  return (others.find(({ status }) => status === known?.status) ?? others[0] ?? source.errors[0])?.code ?? code;
}
