import type { Json } from "../unit/unit.ts";
import { follow, isSchemaObject } from "./reference.ts";
import type { PackSource, Schema } from "./types.ts";

/** Reads one text of the wire as the type that its schema names. */
export type TextReader = (text: string) => Json;

/**
 * How the members of an object that stands on the wire as texts (path, query, form) are read: by name, for those whose
 * schema asks for an integer or a boolean; any other stays a text. Canonical spellings only, so `007`, `+1` and `1.0`
 * stay texts, and the schema refuses them.
 */
export function textReaders(
  source: PackSource,
  schema: Schema | undefined,
  file: string,
): ReadonlyMap<string, TextReader> {
  const found = new Map<string, TextReader>();
  const visit = (part: Schema | undefined, at: string, depth: number): void => {
    if (!isSchemaObject(part) || depth > 16) return;
    const reference = part["$ref"];
    const target = typeof reference === "string" ? follow(source, reference, at, schema) : undefined;
    if (target !== undefined) visit(target.schema, target.file, depth + 1);
    if (Array.isArray(part["allOf"]))
      for (const member of part["allOf"] as readonly Schema[]) visit(member, at, depth + 1);
    if (!isSchemaObject(part["properties"])) return;
    for (const [name, property] of Object.entries(part["properties"])) {
      const type = typeOfText(source, property, at, schema);
      if (type === "integer") found.set(name, asInteger);
      if (type === "boolean") found.set(name, asBoolean);
    }
  };
  visit(schema, file, 0);
  return found;
}

/** An object of texts with each member read; what is no object of texts stays as it is. */
export function readTexts(readers: ReadonlyMap<string, TextReader>, value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, Json>>).map(([name, member]) => [
      name,
      typeof member === "string" ? (readers.get(name) ?? asText)(member) : member,
    ]),
  );
}

export const asText: TextReader = (text) => text;

export const asInteger: TextReader = (text) =>
  /^(?:0|-?[1-9]\d*)$/u.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;

export const asBoolean: TextReader = (text) => (text === "true" ? true : text === "false" ? false : text);

function typeOfText(source: PackSource, property: unknown, file: string, own: Schema | undefined, depth = 0): unknown {
  if (!isSchemaObject(property) || depth > 16) return undefined;
  if (property["type"] !== undefined) return property["type"];
  const reference = property["$ref"];
  const target = typeof reference === "string" ? follow(source, reference, file, own) : undefined;
  return target === undefined ? undefined : typeOfText(source, target.schema, target.file, own, depth + 1);
}
