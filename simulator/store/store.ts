import type { Unit } from "../../core/unit/unit.ts";

/**
 * Where the simulator keeps its rows. Contract, held by `store.contract.test.ts` for every driver:
 *  - units behave as if run one after another;
 *  - `transact` resolves only when the unit's writes, and every earlier write it may have read, are durable
 *    (the durable gate rests on this);
 *  - a unit that throws rejects its own promise, leaves nothing behind and does not disturb the units beside it;
 *  - after `close()` or a crash every call, and every call under way, rejects with `StoreClosed`.
 */
export interface Store {
  transact<T>(unit: () => Unit<T>): Promise<T>;
  /** Flushes what was accepted, then refuses more. */
  close(): Promise<void>;
}

export class StoreClosed extends Error {
  constructor(why = "the store is closed") {
    super(why);
    this.name = "StoreClosed";
  }
}
