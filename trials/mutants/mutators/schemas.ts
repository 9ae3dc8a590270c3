import type { PackSource } from "../../../core/pack/types.ts";
import { at } from "../../../simulator/defects/parts/edit-pack.ts";
import { deeper, fieldsOf, mutant } from "../mutant.ts";
import type { Mutant, Mutator, Place } from "../mutant.ts";

/**
 * Every constraint of a request's schema, loosened and tightened. Schemas of answers are left out: the simulator does
 * not read them.
 */
export const schemas: Mutator = {
  name: "schemas",
  mutants: (source) => {
    const reached = new Map<string, Set<string>>();
    const roles = new Map<string, Set<string>>();
    for (const one of source.interfaces)
      for (const part of ["path", "query", "body"] as const)
        follow(source, one.request[part], one.id, one.provider, reached, roles);
    return [...reached].flatMap(([reference, interfaces]) => {
      const [file = "", name = ""] = reference.split("#");
      const place: Place = {
        role: roles.get(reference)?.has("bank") === true ? "bank" : "platform",
        label: `${file}.${name}`,
        path: ["messages", file, "$defs", name],
        about: [...interfaces],
      };
      return constraints(source, place);
    });
  },
};

function follow(
  source: PackSource,
  schema: unknown,
  user: string,
  role: string,
  reached: Map<string, Set<string>>,
  roles: Map<string, Set<string>>,
): void {
  if (typeof schema !== "object" || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key !== "$ref") {
      follow(source, value, user, role, reached, roles);
      continue;
    }
    const [, file, part] = /^messages\/(.+)\.json#\/\$defs\/(.+)$/u.exec(String(value)) ?? [];
    if (file === undefined || part === undefined) continue;
    const reference = `${file}#${part}`;
    const users = reached.get(reference) ?? new Set<string>();
    const known = users.has(user);
    reached.set(reference, users.add(user));
    roles.set(reference, (roles.get(reference) ?? new Set<string>()).add(role));
    if (!known) follow(source, at(source.messages[file], ["$defs", part]), user, role, reached, roles);
  }
}

function constraints(source: PackSource, place: Place): readonly Mutant[] {
  return fieldsOf(source, place).flatMap(({ name, value, place: field }): readonly Mutant[] => {
    switch (name) {
      case "minLength":
      case "minimum":
      case "minItems":
        return [
          mutant("schemas", field, "drop", undefined),
          mutant("schemas", field, "one-more", Number(value) + 1),
          ...(Number(value) > 0 ? [mutant("schemas", field, "one-less", Number(value) - 1)] : []),
        ];
      case "maxLength":
      case "maximum":
      case "maxItems":
        return [
          mutant("schemas", field, "drop", undefined),
          mutant("schemas", field, "one-less", Number(value) - 1),
          mutant("schemas", field, "one-more", Number(value) + 1),
        ];
      case "pattern":
      case "format":
      case "const":
        return [mutant("schemas", field, "drop", undefined)];
      case "enum":
        return [
          mutant("schemas", field, "drop", undefined),
          ...(value as readonly unknown[]).map((_member, index) =>
            mutant("schemas", deeper(field, index), "drop", undefined),
          ),
        ];
      case "additionalProperties":
      case "unevaluatedProperties":
        return [mutant("schemas", field, "drop", undefined)];
      case "type":
        return value === "object" ? [] : [mutant("schemas", field, "drop", undefined)];
      case "required":
        return (value as readonly unknown[]).map((member, index) =>
          mutant("schemas", deeper(field, index), `not-${String(member)}`, undefined),
        );
      case "properties":
        return fieldsOf(source, field).flatMap(({ place: property }) => constraints(source, property));
      default:
        return [];
    }
  });
}
