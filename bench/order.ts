/** What the bench tells the server it starts, as JSON in the first argument. */
export interface BankOrder {
  readonly kind: "bank" | "static-hono" | "static-node";
  readonly store: string;
  /** Token of the pack's signature policy, for both sides. */
  readonly algorithm: string;
  readonly ownKey: { readonly privatePem: string; readonly publicPem: string };
  readonly partyKey: string;
  /** Where notifications go; absent: they stay in the outbox. */
  readonly notifyUrl?: string;
}

export const PARTY = "P1001";
export const PARTY_SERIAL = "BENCH-PARTY";
