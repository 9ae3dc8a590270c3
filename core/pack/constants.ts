import { interfaceFile } from "./file.ts";
import { follow, isSchemaObject } from "./reference.ts";
import type { Json } from "../unit/unit.ts";
import type { Interface, PackSource } from "./types.ts";

/**
 * The top-level fields of query and body that every request of the interface must have with one value, such as the
 * `method` of a gateway: a sender need not be told them.
 */
export function constantsOf(
  source: Pick<PackSource, "messages">,
  one: Interface,
  parts: readonly ("query" | "body")[] = ["query", "body"],
): Readonly<Record<string, Json>> {
  const found: Record<string, Json> = {};
  for (const part of parts) {
    const { required, values } = fixed(source, one.request[part], interfaceFile(one), 0);
    for (const name of required) if (Object.hasOwn(values, name)) found[name] = values[name] as Json;
  }
  return found;
}

interface Fixed {
  readonly required: readonly string[];
  readonly values: Readonly<Record<string, Json>>;
}

/** How deep schemas are followed; beyond it a pack refers in circles. */
const DEEPEST = 12;

/** What a schema demands of an object, and the constants among it. */
function fixed(source: Pick<PackSource, "messages">, schema: unknown, file: string, depth: number): Fixed {
  if (!isSchemaObject(schema) || depth > DEEPEST) return { required: [], values: {} };
  const target = typeof schema["$ref"] === "string" ? follow(source, schema["$ref"], file) : undefined;
  const parts = [
    ...(target === undefined ? [] : [fixed(source, target.schema, target.file, depth + 1)]),
    ...(Array.isArray(schema["allOf"])
      ? (schema["allOf"] as readonly unknown[]).map((part) => fixed(source, part, file, depth + 1))
      : []),
  ];
  const properties = isSchemaObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  return {
    required: [
      ...parts.flatMap(({ required }) => required),
      ...(Array.isArray(schema["required"]) ? (schema["required"] as readonly string[]) : []),
    ],
    values: {
      ...Object.assign({}, ...parts.map(({ values }) => values)),
      ...Object.fromEntries(
        properties.flatMap(([name, property]) => {
          const value = constant(source, property, file, depth + 1);
          return value === undefined ? [] : [[name, value] as const];
        }),
      ),
    } as Readonly<Record<string, Json>>,
  };
}

function constant(
  source: Pick<PackSource, "messages">,
  schema: unknown,
  file: string,
  depth: number,
): Json | undefined {
  if (!isSchemaObject(schema) || depth > DEEPEST) return undefined;
  if (schema["const"] !== undefined) return schema["const"] as Json;
  const target = typeof schema["$ref"] === "string" ? follow(source, schema["$ref"], file) : undefined;
  return target === undefined ? undefined : constant(source, target.schema, target.file, depth + 1);
}
