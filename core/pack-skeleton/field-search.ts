import type { DocumentSchema, DocumentSchemas } from "./document.ts";
import { flatten } from "./flat-schema.ts";

const LEVELS = 3;

export type Path = readonly string[];

/** The first field of a schema that `fits`, nearest to the top; objects are looked into, lists are not. */
export function findField(
  schema: DocumentSchema | undefined,
  schemas: DocumentSchemas,
  fits: (name: string, field: DocumentSchema) => boolean,
): Path | undefined {
  let level: readonly { readonly path: Path; readonly schema: unknown }[] = [{ path: [], schema }];
  for (let depth = 0; depth < LEVELS; depth += 1) {
    const next: { readonly path: Path; readonly schema: unknown }[] = [];
    for (const { path, schema: here } of level)
      for (const [name, field] of Object.entries(flatten(here, schemas).properties)) {
        if (fits(name, field)) return [...path, name];
        next.push({ path: [...path, name], schema: field });
      }
    level = next;
  }
  return undefined;
}

/** The schema at a path of field names, and whether each of them is always there. */
export function fieldAt(
  schema: DocumentSchema | undefined,
  schemas: DocumentSchemas,
  path: Path,
): { readonly schema: DocumentSchema; readonly always: boolean } | undefined {
  let found = schema;
  let always = true;
  for (const name of path) {
    const flat = flatten(found, schemas);
    if (!Object.hasOwn(flat.properties, name)) return undefined;
    always &&= flat.required.has(name);
    found = flat.properties[name];
  }
  return found === undefined ? undefined : { schema: found, always };
}
