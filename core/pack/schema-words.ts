import type { PackSource } from "./types.ts";

/** All names of fields, and texts that are listed, in a schema or anything that holds schemas; references are followed. */
export function wordsIn(part: unknown, source: Pick<PackSource, "messages">): ReadonlySet<string> {
  const { names, texts } = spokenIn(part, source);
  return new Set([...names, ...texts]);
}

/** The names of fields alone. */
export const namesIn = (part: unknown, source: Pick<PackSource, "messages">): ReadonlySet<string> =>
  spokenIn(part, source).names;

function spokenIn(
  part: unknown,
  { messages }: Pick<PackSource, "messages">,
): { readonly names: ReadonlySet<string>; readonly texts: ReadonlySet<string> } {
  const [names, texts] = [new Set<string>(), new Set<string>()];
  const seen = new Set<unknown>();
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    for (const [name, inner] of Object.entries(value)) {
      if (name === "properties" && typeof inner === "object" && inner !== null)
        for (const one of Object.keys(inner)) names.add(one);
      if (name === "enum" && Array.isArray(inner)) for (const one of inner) texts.add(String(one));
      if (name === "const" && typeof inner === "string") texts.add(inner);
      if (name === "$ref" && typeof inner === "string") for (const target of targets(inner, messages)) look(target);
      look(inner);
    }
  };
  look(part);
  return { names, texts };
}

/** Names of the fields whose schema lists one of the texts. */
export function fieldsThatList(
  texts: ReadonlySet<string>,
  { messages, interfaces }: Pick<PackSource, "messages" | "interfaces">,
): ReadonlySet<string> {
  const found = new Set<string>();
  const lists = (schema: unknown, depth: number): boolean => {
    if (typeof schema !== "object" || schema === null || depth > DEEPEST) return false;
    const {
      enum: choices,
      const: only,
      $ref,
      allOf,
      oneOf,
      anyOf,
      items,
    } = schema as Readonly<Record<string, unknown>>;
    if ([...(Array.isArray(choices) ? choices : []), only].some((one) => typeof one === "string" && texts.has(one)))
      return true;
    const parts = [
      ...(typeof $ref === "string" ? targets($ref, messages) : []),
      items,
      ...[allOf, oneOf, anyOf].flatMap((some) => (Array.isArray(some) ? (some as readonly unknown[]) : [])),
    ];
    return parts.some((part) => lists(part, depth + 1));
  };
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { properties } = value as { readonly properties?: unknown };
    if (typeof properties === "object" && properties !== null)
      for (const [name, schema] of Object.entries(properties)) if (lists(schema, 0)) found.add(name);
    for (const inner of Object.values(value)) look(inner);
  };
  look(messages);
  look(interfaces);
  return found;
}

const DEEPEST = 8;

/** What a reference leads to. One within its own file is looked for in all files: which one it stands in is not known here. */
function targets(reference: string, messages: PackSource["messages"]): readonly unknown[] {
  const [file = "", pointer = ""] = reference.split("#", 2);
  const stem = (path: string): string => (path.split("/").at(-1) ?? path).replace(/\.json$/, "");
  const at = (document: unknown): unknown =>
    pointer
      .split("/")
      .slice(1)
      .reduce<unknown>(
        (here, part) =>
          typeof here === "object" && here !== null ? (here as Readonly<Record<string, unknown>>)[part] : undefined,
        document,
      );
  return Object.entries(messages).flatMap(([name, document]) =>
    file === "" || stem(name) === stem(file) ? [at(document)] : [],
  );
}
