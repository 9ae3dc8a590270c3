import { at } from "../../../simulator/defects/parts/edit-pack.ts";
import { confused, deeper, fieldsOf, interfacesOf, mutant, transitionsOf } from "../mutant.ts";
import type { Mutant, Mutator, Place } from "../mutant.ts";

/** A guard that is not there, that answers another code, or whose refusal has no effect. */
export const guards: Mutator = {
  name: "guards",
  mutants: (source) => {
    const guarded: readonly Place[] = [
      ...transitionsOf(source).map(({ place }) => deeper(place, "require")),
      ...interfacesOf(source).map((place) => deeper(place, "read", "require")),
    ];
    return guarded.flatMap((place) =>
      fieldsOf(source, place).flatMap(({ place: found }): readonly Mutant[] => {
        const code = String(at(source, [...found.path, "else"]));
        const guard = { ...found, about: [...found.about, code] };
        return [
          mutant("guards", guard, "drop", undefined),
          mutant("guards", deeper(guard, "else"), "other-code", confused(source, code)),
          ...(at(source, [...guard.path, "onRefuse"]) === undefined
            ? []
            : [
                mutant("guards", deeper(guard, "onRefuse"), "drop", undefined),
                ...fieldsOf(source, deeper(guard, "onRefuse")).map(({ place: effect }) =>
                  mutant("guards", effect, "drop", undefined),
                ),
              ]),
        ];
      }),
    );
  },
};
