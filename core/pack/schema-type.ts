import {
  BOOLEAN,
  DATE,
  INTEGER,
  join,
  list,
  MONEY,
  NULL,
  object,
  optional,
  TEXT,
  TIME,
  UNKNOWN,
} from "../expression/type.ts";
import type { Type } from "../expression/type.ts";
import { formOf } from "../form/forms.ts";
import { follow, isSchemaObject } from "./reference.ts";
import type { PackSource, Schema } from "./types.ts";

/** What rules hold of a field that a message writes in a form. */
const OF_FORM = { integer: INTEGER, time: TIME, date: DATE, text: TEXT } as const;

/** The expression type of values that satisfy a schema standing in `file`. Money is an object of `value` and `currency`. */
export function typeOfSchema(source: PackSource, schema: Schema | undefined, file: string, depth = 0): Type {
  if (!isSchemaObject(schema) || depth > 24) return UNKNOWN;
  const parts: Type[] = [];
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const target = follow(source, reference, file);
    parts.push(target === undefined ? UNKNOWN : typeOfSchema(source, target.schema, target.file, depth + 1));
  }
  for (const member of schemas(schema["allOf"])) parts.push(typeOfSchema(source, member, file, depth + 1));
  const choices = [...schemas(schema["oneOf"]), ...schemas(schema["anyOf"])].map((member) =>
    typeOfSchema(source, member, file, depth + 1),
  );
  if (choices.length > 0) parts.push(choices.reduce(join));
  const own = ownType(source, schema, file, depth);
  if (own !== undefined) parts.push(own);
  return parts.reduce(both, UNKNOWN);
}

function ownType(
  source: PackSource,
  schema: { readonly [key: string]: unknown },
  file: string,
  depth: number,
): Type | undefined {
  const values = Array.isArray(schema["enum"])
    ? (schema["enum"] as readonly unknown[])
    : "const" in schema
      ? [schema["const"]]
      : undefined;
  if (values !== undefined && values.every((value) => typeof value === "string")) return { kind: "text", values };
  if (values !== undefined && values.every((value) => Number.isSafeInteger(value))) return INTEGER;
  switch (schema["type"]) {
    case "string": {
      const form = formOf(schema);
      if (form !== undefined) return OF_FORM[form.holds];
      return schema["format"] === "date" ? DATE : TEXT;
    }
    case "integer":
      return INTEGER;
    case "boolean":
      return BOOLEAN;
    case "null":
      return NULL;
    case "array":
      return list(typeOfSchema(source, isSchemaObject(schema["items"]) ? schema["items"] : undefined, file, depth + 1));
    default:
      break;
  }
  const properties = schema["properties"];
  if (!isSchemaObject(properties))
    return schema["type"] === "object"
      ? object({}, schema["additionalProperties"] !== false && schema["unevaluatedProperties"] !== false)
      : undefined;
  const required = Array.isArray(schema["required"]) ? (schema["required"] as readonly unknown[]) : [];
  const fields: Record<string, Type> = {};
  for (const [name, property] of Object.entries(properties)) {
    const type = typeOfSchema(source, isSchemaObject(property) ? property : undefined, file, depth + 1);
    fields[name] = required.includes(name) ? type : optional(type);
  }
  const names = Object.keys(fields).toSorted().join();
  if (names === "currency,value" && fields["value"]?.kind === "integer" && fields["currency"]?.kind === "text")
    return MONEY;
  return object(fields, schema["additionalProperties"] !== false && schema["unevaluatedProperties"] !== false);
}

function schemas(value: unknown): readonly Schema[] {
  return Array.isArray(value)
    ? (value as readonly unknown[]).filter((member): member is Schema => isSchemaObject(member))
    : [];
}

/** A value of both types: fields of all, required where either requires. */
function both(left: Type, right: Type): Type {
  if (left.kind === "unknown") return right;
  if (right.kind === "unknown") return left;
  if (left.kind === "object" && right.kind === "object") {
    const fields: Record<string, Type> = { ...left.fields };
    for (const [name, type] of Object.entries(right.fields)) {
      const other = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (other === undefined) fields[name] = type;
      else {
        const present = both(other.kind === "optional" ? other.of : other, type.kind === "optional" ? type.of : type);
        fields[name] = other.kind === "optional" && type.kind === "optional" ? optional(present) : present;
      }
    }
    // A part that only requires names more than it describes makes those fields required; `allOf` of closed parts is closed.
    return object(fields, left.open === true && right.open === true);
  }
  return left.kind === "text" && right.kind === "text" ? (left.values === undefined ? right : left) : left;
}
