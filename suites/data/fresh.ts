import * as fc from "fast-check";
import type { Schema } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import { arbitrary } from "../generators/arbitrary.ts";
import { flatten } from "../generators/schema-source.ts";
import type { SchemaSource } from "../generators/schema-source.ts";

/**
 * Identifiers that no earlier run has used, so that a SUT full of old data can be judged: the run's nonce (from seed
 * and start time) and a count. Made once a run; the count is its only state.
 */
export interface Fresh {
  /** At most 20 characters of `[0-9A-Z]`, unless the schema wants something else. */
  identifier(): string;
  /** A fresh value that the schema accepts. */
  value(schema: Schema, source: SchemaSource, document: Schema, random: RandomStream): string;
}

export function freshIdentifiers(runNonce: string): Fresh {
  let count = 0;
  const identifier = (): string => {
    count += 1;
    return `LT${runNonce}${count.toString(36).toUpperCase().padStart(5, "0")}`;
  };
  return {
    identifier,
    value(schema, source, document, random) {
      const { schema: flat } = flatten({ schema: schema as Record<string, unknown>, document }, source);
      const made = identifier();
      const max = typeof flat["maxLength"] === "number" ? flat["maxLength"] : 64;
      const min = typeof flat["minLength"] === "number" ? flat["minLength"] : 1;
      // The end differs from call to call, so that is what a short field keeps.
      const fitted = made.slice(-Math.min(max, made.length)).padEnd(min, "0");
      if (typeof flat["pattern"] !== "string" || new RegExp(flat["pattern"], "u").test(fitted)) return fitted;
      return String(sample(arbitrary(schema, source, document), random));
    },
  };
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
