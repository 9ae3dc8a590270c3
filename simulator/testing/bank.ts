import { partyIndex } from "../../core/lifecycle/party.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Role } from "../../core/pack/types.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import { Identity } from "../identity/identity.ts";
import type { Peer } from "../identity/identity.ts";
import { createSimulator } from "../simulator.ts";
import type { Simulator, SimulatorOptions } from "../simulator.ts";
import { memoryStore } from "../store/memory.ts";
import type { Store } from "../store/store.ts";
import { TestClient } from "./client.ts";
import { namedKey } from "./keys.ts";
import type { TestKey } from "./keys.ts";
import type { TestParty } from "./party.ts";
import { cooperationPack } from "./packs.ts";

export interface TestBankOptions {
  readonly pack?: Pack;
  readonly role?: Role;
  readonly runtime?: Runtime;
  readonly store?: Store;
  /** Who is enrolled; the first is whom `client` speaks for. Default: P1001, without a notification target. */
  readonly parties?: readonly TestParty[];
  readonly ownKeys?: readonly TestKey[];
  /** Where the clients' nonces start: another life of the same store must not meet those of the first. */
  readonly firstNonce?: number;
  readonly options?: Partial<
    Pick<SimulatorOptions, "testMode" | "maxInFlight" | "onInternalError" | "deliver" | "baseUrl">
  >;
}

/** A simulated party over a chosen store and runtime, started, with a client for its first peer. */
export interface TestBank {
  readonly pack: Pack;
  readonly runtime: Runtime;
  readonly simulator: Simulator;
  readonly client: TestClient;
  /** Everything that `onInternalError` was told. A test that expects none asserts that it is empty. */
  readonly internalErrors: unknown[];
  clientOf(partyId: string): TestClient;
  /** What a scenario bound for the first party. */
  scenario(id: string): Readonly<Record<string, string>>;
  rows(collection: string): Promise<readonly { readonly key: string; readonly value: Record<string, Json> }[]>;
}

export const P1001: TestParty = { id: "P1001", key: namedKey("P1001-KEY-1") };
export const BANK_KEY: TestKey = namedKey("BANK01-KEY-1");

export function peerOf(party: TestParty, position: number): Peer {
  return {
    record: {
      party_id: party.id,
      index: partyIndex(position + 1),
      notify_prefixes: party.notifyPrefixes ?? (party.notifyUrl === undefined ? [] : [new URL(party.notifyUrl).origin]),
      ...(party.notifyUrl === undefined ? {} : { notify_url: party.notifyUrl }),
    },
    keys: [{ serial: party.key.serial, algorithm: party.key.algorithm, key: party.key.publicKey }],
    ...(party.sealing === undefined ? {} : { sealing: [party.sealing] }),
  };
}

export async function startBank(settings: TestBankOptions = {}): Promise<TestBank> {
  const {
    pack = cooperationPack(),
    role = "bank",
    runtime = liveRuntime(),
    store = memoryStore(),
    parties = [P1001],
    ownKeys = [BANK_KEY],
  } = settings;
  const internalErrors: unknown[] = [];
  const own = ownKeys.map(({ serial, algorithm, privateKey, publicPem }) => ({
    serial,
    algorithm,
    key: privateKey,
    publicPem,
    effectiveAt: 0,
  }));
  const simulator = createSimulator({
    pack,
    role,
    runtime,
    store,
    identity: new Identity(role === "bank" ? "BANK01" : "P1001", own, parties.map(peerOf)),
    baseUrl: () => "https://bank.test",
    onInternalError: (error) => internalErrors.push(error),
    ...settings.options,
  });
  await simulator.start();
  const clients = new Map<string, TestClient>();
  const clientOf = (id: string): TestClient => {
    const known = clients.get(id);
    if (known !== undefined) return known;
    const party = parties.find((one) => one.id === id);
    if (party === undefined) throw new Error(`no test party ${id}`);
    const client = new TestClient({
      pack,
      party,
      answerKeys: ownKeys,
      clock: () => simulator.clock.runtime.now(),
      send: (request) => simulator.handle(request),
      firstNonce: settings.firstNonce ?? 0,
    });
    clients.set(id, client);
    return client;
  };
  return {
    pack,
    runtime,
    simulator,
    internalErrors,
    clientOf,
    client: clientOf((parties[0] as TestParty).id),
    scenario: (id) => (simulator.scenarios((parties[0] as TestParty).id)[id] ?? {}) as Readonly<Record<string, string>>,
    rows: (collection) =>
      store.transact(function* (): Unit<{ key: string; value: Record<string, Json> }[]> {
        const work = new Workspace();
        const found = yield* work.scan({ collection, from: "", below: "~", limit: 100_000 });
        return work.outcome(
          found.keys.map((key, index) => ({ key, value: found.values[index] as Record<string, Json> })),
        );
      }),
  };
}

/** Debits less credits over all accounts of the books: zero, or money was made or lost. */
export async function balanceOfBooks(bank: TestBank): Promise<number> {
  let sum = 0;
  for (const { key, value } of await bank.rows("account")) {
    const account = decodeURIComponent(key.split("/")[0] ?? "");
    const kind = bank.pack.source.manifest.accounts[account.slice(0, account.indexOf(":"))];
    sum += kind?.normal === "debit" ? Number(value["posted"]) : -Number(value["posted"]);
  }
  return sum;
}
