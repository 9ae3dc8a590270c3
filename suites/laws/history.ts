import type { Bilingual } from "../../core/run/verdict.ts";

/*
 * What a run saw, in words that belong to no pack. Laws read this and nothing else: a rule that is wrong in the pack
 * must not make them blind.
 */

export type History = readonly Observation[];

export type Observation =
  | ResourceSeen
  | BalanceSeen
  | AbsentSeen
  | RefusalSeen
  | UnknownSeen
  | ToldSeen
  | StatementSeen
  | BillSeen;

/** A `record` is what a party keeps of the other party's payment: an order. */
export type ResourceKind = "payment" | "refund" | "payout" | "record";

/** One sight of a payment, refund, payout or record. Amounts in minor units. */
export interface ResourceSeen {
  readonly kind: ResourceKind;
  /** When the call was sent that showed it; absent: at the same moment. */
  readonly began?: number;
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
  /** For a payment or a record: what the SUT says was given back. */
  readonly refunded?: number;
  /** Told by a query, and so the present state; otherwise by the answer of a call, which may be an earlier answer again. */
  readonly queried?: true;
}

/** A query that found nothing under a number. */
export interface AbsentSeen {
  readonly kind: "absent";
  readonly of: ResourceKind;
  readonly began?: number;
  readonly at: number;
  readonly party: string;
  readonly number: string;
}

/** A call that would have made or changed something under a number, and was refused. */
export interface RefusalSeen {
  readonly kind: "refusal";
  readonly of: ResourceKind;
  readonly at: number;
  readonly party: string;
  readonly number: string;
  readonly code: string;
}

/** A call under a number that got no answer, or one that says nothing about the outcome. */
export interface UnknownSeen {
  readonly kind: "unknown";
  readonly of: ResourceKind;
  readonly at: number;
  readonly party: string;
  readonly number: string;
}

/** A notification of a payment, refund or payout, as it arrived. */
export interface ToldSeen {
  readonly kind: "told";
  readonly of: ResourceKind;
  readonly at: number;
  readonly party: string;
  readonly number: string;
  readonly state: ResourceSeen["state"];
  readonly amount?: number;
  readonly id?: string;
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

/** One line of a statement or bill; amounts in minor units, never negative. */
export interface Entry {
  readonly id: string;
  readonly transfer: string;
  readonly type: string;
  readonly direction: "debit" | "credit";
  readonly amount: number;
  readonly currency: string;
  /** Absent where a bill does not tell it. */
  readonly balanceAfter?: number;
  readonly reference: string;
  /** Business date. */
  readonly date?: string;
  /** When it was booked, milliseconds since the epoch. */
  readonly bookedAt?: number;
}

/** A whole statement between two dates, read while the balance stood still. */
export interface StatementSeen {
  readonly kind: "statement";
  readonly at: number;
  readonly party: string;
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly entries: readonly Entry[];
  /** The posted balance before and after it was read; absent where it moved meanwhile, or was not read. */
  readonly posted?: number;
}

/** The bill of one day, of the settlement account. */
export interface BillSeen {
  readonly kind: "bill";
  readonly at: number;
  readonly party: string;
  readonly date: string;
  readonly rows: readonly Entry[];
  readonly credits: number;
  readonly debits: number;
}

/** The account of a party that settles; other accounts are named by their bindings. */
export const SETTLEMENT = "settlement";

/** A law broken, told by the observations that break it. */
export interface Breach {
  readonly expected: Bilingual;
  readonly seen: Bilingual;
  readonly because: readonly Observation[];
}

/** An invariant over a history. Pure. */
export type Law = (history: History) => readonly Breach[];
