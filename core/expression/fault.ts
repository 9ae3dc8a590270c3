import type { Expression } from "../pack/types.ts";

/**
 * An expression met a value it must not touch: missing, of the wrong type, out of range. A mistake of the pack (the
 * type checker finds most before anything runs), so it is thrown and never answered as a refusal.
 */
export class ExpressionFault extends Error {
  /** The expression as the pack file says it. */
  readonly expression: string;
  constructor(expression: Expression, why: string, options?: ErrorOptions) {
    const text = JSON.stringify(expression) ?? "undefined";
    super(`${why} In the expression ${text}.`, options);
    this.name = "ExpressionFault";
    this.expression = text;
  }
}

/** A value for people: short, and without the inside of objects, which may hold account numbers. */
export function describe(value: unknown): string {
  if (value === undefined) return "a missing value";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return `an object of {${Object.keys(value).join(", ")}}`;
  if (typeof value === "string") return `the text of ${value.length} characters`;
  return typeof value === "number" || typeof value === "boolean" ? `${typeof value} ${value}` : `a ${typeof value}`;
}
