import type { PackSource } from "../pack/types.ts";
import { MASK } from "./mask.ts";
import type { Kind } from "./mask.ts";

/** Names of the fields that a pack calls sensitive, on the spot or where their reference leads, and what each holds. */
export function sensitiveFields(source: Pick<PackSource, "messages" | "interfaces">): ReadonlyMap<string, Kind> {
  const fields = new Map<string, Kind>();
  for (const document of Object.values(source.messages)) collect(document, document, source, fields);
  collect(source.interfaces, undefined, source, fields);
  return fields;
}

function collect(
  value: unknown,
  document: unknown,
  source: Pick<PackSource, "messages">,
  fields: Map<string, Kind>,
): void {
  if (typeof value !== "object" || value === null) return;
  const properties = (value as { properties?: unknown }).properties;
  if (typeof properties === "object" && properties !== null) {
    for (const [name, schema] of Object.entries(properties)) {
      const kind = sensitivity(schema, document, source, 8);
      if (kind !== undefined) fields.set(name, kind);
    }
  }
  for (const inner of Object.values(value)) collect(inner, document, source, fields);
}

/**
 * The annotation of a property, which most often stands behind its `$ref` or in a part of an `allOf`; `steps` ends a
 * circle of references.
 */
function sensitivity(
  schema: unknown,
  document: unknown,
  source: Pick<PackSource, "messages">,
  steps: number,
): Kind | undefined {
  if (typeof schema !== "object" || schema === null || steps === 0) return undefined;
  const {
    "x-sensitive": kind,
    $ref: reference,
    allOf,
  } = schema as { "x-sensitive"?: unknown; $ref?: unknown; allOf?: unknown };
  // An unknown kind is masked whole.
  if (typeof kind === "string") return Object.hasOwn(MASK, kind) ? (kind as Kind) : "secret";
  for (const part of Array.isArray(allOf) ? (allOf as unknown[]) : []) {
    const found = sensitivity(part, document, source, steps - 1);
    if (found !== undefined) return found;
  }
  const [, file, pointer] =
    (typeof reference === "string" ? /^(?:messages\/([^/]+)\.json)?#\/(.*)$/.exec(reference) : null) ?? [];
  if (pointer === undefined) return undefined;
  const home = file === undefined ? document : source.messages[file];
  let target: unknown = home;
  for (const part of pointer.split("/")) target = (target as Record<string, unknown> | undefined)?.[part];
  return sensitivity(target, home, source, steps - 1);
}
