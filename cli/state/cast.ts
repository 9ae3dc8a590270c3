import type { Role } from "../../core/pack/types.ts";

/** Who a simulated role is, and whom it knows from its first start. */
export interface Cast {
  readonly own: string;
  /** Peers with a key pair made for them, so that anybody can call at once. */
  readonly peers: readonly string[];
}

export const CAST: Readonly<Record<Role, Cast>> = {
  bank: { own: "BANK01", peers: ["P1001", "P1002"] },
  platform: { own: "P1001", peers: ["BANK01"] },
};
