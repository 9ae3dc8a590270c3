import type { Schema } from "../../core/pack/types.ts";
import { documentOf } from "./schema-source.ts";
import type { SchemaObject, SchemaSource } from "./schema-source.ts";

/** One self-contained schema: every reference becomes a definition of its own, whatever its files are called. */
export function bundle(schema: Schema, source: SchemaSource): SchemaObject {
  const definitions: Record<string, unknown> = {};
  const names = new Map<unknown, string>();
  const copy = (value: unknown, document: Schema): unknown => {
    if (Array.isArray(value)) return value.map((item) => copy(item, document));
    if (typeof value !== "object" || value === null) return value;
    const home = documentOf(value, document);
    const out: Record<string, unknown> = {};
    for (const [key, child] of Object.entries(value)) {
      if (key === "$id" || key === "$schema" || key === "$defs") continue;
      if (key === "$ref" && typeof child === "string") {
        const located = source.locate(child, home);
        let name = names.get(located.schema);
        if (name === undefined) {
          name = `d${names.size}`;
          names.set(located.schema, name);
          definitions[name] = copy(located.schema, located.document);
        }
        out["$ref"] = `#/$defs/${name}`;
      } else out[key] = key === "const" || key === "enum" || key === "examples" ? child : copy(child, home);
    }
    return out;
  };
  const root = copy(schema === true ? {} : schema, schema) as SchemaObject;
  return { ...root, $defs: definitions };
}
