import { Hono } from "hono";
import { calendar } from "../core/calendar/calendar.ts";
import { createEngine } from "../core/lifecycle/engine.ts";
import { outboxReceiver } from "../core/lifecycle/outbox.ts";
import type { Engine } from "../core/lifecycle/engine.ts";
import type { Moment } from "../core/lifecycle/parts.ts";
import type { OperatorOrder, OperatorResult } from "../core/lifecycle/operate.ts";
import type { OutboxRow } from "../core/lifecycle/outbox.ts";
import type { Timer } from "../core/lifecycle/timer.ts";
import { Ledger } from "../core/ledger/ledger.ts";
import { feeOf } from "../core/money/fee.ts";
import type { Pack } from "../core/pack/compile.ts";
import { maskAccountNumbers } from "../core/redaction/redaction.ts";
import type { Role } from "../core/pack/types.ts";
import type { Runtime } from "../core/runtime/runtime.ts";
import { renderTable } from "../core/table/table.ts";
import type { Json, Unit } from "../core/unit/unit.ts";
import { Workspace } from "../core/unit/workspace.ts";
import { attempting } from "./caller/attempt.ts";
import type { Attempt, PeerCall } from "./caller/attempt.ts";
import { callPeer } from "./caller/caller.ts";
import type { Conclusion } from "./caller/caller.ts";
import { DueQueue } from "./due/due-queue.ts";
import { Switchboard } from "./faults/switchboard.ts";
import type { RawRequest, RawResponse } from "./http/raw.ts";
import { wireApp } from "./http/app.ts";
import type { Identity, Peer } from "./identity/identity.ts";
import { NonceBook } from "./identity/nonce-book.ts";
import { NonceSweep } from "./identity/nonce-sweep.ts";
import { Journal } from "./journal/journal.ts";
import { Notifier } from "./notifier/notifier.ts";
import { Admission } from "./pipeline/admission.ts";
import { Exchange } from "./pipeline/exchange.ts";
import type { Router } from "./pipeline/router.ts";
import { seed, seedAnew, seedCopy } from "./seed/seed.ts";
import type { BoundScenario } from "./seed/seed.ts";
import type { Store } from "./store/store.ts";
import { SettableClock } from "./clock/settable-clock.ts";

/** Default limit of calls under way at once: more than a sane peer sends, fewer than would hurt. */
export const MAX_IN_FLIGHT = 2000;

export interface SimulatorOptions {
  readonly pack: Pack;
  readonly role: Role;
  readonly identity: Identity;
  readonly runtime: Runtime;
  readonly store: Store;
  /** Where peers reach us: for addresses in answers. */
  readonly baseUrl: () => string;
  readonly testMode?: boolean;
  /** Calls under way at once; what comes beyond is refused as overload. Default `MAX_IN_FLIGHT`. */
  readonly maxInFlight?: number;
  readonly onInternalError?: (error: unknown) => void;
  /** False parks notifications in the outbox. */
  readonly deliver?: boolean;
  /** Finds the interface that a request is for. Default: the pack's routes. */
  readonly router?: Router;
  /** Replaces the way an outgoing call is sent once and its answer read. */
  readonly attempt?: (inner: Attempt) => Attempt;
}

/** A simulated party: what it answers, and what may be done to it from its own side. */
export interface Simulator {
  readonly pack: Pack;
  readonly role: Role;
  readonly engine: Engine;
  readonly identity: Identity;
  readonly store: Store;
  readonly journal: Journal;
  readonly switchboard: Switchboard;
  readonly clock: SettableClock;
  /** The Hono app that peers reach. */
  readonly app: Hono;
  handle(request: RawRequest): Promise<RawResponse>;
  /** Seeds the scenarios for every enrolled party and takes up what an earlier life has left to do. */
  start(): Promise<void>;
  enrol(peer: Peer): Promise<void>;
  scenarios(partyId: string): Readonly<Record<string, BoundScenario>>;
  /**
   * The data of a scenario. A platform's order is always a fresh one; of a bank's customers `copy` asks for the n-th
   * further one. Undefined for an unknown scenario or copy.
   */
  situation(partyId: string, scenario: string, copy?: number): Promise<BoundScenario | undefined>;
  operate(order: OperatorOrder): Promise<OperatorResult>;
  /** Calls a peer and follows the call to its outcome by the pack's rules for callers. */
  call(order: PeerCall): Promise<Conclusion>;
  /** Stops timers and notifications; the store stays open. */
  stop(): void;
}

