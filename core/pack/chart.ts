import type { Bilingual } from "../run/verdict.ts";

/** A kind of ledger account. */
export interface AccountKind {
  readonly title: Bilingual;
  /** The side on which the balance grows. */
  readonly normal: "debit" | "credit";
  /** True when the balance must never fall below zero; asserted by the ledger at every commit. */
  readonly neverNegative: boolean;
  /** Whose account it is: a customer's, the calling party's, or the provider's own (default). */
  readonly owner?: "customer" | "party" | "provider";
}

/** `amount * rateBasisPoints / 10000`, half up, kept within minimum and maximum (minor units). */
export interface FeeRule {
  readonly title: Bilingual;
  readonly rateBasisPoints: number;
  readonly minimum: number;
  readonly maximum?: number;
}
