import { stageOfPolicy } from "../../core/pack/error-code.ts";
import type { Policies, Stage } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";

/** A call that ends with one of the pack's error codes. */
export interface Refusal {
  readonly code: string;
  /** Where it is refused; undefined: at the stage that the code is declared for. */
  readonly stage?: Stage;
  readonly detail?: {
    readonly field: string;
    readonly issue: string;
    readonly location: "body" | "query" | "path" | "header";
  };
  /** The methods that the path knows, for the header `Allow` of a 405 (RFC 9110 section 15.5.6). */
  readonly allow?: readonly string[];
  /** A hint for the integrator; given out in test mode only. */
  readonly hint?: Json;
}

export type Staged<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const pass = <T>(value: T): Staged<T> => ({ ok: true, value });

/** A refusal with the code that the pack has for one of the ways ahead of the guards. */
export const refuse = (
  stages: Policies["stages"],
  way: keyof Policies["stages"],
  more: Omit<Refusal, "code" | "stage"> = {},
): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  // A pack without a code for a way has messages that cannot fail so; pack check holds it.
  refusal: { code: stages[way] ?? stages.signature, stage: stageOfPolicy(way), ...more },
});
