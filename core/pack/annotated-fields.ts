import { follow, isSchemaObject } from "./reference.ts";
import type { SchemaObject } from "./reference.ts";
import type { PackSource, Schema } from "./types.ts";

/** A field with an annotation: its value, and where the field stands in the message. */
export interface AnnotatedField {
  readonly value: unknown;
  /** Names from the message's root; `*` stands for each item of a list. */
  readonly path: readonly string[];
  /** The schema that has the annotation, and the file in which it is written. */
  readonly schema: SchemaObject;
  readonly file: string;
}

const DEEPEST = 12;

/**
 * The fields of a schema that have an annotation (`x-is`, `x-as`), in the order in which they stand; of alternatives all
 * of them. What lies behind a field that has it is looked through too: an amount has a currency within.
 */
export function fieldsOf(
  source: Pick<PackSource, "messages">,
  schema: Schema | undefined,
  file: string,
  annotation: string,
): readonly AnnotatedField[] {
  const found: AnnotatedField[] = [];
  const seen = new Set<string>();
  const visit = (part: unknown, where: string, path: readonly string[], depth: number): void => {
    if (!isSchemaObject(part) || depth > DEEPEST) return;
    const value = part[annotation];
    const key = `${String(value)} ${path.join("/")}`;
    if (value !== undefined && !seen.has(key)) {
      seen.add(key);
      found.push({ value, path, schema: part, file: where });
    }
    if (typeof part["$ref"] === "string") {
      const target = follow(source, part["$ref"], where);
      if (target !== undefined) visit(target.schema, target.file, path, depth + 1);
    }
    for (const list of [part["allOf"], part["anyOf"], part["oneOf"]])
      if (Array.isArray(list)) for (const one of list as readonly unknown[]) visit(one, where, path, depth + 1);
    if (isSchemaObject(part["properties"]))
      for (const [name, property] of Object.entries(part["properties"]))
        visit(property, where, [...path, name], depth + 1);
    if (part["items"] !== undefined) visit(part["items"], where, [...path, "*"], depth + 1);
  };
  visit(schema, file, [], 0);
  return found;
}
