import { BOOLEAN, DATE, INTEGER, list, object, optional, TEXT, TIME, UNKNOWN } from "../../expression/type.ts";
import type { Type } from "../../expression/type.ts";
import { typeOfSchema } from "../schema-type.ts";
import { interfaceFile } from "../file.ts";
import type { Interface, PackSource } from "../types.ts";

/** Types of what expressions may name, by the name of the root. */
export type Roots = Readonly<Record<string, Type>>;

/** Roots that every expression of a pack has. */
export const baseRoots = (source: PackSource): Roots => ({ ...BASE, policies: typeOfPolicy(source.manifest.policies) });

/** The caller. */
export const PARTY: Type = object({
  party_id: TEXT,
  index: TEXT,
  notify_prefixes: list(TEXT),
  algorithms: optional(list(TEXT)),
  notify_url: optional(TEXT),
});

/** Roots that are there everywhere, beside `$policies`: `$now`, `$today` (the business date, which never goes back), `$self` (the provider), `$party` (the caller). */
const BASE: Roots = {
  now: TIME,
  today: DATE,
  self: object({ base_url: TEXT }, true),
  party: PARTY,
};

/** `$policies`: what the manifest says, so that a number said there is not said again in an expression. */
function typeOfPolicy(value: unknown): Type {
  if (Array.isArray(value)) return list(value.length === 0 ? UNKNOWN : typeOfPolicy(value[0]));
  if (typeof value === "object" && value !== null)
    return object(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, typeOfPolicy(member)])));
  return typeof value === "number" ? INTEGER : typeof value === "boolean" ? BOOLEAN : TEXT;
}

/** Path, query and body fields of a request, merged. */
export function requestType(source: PackSource, one: Interface): Type {
  const fields: Record<string, Type> = {};
  let open = false;
  for (const part of ["path", "query", "body"] as const) {
    const schema = one.request[part];
    if (schema === undefined) continue;
    const type = typeOfSchema(source, schema, interfaceFile(one));
    if (type.kind !== "object") return UNKNOWN;
    Object.assign(fields, type.fields);
    open ||= type.open === true;
  }
  return object(fields, open);
}

/** Roots of several transitions of one call: what only some of them load may be missing in the answer. */
export function sharedRoots(all: readonly Roots[]): Roots {
  const made: Record<string, Type> = {};
  for (const roots of all) {
    for (const [name, type] of Object.entries(roots))
      made[name] = all.every((other) => Object.hasOwn(other, name)) ? type : optional(type);
  }
  return made;
}
