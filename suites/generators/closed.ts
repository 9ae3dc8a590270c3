import type { Schema } from "../../core/pack/types.ts";
import { alternatives, flatten } from "./schema-source.ts";
import type { SchemaObject, SchemaSource } from "./schema-source.ts";

/** Whether an object with a key that the schema does not know is refused. */
export function isClosed(schema: Schema | undefined, source: SchemaSource): boolean {
  if (schema === undefined || typeof schema === "boolean") return schema === false;
  const choices = alternatives(flatten({ schema: schema as SchemaObject, document: schema }, source), source);
  return choices.every(
    (choice) => choice.schema["additionalProperties"] === false || choice.schema["unevaluatedProperties"] === false,
  );
}
