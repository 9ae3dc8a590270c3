/*
 * What a run saw, in words that belong to no pack. Laws read this and nothing else: a rule that is wrong in the pack
 * must not make them blind.
 */

export type History = readonly Observation[];

export type Observation = ResourceSeen | BalanceSeen;

/** One sight of a payment, refund or payout. Amounts in minor units. */
export interface ResourceSeen {
  readonly kind: "payment" | "refund" | "payout";
  readonly at: number;
  readonly party: string;
  readonly number: string;
  readonly state: "open" | "succeeded" | "failed" | "closed" | "returned";
  readonly amount?: number;
  readonly currency?: string;
  /** The SUT's own id of it. */
  readonly id?: string;
  /** For a refund: the number of the payment. */
  readonly payment?: string;
  /** For a payment: what the SUT says was given back. */
  readonly refunded?: number;
}

export interface BalanceSeen {
  readonly kind: "balance";
  readonly at: number;
  readonly party: string;
  readonly account: string;
  readonly available: number;
  readonly posted?: number;
  readonly currency: string;
}

/** A law broken, told by the observations that break it. */
export interface Breach {
  readonly expected: string;
  readonly seen: string;
  readonly because: readonly Observation[];
}

/** An invariant over a history. Pure. */
export type Law = (history: History) => readonly Breach[];
