import type { PackSource } from "../../../core/pack/types.ts";
import { deeper, fieldsOf, interfacesOf, mutant, transitionsOf } from "../mutant.ts";
import type { Mutant, Mutator, Place } from "../mutant.ts";

const CONFUSED: Readonly<Record<string, string>> = {
  lt: "lte",
  lte: "lt",
  gt: "gte",
  gte: "gt",
  "money.lt": "money.lte",
  "money.lte": "money.lt",
  "money.gt": "money.gte",
  "money.gte": "money.gt",
  and: "or",
  or: "and",
  add: "sub",
  sub: "add",
  "money.add": "money.sub",
  "money.sub": "money.add",
};

/** Off by one, a bound that is in instead of out, a condition left out: in every guard, branch and timer. */
export const expressions: Mutator = {
  name: "expressions",
  mutants: (source) => {
    const places: readonly Place[] = [
      ...transitionsOf(source).flatMap(({ place }) => [
        deeper(place, "require"),
        deeper(place, "on"),
        ...fieldsOf(source, deeper(place, "to")).map(({ place: branch }) => deeper(branch, "when")),
        ...fieldsOf(source, deeper(place, "to")).map(({ place: branch }) => deeper(branch, "set")),
      ]),
      ...interfacesOf(source).flatMap((place) => [deeper(place, "read", "require"), deeper(place, "read", "load")]),
      ...interfacesOf(source).flatMap((place) => [deeper(place, "response", "table", "footer")]),
    ];
    return places.flatMap((place) => walk(source, place));
  },
};

function walk(source: PackSource, place: Place): readonly Mutant[] {
  return fieldsOf(source, place).flatMap(({ name, value, place: field }): readonly Mutant[] => {
    if (typeof value === "number")
      return [
        mutant("expressions", field, "one-more", value + 1),
        ...(value > 0 ? [mutant("expressions", field, "one-less", value - 1)] : []),
      ];
    if (typeof value !== "object" || value === null) return [];
    const confusedWith = CONFUSED[name];
    return [
      ...(confusedWith === undefined
        ? []
        : [mutant("expressions", place, `${name}-as-${confusedWith}`, { [confusedWith]: value })]),
      ...(name === "and" || name === "or"
        ? (value as readonly unknown[]).map((_part, index) =>
            mutant("expressions", deeper(field, index), "drop", undefined),
          )
        : []),
      ...walk(source, field),
    ];
  });
}
