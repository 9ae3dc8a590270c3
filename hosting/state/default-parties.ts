import type { Role } from "../../core/pack/types.ts";

/** Party ids of a simulated role and of the peers that it knows from its first start. */
export interface DefaultParties {
  readonly own: string;
  /** Peers with a key pair made for them, so that a caller needs no enrolment. */
  readonly peers: readonly string[];
}

export const DEFAULT_PARTIES: Readonly<Record<Role, DefaultParties>> = {
  bank: { own: "BANK01", peers: ["P1001", "P1002"] },
  platform: { own: "P1001", peers: ["BANK01", "BANK02"] },
};
