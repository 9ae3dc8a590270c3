import * as fc from "fast-check";
import type { Schema } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import { arbitrary } from "../generators/arbitrary.ts";
import { flatten } from "../generators/schema-source.ts";
import type { SchemaObject, SchemaSource } from "../generators/schema-source.ts";

/**
 * Identifiers that no earlier run has used, so that a SUT full of old data can be judged: the run's nonce (from seed
 * and start time) and a count. Made once a run; the count is its only state.
 */
export interface Fresh {
  /** At most 20 characters of `[0-9A-Z]`, by which the run is known again. */
  identifier(): string;
  /** A number of business: an identifier, or digits where the pack's numbers are made of those. */
  number(): string;
  /** A fresh value that the schema accepts. */
  value(schema: Schema, source: SchemaSource, document: Schema, random: RandomStream): string;
}

export function freshIdentifiers(runNonce: string, digits?: number): Fresh {
  let count = 0;
  const identifier = (): string => {
    count += 1;
    return `LT${runNonce}${count.toString(36).toUpperCase().padStart(5, "0")}`;
  };
  const number = (): string => {
    if (digits === undefined) return identifier();
    count += 1;
    const nonce = String(Number.parseInt(runNonce, 36)).padStart(NONCE_DIGITS, "0");
    return `${FIRST_DIGIT}${nonce}${String(count).padStart(Math.max(1, digits - 1 - NONCE_DIGITS), "0")}`;
  };
  return {
    identifier,
    number,
    value(schema, source, document, random) {
      const { schema: flat } = flatten({ schema: schema as Record<string, unknown>, document }, source);
      const made = number();
      const max = typeof flat["maxLength"] === "number" ? flat["maxLength"] : 64;
      const min = typeof flat["minLength"] === "number" ? flat["minLength"] : 1;
      // The end differs from call to call, so that is what a short field keeps.
      const fitted = made.slice(-Math.min(max, made.length)).padEnd(min, "0");
      if (typeof flat["pattern"] !== "string" || new RegExp(flat["pattern"], "u").test(fitted)) return fitted;
      return String(sample(arbitrary(schema, source, document), random));
    },
  };
}

/** Of numbers that begin with a year. */
const FIRST_DIGIT = "2";
/** Of a run's nonce of seven characters, as a number. */
const NONCE_DIGITS = 11;

/**
 * How many digits the numbers of a pack have whose numbers are made of digits; undefined where identifiers fit, or neither
 * does. Checks make up numbers without looking for the field that they are for, so one form is for all of a pack.
 */
export function digitsOfNumbers(schemas: readonly SchemaObject[]): number | undefined {
  const lengths = schemas.flatMap(({ pattern, maxLength }) => {
    if (typeof pattern !== "string" || typeof maxLength !== "number" || maxLength < NONCE_DIGITS + 6) return [];
    const fits = (text: string): boolean => new RegExp(pattern, "u").test(text);
    const identifier = `LT${"0".repeat(12)}`.padEnd(maxLength, "0");
    return !fits(identifier) && !fits(identifier.slice(0, 14)) && fits(FIRST_DIGIT.padEnd(maxLength, "0"))
      ? [maxLength]
      : [];
  });
  return lengths.length === 0 ? undefined : Math.min(...lengths);
}

/** What the identifiers of one run have in common, as a text that is one shows it; undefined for any other text. */
export function runNonceOf(text: string): string | undefined {
  return WHOLE.exec(text)?.[1];
}

/** An identifier of any run within a text. */
export const IDENTIFIER = /LT[0-9A-Z]{12,14}/u;
const WHOLE = /^LT([0-9A-Z]{7})[0-9A-Z]{5,7}$/u;

/** One value of an arbitrary, drawn from a stream. */
export function sample<T>(from: fc.Arbitrary<T>, random: RandomStream): T {
  const [value] = fc.sample(from, { seed: random.below(2 ** 31), numRuns: 1 });
  return value as T;
}
