/** A party as the provider has registered it: what expressions see as `$party`. */
export interface PartyRecord {
  readonly party_id: string;
  /** Two digits, so that seeds can make numbers that differ from party to party. */
  readonly index: string;
  /** A notification's target must begin with one of these. */
  readonly notify_prefixes: readonly string[];
  /** Where notifications go when the request names no target. */
  readonly notify_url?: string;
}
