import { fieldsOf } from "./annotated-fields.ts";
import { interfaceFile } from "./file.ts";
import { MEANINGS } from "./purpose.ts";
import type { Meaning } from "./purpose.ts";
import type { Interface, PackSource, Schema } from "./types.ts";

/** A field that has a meaning: where it stands in the message, and its schema with all that it refers to. */
export interface Meant {
  readonly meaning: Meaning;
  /** Names from the message's root; `*` stands for each item of a list. */
  readonly path: readonly string[];
}

/** Parts of a message. */
export type MessagePart = "path" | "query" | "body" | "answer";

/**
 * The fields of a schema that say what they are (`x-is`), in the order in which they stand; of alternatives all of them.
 */
export function meaningsOf(
  source: Pick<PackSource, "messages">,
  schema: Schema | undefined,
  file: string,
): readonly Meant[] {
  return fieldsOf(source, schema, file, "x-is").flatMap(({ value, path }) =>
    isMeaning(value) ? [{ meaning: value, path }] : [],
  );
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
