import { at } from "../../../simulator/defects/parts/edit-pack.ts";
import { confused, deeper, fieldsOf, interfacesOf, mutant, transitionsOf } from "../mutant.ts";
import type { Mutator } from "../mutant.ts";

/** Another code than the pack's: of a state, of a row that is not there, of a repetition, of a stage. */
export const refusals: Mutator = {
  name: "refusals",
  mutants: (source) => [
    ...transitionsOf(source).flatMap(({ place }) =>
      fieldsOf(source, deeper(place, "otherwise")).map(({ value, place: code }) =>
        mutant(
          "refusals",
          { ...code, about: [...code.about, String(value)] },
          "other-code",
          confused(source, String(value)),
        ),
      ),
    ),
    ...[
      ...transitionsOf(source).map(({ place }) => deeper(place, "load")),
      ...interfacesOf(source).map((place) => deeper(place, "read", "load")),
    ]
      .flatMap((place) => fieldsOf(source, place))
      .flatMap(({ place }) => {
        const code = at(source, [...place.path, "else"]);
        return typeof code === "string"
          ? [mutant("refusals", deeper(place, "else"), "other-code", confused(source, code))]
          : [];
      }),
    ...interfacesOf(source).flatMap((place) => {
      const code = at(source, [...place.path, "idempotency", "mismatch"]);
      return typeof code === "string"
        ? [mutant("refusals", deeper(place, "idempotency", "mismatch"), "other-code", confused(source, code))]
        : [];
    }),
    ...fieldsOf(source, { role: "bank", label: "stages", path: ["manifest", "policies", "stages"], about: [] }).map(
      ({ value, place }) =>
        mutant("refusals", { ...place, about: [String(value)] }, "other-code", confused(source, String(value))),
    ),
  ],
};