export function createSimulator(options: SimulatorOptions): Simulator {
  const { pack, role, identity, store } = options;
  const { manifest } = pack.source;
  const clock = new SettableClock(options.runtime);
  const runtime: Runtime = clock.runtime;
  const dates = calendar(manifest.timeZone, manifest.policies.cutover.at);
  const ledger = new Ledger(manifest.accounts, (timeMs) => dates.businessDate(timeMs));
  const engine = createEngine(pack, ledger, {
    currencies: manifest.currencies,
    fee: (rule, amount) => feeOf(manifest.fees, rule, amount),
    calendar: dates,
    table: (id, scope) => {
      const { table } = pack.interface(id).response;
      if (table === undefined) throw new Error(`${id} answers with no table`);
      return renderTable(pack, table, scope);
    },
    party: (partyId) => identity.peer(partyId)?.record,
    self: () => ({ base_url: options.baseUrl(), role, party_id: identity.partyId }),
    keys: () =>
      identity.ownKeys.map(({ serial, algorithm, publicPem, effectiveAt, expiresAt }) => ({
        serial,
        algorithm,
        public_key: publicPem,
        effective_at: effectiveAt,
        ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
      })),
  });
  const journal = new Journal();
  const switchboard = new Switchboard(runtime.random("faults"), (ms) => runtime.sleep(ms));
  const onInternalError =
    options.onInternalError ??
    ((error: unknown): void =>
      console.error(maskAccountNumbers(error instanceof Error ? (error.stack ?? error.message) : String(error))));
  const notifier = new Notifier({ pack, identity, runtime, store, journal, switchboard });

  const once = attempting({ pack, identity, runtime, journal }, (partyId) => identity.peer(partyId));
  const attempt = options.attempt?.(once) ?? once;

  // Made once, because a generator function made anew for each timer costs a hidden class each.
  function* firing(key: string, timer: Timer, moment: Moment): Unit<readonly string[]> {
    const work = new Workspace();
    work.put("timer", key, undefined);
    yield* engine.fire(work, timer, moment);
    const { writes } = work.outcome(undefined);
    return { result: writes.map(({ collection }) => collection), writes };
  }

  const fireTimer = async (key: string, value: Json): Promise<void> => {
    const moment = { now: runtime.now(), entropy: runtime.random("entropy").bytes(16) };
    wakeFor(await store.transact(() => firing(key, value as unknown as Timer, moment)));
  };

  const timers = new DueQueue({ runtime, store, collection: "timer", handle: fireTimer, onError: onInternalError });
  const deliveries = new DueQueue({
    runtime,
    store,
    collection: "outbox",
    receiverOf: outboxReceiver,
    handle: (key, row) => notifier.attempt(key, row as unknown as OutboxRow),
    onError: onInternalError,
  });
  const queues = options.deliver === false ? [timers] : [timers, deliveries];
  const nonces = new NonceBook(runtime.random("nonce-book"));
  const sweep = new NonceSweep({ runtime, store, onError: onInternalError });

  // A woken queue looks for itself what is due and when the next is, so it need not be told more than "soon".
  const wakeFor = (collections: readonly string[]): void => {
    if (collections.includes("timer")) timers.wake(runtime.now());
    if (collections.includes("outbox") && options.deliver !== false) deliveries.wake(runtime.now());
  };

  clock.onMove(() => {
    for (const one of queues) one.clockMoved();
    sweep.clockMoved();
  });

  const exchange = new Exchange({
    pack,
    role,
    engine,
    identity,
    runtime,
    store,
    journal,
    switchboard,
    nonces,
    onInternalError,
    admission: new Admission(runtime),
    testMode: options.testMode ?? true,
    maxInFlight: options.maxInFlight ?? MAX_IN_FLIGHT,
    ...(options.router === undefined ? {} : { router: options.router }),
    onWork: (collection) => {
      if (collection === "nonce") sweep.wake();
      else wakeFor([collection]);
    },
  });

  const bound = new Map<string, Readonly<Record<string, BoundScenario>>>();
  const seedFor = async (peer: Peer): Promise<void> => {
    const moment = { now: runtime.now(), entropy: runtime.random("seed").bytes(16) };
    bound.set(peer.record.party_id, await seed(store, engine, role, peer.record, moment));
  };

  const simulator: Simulator = {
    pack,
    role,
    engine,
    identity,
    store,
    journal,
    switchboard,
    clock,
    app: new Hono(),
    handle: (request) => exchange.handle(request),
    start: async () => {
      await sweep.restore(nonces);
      for (const peer of identity.peers) await seedFor(peer);
      for (const one of queues) one.wake(runtime.now());
      sweep.wake();
    },
    enrol: async (peer) => {
      identity.enrol(peer);
      await seedFor(peer);
    },
    scenarios: (partyId) => bound.get(partyId) ?? {},
    situation: async (partyId, id, copy) => {
      const peer = identity.peer(partyId);
      const scenario = pack.source.scenarios.find((one) => one.role === role && one.id === id);
      if (peer === undefined || scenario === undefined) return bound.get(partyId)?.[id];
      const moment = { now: runtime.now(), entropy: runtime.random("seed").bytes(16) };
      // An order is used up by one call.
      if (role !== "bank") return seedAnew(store, engine, scenario, peer.record, moment);
      // A bank's accounts stand any number of calls.
      return copy === undefined
        ? bound.get(partyId)?.[id]
        : seedCopy(store, engine, scenario, peer.record, copy, moment);
    },
    operate: async (order) => {
      const moment = { now: runtime.now(), entropy: runtime.random("entropy").bytes(16) };
      const result = await store.transact(function* (): Unit<OperatorResult> {
        const work = new Workspace();
        const done = yield* engine.operate(work, order, moment);
        return work.outcome(done);
      });
      wakeFor(["timer", "outbox"]);
      return result;
    },
    call: (order) => callPeer(pack, runtime, attempt, order),
    stop: () => {
      for (const one of queues) one.close();
      sweep.close();
    },
  };
  return { ...simulator, app: wireApp(simulator.handle, manifest.policies.limits.bodyBytes) };
}
