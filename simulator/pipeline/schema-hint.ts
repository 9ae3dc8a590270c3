import { atPointer } from "../../core/json/pointer.ts";
import type { Violation } from "../../core/pack/violation.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { Json } from "../../core/unit/unit.ts";

/** What is shown of a value at most, in characters. */
const MOST_CHARACTERS = 200;

/** Rules that fields break which the schema does not know, so that nothing tells whether they hold people's data. */
const OF_UNKNOWN_FIELDS: ReadonlySet<string> = new Set(["additionalProperties", "unevaluatedProperties"]);

/**
 * Where a message breaks its schema, which rule, and the value that stands there, masked. Objects and lists are left
 * out, and so are values of fields that the schema does not know.
 */
export function schemaHint(redact: Redaction, { field, issue, rule }: Violation, message: Json | undefined): Json {
  const value = message === undefined ? undefined : atPointer(message, field);
  const name = field.split("/").at(-1) ?? "";
  const isKnown = rule !== undefined && !OF_UNKNOWN_FIELDS.has(rule);
  const isShown = isKnown && value !== undefined && typeof value !== "object";
  const masked = isShown ? JSON.stringify(valueOf(redact.json({ [name]: value }), name)) : undefined;
  return {
    pointer: field,
    rule: rule ?? "schema",
    allowed: issue,
    ...(masked === undefined
      ? {}
      : { value: masked.length > MOST_CHARACTERS ? `${masked.slice(0, MOST_CHARACTERS)}…` : masked }),
  };
}

const valueOf = (masked: unknown, name: string): unknown => (masked as Readonly<Record<string, unknown>>)[name];
