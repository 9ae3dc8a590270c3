import type { PackSource, Schema } from "./types.ts";

/** Base of the addresses under which a pack's schemas are known to the validator; nothing is ever fetched. */
const BASE = "https://pack.invalid/";

export type SchemaObject = { readonly [key: string]: unknown };

export function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The address of a file of the pack: `messages/payment.json`. */
export function addressOf(file: string): string {
  return BASE + file;
}

/**
 * A schema of the pack with every `$ref` made absolute, as seen from `file`. `messages/x.json#/...` is a file of the
 * pack wherever it is written; `#/...` is the same file; anything else is relative to the file, as JSON Schema has it.
 */
export function absolute(schema: Schema, file: string): Schema {
  return typeof schema === "boolean" ? schema : (rewrite(schema, file) as SchemaObject);
}

function rewrite(value: unknown, file: string): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, file));
  if (!isSchemaObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (name === "$schema" || name === "$id") continue;
    copy[name] =
      name === "$ref" && typeof member === "string" ? addressOf(fullReference(member, file)) : rewrite(member, file);
  }
  return copy;
}

/** `messages/x.json#/pointer` for a `$ref` as it is written in `file`. */
export function fullReference(reference: string, file: string): string {
  if (reference.startsWith("#")) return file + reference;
  if (reference.startsWith("messages/")) return reference;
  const url = new URL(reference, addressOf(file));
  return url.href.startsWith(BASE) ? url.href.slice(BASE.length) : reference;
}

/** What a `$ref` written in `file` leads to, with the file that it stands in; `undefined` when it leads nowhere. */
export function follow(
  source: Pick<PackSource, "messages">,
  reference: string,
  file: string,
  own?: Schema,
): { readonly schema: Schema; readonly file: string; readonly pointer: string } | undefined {
  const full = fullReference(reference, file);
  const mark = full.indexOf("#");
  const target = mark < 0 ? full : full.slice(0, mark);
  const pointer = mark < 0 ? "" : decodeURIComponent(full.slice(mark + 1));
  const name = /^messages\/(.+)\.json$/u.exec(target)?.[1];
  let value: unknown =
    target === file && own !== undefined
      ? own
      : name !== undefined && Object.hasOwn(source.messages, name)
        ? source.messages[name]
        : undefined;
  for (const token of pointer.split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = (value as readonly unknown[])[Number(key)];
    else value = isSchemaObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return typeof value === "boolean" || isSchemaObject(value) ? { schema: value, file: target, pointer } : undefined;
}
