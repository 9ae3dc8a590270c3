import type { Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { alternatives, documentOf, flatten } from "./schema-source.ts";
import type { SchemaObject, SchemaSource } from "./schema-source.ts";

/**
 * One value of a message that is neither object nor list: where it stands and what its schema says, references
 * followed.
 */
export interface Leaf {
  readonly path: readonly string[];
  /** JSON Pointer of the place. */
  readonly pointer: string;
  readonly schema: SchemaObject;
  /** The document that the schema's own references are local to. */
  readonly document: Schema;
  /** It and every object around it. */
  readonly required: boolean;
}

/** The leaves of a message's schema, in its order; of alternatives the first. */
export function leaves(schema: Schema | undefined, source: SchemaSource): readonly Leaf[] {
  return schema === undefined ? [] : [...walk(schema, schema, [], true, source)];
}

function* walk(
  schema: Schema,
  document: Schema,
  path: readonly string[],
  required: boolean,
  source: SchemaSource,
): Generator<Leaf> {
  if (path.length > 8) return;
  const choice = alternatives(flatten({ schema: schema as SchemaObject | boolean, document }, source), source)[0];
  if (choice === undefined) return;
  const properties = choice.schema["properties"] as Record<string, Schema> | undefined;
  if (properties === undefined) {
    if (path.length > 0 && choice.schema["type"] !== "array")
      yield {
        path,
        pointer: path.map((part) => `/${part}`).join(""),
        schema: choice.schema,
        document: choice.document,
        required,
      };
    return;
  }
  const needed = new Set((choice.schema["required"] as string[] | undefined) ?? []);
  for (const [name, property] of Object.entries(properties))
    yield* walk(property, documentOf(property, choice.document), [...path, name], required && needed.has(name), source);
}

/** A field for free text: without pattern, list or format, and without personal data. */
export function isFreeText({ schema }: Leaf): boolean {
  return (
    schema["type"] === "string" &&
    ["pattern", "enum", "const", "format", "x-as", "x-from", "x-sensitive"].every(
      (keyword) => schema[keyword] === undefined,
    )
  );
}

/**
 * A copy of a document with a value at a place whose surroundings are there; the document itself where they are not.
 */
export function put<T extends Json>(document: T, path: readonly string[], value: Json): T {
  const [first, ...rest] = path;
  if (first === undefined) return value as T;
  if (typeof document !== "object" || document === null || Array.isArray(document)) return document;
  const fields = document as Readonly<Record<string, Json>>;
  if (rest.length === 0) return { ...fields, [first]: value } as T;
  return fields[first] === undefined ? document : ({ ...fields, [first]: put(fields[first], rest, value) } as T);
}

/** Whether a document has the object in which a place is; one that may be left out is not in every message. */
export function hasPlace(document: Json | undefined, path: readonly string[]): boolean {
  return valueAt(document, path.slice(0, -1)) !== undefined;
}

/** What stands at a place; undefined where nothing does. */
export function valueAt(document: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (here, part) =>
      typeof here === "object" && here !== null && !Array.isArray(here)
        ? (here as Readonly<Record<string, Json>>)[part]
        : undefined,
    document,
  );
}
