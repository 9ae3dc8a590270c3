import type { Engine } from "../../core/lifecycle/engine.ts";
import type { Moment } from "../../core/lifecycle/parts.ts";
import type { Role } from "../../core/pack/types.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Identity, Peer } from "../identity/identity.ts";
import type { Store } from "../store/store.ts";
import { restore } from "./restore.ts";
import { seed, seedAnew, seedCopy } from "./seed.ts";
import type { BoundScenario } from "./seed.ts";

export interface ScenariosOptions {
  readonly store: Store;
  readonly engine: Engine;
  readonly role: Role;
  readonly identity: Identity;
  readonly runtime: Runtime;
}

/** The scenarios of every enrolled party, with the data that they bind. */
export class Scenarios {
  readonly #options: ScenariosOptions;
  readonly #bound = new Map<string, Readonly<Record<string, BoundScenario>>>();

  constructor(options: ScenariosOptions) {
    this.#options = options;
  }

  /** Seeds the scenarios for a party, once. */
  async seed({ record }: Peer): Promise<void> {
    const { store, engine, role } = this.#options;
    this.#bound.set(record.party_id, await seed(store, engine, role, record, this.#moment()));
  }

  /** What a party's scenarios bind. */
  of(partyId: string): Readonly<Record<string, BoundScenario>> {
    return this.#bound.get(partyId) ?? {};
  }

  /** The data of one scenario; see `Simulator.situation`. */
  async situation(partyId: string, id: string, copy: number | undefined): Promise<BoundScenario | undefined> {
    const { store, engine, role, identity } = this.#options;
    const peer = identity.peer(partyId);
    const scenario = engine.pack.source.scenarios.find((one) => one.role === role && one.id === id);
    if (peer === undefined || scenario === undefined) return this.of(partyId)[id];
    // An order is used up by one call.
    if (role !== "bank") return seedAnew(store, engine, scenario, peer.record, this.#moment());
    // A bank's accounts stand any number of calls.
    return copy === undefined
      ? this.of(partyId)[id]
      : seedCopy(store, engine, scenario, peer.record, copy, this.#moment());
  }

  /** Brings the fixtures of every party back to where they were seeded. */
  async restore(): Promise<void> {
    const { store, engine, role, identity } = this.#options;
    for (const { record } of identity.peers)
      await restore({ store, engine, role, party: record, moment: () => this.#moment() });
  }

  #moment(): Moment {
    const { runtime } = this.#options;
    return { now: runtime.now(), entropy: runtime.random("seed").bytes(16) };
  }
}
