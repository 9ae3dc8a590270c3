import { at } from "../../../simulator/defects/parts/edit-pack.ts";
import { deeper, interfacesOf, mutant } from "../mutant.ts";
import type { Mutator } from "../mutant.ts";

/** A repetition that is done anew, not compared, compared in part, or answered otherwise. */
export const idempotency: Mutator = {
  name: "idempotency",
  mutants: (source) =>
    interfacesOf(source).flatMap((place, index) => {
      if (at(source, [...place.path, "idempotency"]) === undefined) return [];
      const rule = deeper(place, "idempotency");
      const fields = Object.keys((schemaOf(source, index)?.["properties"] as object | undefined) ?? {});
      return [
        mutant("idempotency", rule, "drop", undefined),
        mutant("idempotency", deeper(rule, "fingerprint"), "none", []),
        ...fields
          .filter(
            (field) =>
              field !== "party_id" && !(at(source, [...rule.path, "key"]) as readonly string[]).includes(field),
          )
          .map((field) =>
            mutant(
              "idempotency",
              deeper(rule, "fingerprint"),
              `without-${field}`,
              fields.filter((other) => other !== field),
            ),
          ),
        mutant("idempotency", deeper(rule, "onSuccess"), "reevaluate", "reevaluate"),
        mutant("idempotency", deeper(rule, "onSuccess"), "duplicate-code", "duplicate-code"),
        mutant("idempotency", deeper(rule, "onDecline"), "same", "same"),
      ];
    }),
};

function schemaOf(
  source: Parameters<Mutator["mutants"]>[0],
  index: number,
): Readonly<Record<string, unknown>> | undefined {
  const body = source.interfaces[index]?.request.body;
  const reference = typeof body === "object" ? String(body["$ref"] ?? "") : "";
  const [, file, part] = /^messages\/(.+)\.json#\/\$defs\/(.+)$/u.exec(reference) ?? [];
  return file === undefined || part === undefined
    ? undefined
    : (at(source.messages[file], ["$defs", part]) as Readonly<Record<string, unknown>> | undefined);
}
