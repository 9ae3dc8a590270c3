import { isObject } from "./document.ts";
import type { DocumentSchema, DocumentSchemas } from "./document.ts";

const DEPTH = 24;
const COMPONENT = "#/components/schemas/";

/** A schema with what it refers to and what `allOf` puts together in one: for looking at, not for validating. */
export interface FlatSchema {
  readonly own: DocumentSchema;
  readonly type: string | undefined;
  readonly nullable: boolean;
  readonly properties: Readonly<Record<string, DocumentSchema>>;
  readonly required: ReadonlySet<string>;
  /** Whether an object says that it takes no other fields. */
  readonly closed: boolean;
}

/** The name of the schema that a reference leads to. */
export function componentOf(reference: unknown): string | undefined {
  return typeof reference === "string" && reference.startsWith(COMPONENT)
    ? decodeURIComponent(reference.slice(COMPONENT.length)).replaceAll("~1", "/").replaceAll("~0", "~")
    : undefined;
}

export function flatten(schema: unknown, schemas: DocumentSchemas): FlatSchema {
  const parts: DocumentSchema[] = [];
  gather(schema, schemas, parts, 0);
  const own: Record<string, unknown> = {};
  const properties: Record<string, DocumentSchema> = {};
  const required = new Set<string>();
  for (const part of parts) {
    Object.assign(own, part);
    if (isObject(part["properties"]))
      for (const [name, property] of Object.entries(part["properties"]))
        if (isObject(property)) properties[name] = together(properties[name], property);
    if (Array.isArray(part["required"]))
      for (const name of part["required"]) if (typeof name === "string") required.add(name);
  }
  const types = [own["type"]].flat().filter((one): one is string => typeof one === "string");
  const type = types.find((one) => one !== "null") ?? (Object.keys(properties).length > 0 ? "object" : undefined);
  return {
    own,
    type,
    nullable: types.includes("null") || own["nullable"] === true,
    properties,
    required,
    closed: parts.some((part) => part["additionalProperties"] === false || part["unevaluatedProperties"] === false),
  };
}

/** Parts from the referred to the referring, so that what stands nearer wins. */
function gather(schema: unknown, schemas: DocumentSchemas, parts: DocumentSchema[], depth: number): void {
  if (!isObject(schema) || depth > DEPTH) return;
  const name = componentOf(schema["$ref"]);
  if (name !== undefined && Object.hasOwn(schemas, name)) gather(schemas[name], schemas, parts, depth + 1);
  if (Array.isArray(schema["allOf"])) for (const part of schema["allOf"]) gather(part, schemas, parts, depth + 1);
  parts.push(schema);
}

/** A field that several parts describe satisfies each of them. */
function together(before: DocumentSchema | undefined, after: DocumentSchema): DocumentSchema {
  return before === undefined || JSON.stringify(before) === JSON.stringify(after) ? after : { allOf: [before, after] };
}
