import type { PackSource } from "../../../core/pack/types.ts";
import { at } from "../../../simulator/defects/parts/edit-pack.ts";
import { deeper, fieldsOf, interfacesOf, mutant } from "../mutant.ts";
import type { Mutant, Mutator, Place } from "../mutant.ts";

/** What an answer or a notification says: a field left out, another field's value, a constant; the wrong status. */
export const answers: Mutator = {
  name: "answers",
  mutants: (source) =>
    interfacesOf(source).flatMap((place) => [
      ...["answer", "read"].flatMap((kind) =>
        said(source, kind === "answer" ? deeper(place, "response", "answer") : deeper(place, "read", "answer")),
      ),
      ...said(source, { ...deeper(place, "notification", "body"), role: "bank" }),
      mutant(
        "answers",
        deeper(place, "response", "status"),
        "other-status",
        at(source, [...place.path, "response", "status"]) === 200 ? 201 : 200,
      ),
    ]),
};

function said(source: PackSource, place: Place): readonly Mutant[] {
  return fieldsOf(source, place).flatMap(({ name, value, place: field }): readonly Mutant[] => {
    if (name === "if" && Array.isArray(value))
      return value.flatMap((_part, index) => said(source, deeper(field, index)));
    if (name === "each" && Array.isArray(value)) return said(source, deeper(field, 1));
    const shape = Object.keys((typeof value === "object" && value !== null ? value : {}) as object);
    // An operator has one key; what has several is a part of the message with fields of its own.
    if (shape.length > 1) return said(source, field);
    if (shape[0] === "each") return [mutant("answers", field, "nothing", []), ...said(source, field)];
    return [
      mutant("answers", field, "drop", undefined),
      mutant("answers", field, "constant", constantFor(name, value)),
    ];
  });
}

function constantFor(name: string, value: unknown): unknown {
  if (/amount|refunded|fee|available|pending|posted|balance/u.test(name)) return { value: 7, currency: "CNY" };
  if (/_at$|as_of/u.test(name)) return "2026-01-01T00:00:00+08:00";
  if (/date/u.test(name)) return "2026-01-01";
  if (/count/u.test(name)) return 1;
  if (name === "state") return "SUCCEEDED";
  if (name === "direction") return "credit";
  return typeof value === "string" || typeof value === "object" ? "CONSTANT1" : value;
}
