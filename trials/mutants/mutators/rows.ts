import { at } from "../../../simulator/defects/parts/edit-pack.ts";
import { deeper, fieldsOf, mutant } from "../mutant.ts";
import type { Mutator, Place } from "../mutant.ts";

/** What is kept of rows together: sums that count less, uniqueness that is not held, limits of other periods or none. */
export const rows: Mutator = {
  name: "rows",
  mutants: (source) =>
    source.lifecycles.flatMap((lifecycle, index) => {
      const place: Place = {
        role: lifecycle.role,
        label: lifecycle.resource,
        path: ["lifecycles", index],
        about: [lifecycle.resource],
      };
      return [
        ...fieldsOf(source, deeper(place, "aggregates")).flatMap(({ place: aggregate }) => [
          ...(at(source, [...aggregate.path, "while"]) as readonly string[]).map((state, turn) =>
            mutant("rows", deeper(aggregate, "while", turn), `not-while-${state}`, undefined),
          ),
          ...Object.keys(
            source.lifecycles.find(({ resource }) => resource === at(source, [...aggregate.path, "of"]))?.states ?? {},
          )
            .filter((state) => !(at(source, [...aggregate.path, "while"]) as readonly string[]).includes(state))
            .map((state) =>
              mutant("rows", deeper(aggregate, "while"), `also-while-${state}`, [
                ...(at(source, [...aggregate.path, "while"]) as readonly string[]),
                state,
              ]),
            ),
        ]),
        ...fieldsOf(source, deeper(place, "unique")).map(({ place: rule }) => mutant("rows", rule, "drop", undefined)),
        ...fieldsOf(source, deeper(place, "limits")).flatMap(({ place: rule }) => {
          const per = at(source, [...rule.path, "per"]);
          return [
            mutant("rows", rule, "drop", undefined),
            mutant("rows", deeper(rule, "per"), "other", per === "day" ? "month" : "day"),
          ];
        }),
      ];
    }),
};
