import type { Defect } from "./defect.ts";
import { staleReads } from "./stale-reads.ts";

/** How long the gap between check and act is: that of a remote look-up. */
const GAP_MS = 3;

/** Every defect there is. */
export const DEFECTS: readonly Defect[] = [
  {
    name: "idempotency-race",
    title: { en: "Whether a number was paid is looked up before, not while, paying", zh: "先查重后入账，两步之间无锁" },
    role: "bank",
    requirement: "IDM-03",
    store: (store, runtime) => staleReads(store, runtime, ["idempotency", "row.payment"], GAP_MS),
  },
  {
    name: "refund-race",
    title: { en: "The refunded sum is read before, not while, refunding", zh: "退款累计金额检查与退款非原子" },
    role: "bank",
    requirement: "IDM-11",
    store: (store, runtime) => staleReads(store, runtime, ["row.payment"], GAP_MS),
  },
  {
    name: "balance-race",
    title: { en: "The balance is read before, not while, debiting", zh: "余额检查与扣款非原子" },
    role: "bank",
    requirement: "IDM-17",
    store: (store, runtime) => staleReads(store, runtime, ["account"], GAP_MS),
  },
];
