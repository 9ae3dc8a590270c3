import type { Schema } from "../../../core/pack/types.ts";
import type { Interface } from "../../../core/pack/types.ts";
import { alternatives, documentOf, flatten } from "../../generators/schema-source.ts";
import type { SchemaObject } from "../../generators/schema-source.ts";
import type { PackView } from "../../pack-view.ts";

/** Longer than any text that the checks write. */
const LEAST_LENGTH = 40;

/** Fields of an interface's body that hold free text: strings that the schema bounds in length only, and that mean nothing to the receiver. */
export function freeTextFields(pack: PackView, one: Interface): readonly string[] {
  const body = one.request.body;
  if (body === undefined || typeof body === "boolean") return [];
  const choice = alternatives(flatten({ schema: body as SchemaObject, document: body }, pack.schemas), pack.schemas)[0];
  const properties = (choice?.schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
  return Object.entries(properties).flatMap(([name, property]) => {
    if (typeof property !== "object" || choice === undefined) return [];
    const { schema } = flatten(
      { schema: property as SchemaObject, document: documentOf(property, choice.document) },
      pack.schemas,
    );
    const free =
      schema["type"] === "string" &&
      ["pattern", "format", "enum", "const", "x-as", "x-from", "x-sensitive", "oneOf", "anyOf"].every(
        (key) => schema[key] === undefined,
      );
    return free && (schema["maxLength"] === undefined || Number(schema["maxLength"]) >= LEAST_LENGTH) ? [name] : [];
  });
}
