import type { Role } from "../pack/types.ts";

/** The index of the n-th party that a provider knows, from 1. */
export const partyIndex = (position: number): string => String(position).padStart(4, "0");

/** Letters and digits of an index that is made anew: enough that no two meet. */
const ANEW_LENGTH = 11;

/**
 * An index for what is seeded for one call alone, of at least eight random bytes. Numbers made of it are short, because
 * interfaces bound their lengths.
 */
export const anewIndex = (entropy: Uint8Array): string =>
  `-${new DataView(entropy.buffer, entropy.byteOffset).getBigUint64(0).toString(36).padStart(ANEW_LENGTH, "0").slice(-ANEW_LENGTH)}`;

/** An index of each form of which a role's seeds make numbers. */
export const indexForms = (role: Role): readonly string[] =>
  // An order is used up by one call; a bank's accounts stand any number of them.
  role === "bank" ? [partyIndex(1)] : [partyIndex(1), anewIndex(new Uint8Array(8))];

/** A party as the provider has registered it: what expressions see as `$party`. */
export interface PartyRecord {
  readonly party_id: string;
  /** Four digits, of which seeds make numbers that differ from party to party; those from 5000 are of copies; or `anewIndex`. */
  readonly index: string;
  /** A notification's target must begin with one of these. */
  readonly notify_prefixes: readonly string[];
  /** Tokens of the algorithms that its known keys are of; absent: none is known. */
  readonly algorithms?: readonly string[];
  /** Where notifications go when the request names no target. */
  readonly notify_url?: string;
}
