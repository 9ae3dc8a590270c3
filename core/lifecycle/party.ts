/** The index of the n-th party that a provider knows, from 1. */
export const partyIndex = (position: number): string => String(position).padStart(4, "0");

/** A party as the provider has registered it: what expressions see as `$party`. */
export interface PartyRecord {
  readonly party_id: string;
  /** Four digits, of which seeds make numbers that differ from party to party; those from 5000 are of copies. */
  readonly index: string;
  /** A notification's target must begin with one of these. */
  readonly notify_prefixes: readonly string[];
  /** Where notifications go when the request names no target. */
  readonly notify_url?: string;
}
