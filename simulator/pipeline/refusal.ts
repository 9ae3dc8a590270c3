import type { Json } from "../../core/unit/unit.ts";

/** A call that ends with one of the pack's error codes. */
export interface Refusal {
  readonly code: string;
  readonly detail?: {
    readonly field: string;
    readonly issue: string;
    readonly location: "body" | "query" | "path" | "header";
  };
  /** A hint for the integrator; given out in test mode only. */
  readonly hint?: Json;
}

export type Staged<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const pass = <T>(value: T): Staged<T> => ({ ok: true, value });

export const refuse = (
  code: string,
  more: Omit<Refusal, "code"> = {},
): { readonly ok: false; readonly refusal: Refusal } => ({ ok: false, refusal: { code, ...more } });
