import { atPointer } from "../../core/json/pointer.ts";
import type { Violation } from "../../core/pack/violation.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { Json } from "../../core/unit/unit.ts";

/** What is shown of a value at most, in characters. */
const MOST_CHARACTERS = 200;

/** Where a message breaks its schema, which rule, and the value that stands there, masked. */
export function schemaHint(redact: Redaction, { field, issue, rule }: Violation, message: Json | undefined): Json {
  const value = message === undefined ? undefined : atPointer(message, field);
  const name = field.split("/").at(-1) ?? "";
  const masked = value === undefined ? undefined : JSON.stringify(valueOf(redact.json({ [name]: value }), name));
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
