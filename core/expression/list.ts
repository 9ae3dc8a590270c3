import type { Expression } from "../pack/types.ts";

/** `Array.isArray` does not narrow read-only lists. */
export function isList(expression: Expression): expression is readonly Expression[] {
  return Array.isArray(expression);
}
