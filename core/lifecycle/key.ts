import type { Evaluate, Scope } from "../expression/expression.ts";
import type { Lifecycle } from "../pack/types.ts";
import type { Json } from "../unit/unit.ts";
import { joinKey } from "./rows.ts";
import { InvariantViolation } from "./violation.ts";

/** How a row's key is made: its parts in order, each with its name for messages. */
export type KeyPlan = readonly { readonly name: string; readonly evaluate: Evaluate }[];

/** Throws `InvariantViolation` for a part that is neither text nor a whole number. */
export const keyOf = (plan: KeyPlan, scope: Scope): string =>
  joinKey(plan.map(({ name, evaluate }) => keyPart(evaluate(scope), name)));

/** A part of a key: text or a whole number. Anything else would make two keys one. */
export function keyPart(value: unknown, name: string): string | number {
  if (typeof value === "string" || typeof value === "number") return value;
  throw new InvariantViolation(
    `${name} is part of a key and must be text or a whole number, not ${JSON.stringify(value)}`,
  );
}

/** The key's own parts as fields of a new row. */
export function keyFields(lifecycle: Pick<Lifecycle, "key" | "fields">, key: string): Record<string, Json> {
  const parts = key.split("/");
  const fields: Record<string, Json> = {};
  for (const [index, name] of lifecycle.key.entries()) {
    const part = parts[index] ?? "";
    const text = part.includes("%") ? decodeURIComponent(part) : part;
    fields[name] = lifecycle.fields[name]?.startsWith("integer") === true ? Number(text) : text;
  }
  return fields;
}
