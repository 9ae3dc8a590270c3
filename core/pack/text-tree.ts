import { TEXT } from "../codec/xml/form.ts";
import type { Json } from "../unit/unit.ts";
import { follow, isSchemaObject } from "./reference.ts";
import type { SchemaObject } from "./reference.ts";
import { asBoolean, asInteger, asText } from "./text-values.ts";
import type { PackSource, Schema } from "./types.ts";

/** What a schema says of the shape of one value. */
interface Shape {
  readonly type: unknown;
  /** Members of an object, by name, each with what describes it. */
  readonly properties: ReadonlyMap<string, Described>;
  readonly required: ReadonlySet<string>;
  readonly items: Described | undefined;
}

/** A schema and the file that it is written in. */
interface Described {
  readonly schema: unknown;
  readonly file: string;
}

/** How deep `$ref` and `allOf` are followed, and how deep a message is read. */
const MOST_LEVELS = 32;

/**
 * The reader of messages of a format whose scalars are texts and whose lists of one look like their item, as those of
 * XML do: gives every value the type that its schema names, where it is spelled canonically (`007`, `+1` and `1.0` stay
 * texts). One item is a list where the schema has one, a text is an object where the schema has one, and an empty element
 * is an empty object. Whatever fits no type stays as it is, and the schema refuses it.
 */
export function textTree(source: PackSource, schema: Schema | undefined, file: string): (value: Json) => Json {
  const known = new Map<unknown, Shape>();
  const shapeOf = (described: Described): Shape => {
    const shape = known.get(described.schema) ?? shaped(source, described, schema);
    known.set(described.schema, shape);
    return shape;
  };
  const read = (value: Json, described: Described | undefined, level: number): Json => {
    if (described === undefined || level > MOST_LEVELS) return value;
    const shape = shapeOf(described);
    if (shape.type === "array") {
      const items = Array.isArray(value) ? (value as readonly Json[]) : [value];
      return items.map((item) => read(item, shape.items, level + 1));
    }
    if (typeof value === "string")
      return shape.type === "object" ? objectFrom(value, shape) : scalar(value, shape.type);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return membersOf(value as Readonly<Record<string, Json>>, shape, level);
  };
  const membersOf = (members: Readonly<Record<string, Json>>, shape: Shape, level: number): Json => ({
    ...Object.fromEntries(
      Object.entries(members).map(([name, member]) => [name, read(member, shape.properties.get(name), level + 1)]),
    ),
    ...emptyLists(members, shape),
  });
  /** A list of none has no element; where there has to be one, it is empty. */
  const emptyLists = (members: Readonly<Record<string, Json>>, shape: Shape): Readonly<Record<string, Json>> =>
    Object.fromEntries(
      [...shape.required].flatMap((name) => {
        const described = shape.properties.get(name);
        const absent = !Object.hasOwn(members, name) && described !== undefined;
        return absent && shapeOf(described).type === "array" ? [[name, []]] : [];
      }),
    );
  const objectFrom = (text: string, shape: Shape): Json =>
    membersOf(text.trim() === "" && !shape.properties.has(TEXT) ? {} : { [TEXT]: text }, shape, 0);
  return (value) => read(value, schema === undefined ? undefined : { schema, file }, 0);
}

function scalar(text: string, type: unknown): Json {
  return (type === "integer" ? asInteger : type === "boolean" ? asBoolean : asText)(text);
}

/** The shape that a schema gives, with those that it refers to and consists of. */
function shaped(source: PackSource, described: Described, own: Schema | undefined): Shape {
  const properties = new Map<string, Described>();
  const required = new Set<string>();
  let type: unknown;
  let items: Described | undefined;
  const visit = ({ schema, file }: Described, certain: boolean, level: number): void => {
    if (!isSchemaObject(schema) || level > MOST_LEVELS) return;
    const reference = schema["$ref"];
    const target = typeof reference === "string" ? follow(source, reference, file, own) : undefined;
    if (target !== undefined) visit(target, certain, level + 1);
    type ??= schema["type"];
    for (const [name, property] of Object.entries(objectAt(schema, "properties")))
      if (!properties.has(name)) properties.set(name, { schema: property, file });
    if (certain && Array.isArray(schema["required"]))
      for (const name of schema["required"] as readonly string[]) required.add(name);
    if (schema["items"] !== undefined) items ??= { schema: schema["items"], file };
    for (const keyword of ["allOf", "oneOf", "anyOf"])
      if (Array.isArray(schema[keyword]))
        for (const part of schema[keyword] as readonly unknown[])
          visit({ schema: part, file }, certain && keyword === "allOf", level + 1);
  };
  visit(described, true, 0);
  return { type: type ?? (properties.size > 0 ? "object" : undefined), properties, required, items };
}

const objectAt = (schema: SchemaObject, keyword: string): SchemaObject => {
  const value = schema[keyword];
  return isSchemaObject(value) ? value : {};
};
