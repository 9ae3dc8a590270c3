import type { Schema } from "../../core/pack/types.ts";
import { alternatives, documentOf, flatten } from "../generators/schema-source.ts";
import type { SchemaObject, SchemaSource } from "../generators/schema-source.ts";

/** The schemas that stand at a place, one for each alternative that has it; `*` steps into a list. */
export function schemasAt(
  schema: Schema,
  document: Schema,
  [name, ...rest]: readonly string[],
  schemas: SchemaSource,
): readonly { readonly schema: Schema; readonly document: Schema }[] {
  if (name === undefined) return [{ schema, document }];
  if (typeof schema === "boolean") return [];
  return alternatives(flatten({ schema, document }, schemas), schemas).flatMap((choice) => {
    const next =
      name === "*"
        ? (choice.schema["items"] as Schema | undefined)
        : (choice.schema["properties"] as Readonly<Record<string, Schema>> | undefined)?.[name];
    return next === undefined ? [] : schemasAt(next as SchemaObject, documentOf(next, choice.document), rest, schemas);
  });
}
