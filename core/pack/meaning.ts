import { interfaceFile } from "./file.ts";
import { MEANINGS } from "./purpose.ts";
import type { Meaning } from "./purpose.ts";
import { follow, isSchemaObject } from "./reference.ts";
import type { Interface, PackSource, Schema } from "./types.ts";

/** A field that has a meaning: where it stands in the message, and its schema with all that it refers to. */
export interface Meant {
  readonly meaning: Meaning;
  /** Names from the message's root; `*` stands for each item of a list. */
  readonly path: readonly string[];
}

/** Parts of a message. */
export type MessagePart = "path" | "query" | "body" | "answer";

const DEEPEST = 12;

/**
 * The fields of a schema that say what they are (`x-is`), in the order in which they stand; of alternatives all of them.
 * What lies behind a field with a meaning is looked through too: an amount has a currency within.
 */
export function meaningsOf(
  source: Pick<PackSource, "messages">,
  schema: Schema | undefined,
  file: string,
): readonly Meant[] {
  const found: Meant[] = [];
  const seen = new Set<string>();
  const visit = (part: unknown, where: string, path: readonly string[], depth: number): void => {
    if (!isSchemaObject(part) || depth > DEEPEST) return;
    const meaning = part["x-is"];
    const key = `${String(meaning)} ${path.join("/")}`;
    if (isMeaning(meaning) && !seen.has(key)) {
      seen.add(key);
      found.push({ meaning, path });
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

/** The schema of a part of an interface's messages. */
export function partOf(one: Interface, part: MessagePart): Schema | undefined {
  return part === "answer" ? one.response.body : one.request[part];
}

/** All that the parts of an interface's request, or its answer, say of themselves. */
export function meaningsOfInterface(
  source: Pick<PackSource, "messages">,
  one: Interface,
): Readonly<Record<MessagePart, readonly Meant[]>> {
  const of = (part: MessagePart): readonly Meant[] => meaningsOf(source, partOf(one, part), interfaceFile(one));
  return { path: of("path"), query: of("query"), body: of("body"), answer: of("answer") };
}

function isMeaning(value: unknown): value is Meaning {
  return (MEANINGS as readonly unknown[]).includes(value);
}
