import type { Hono } from "hono";
import type { Engine } from "../core/lifecycle/engine.ts";
import type { OperatorOrder, OperatorResult } from "../core/lifecycle/operate.ts";
import type { Pack } from "../core/pack/compile.ts";
import { maskAccountNumbers } from "../core/redaction/mask.ts";
import type { Role } from "../core/pack/types.ts";
import type { Runtime } from "../core/runtime/runtime.ts";
import type { Unit } from "../core/unit/unit.ts";
import { Workspace } from "../core/unit/workspace.ts";
import { attempting } from "./caller/attempt.ts";
import type { Attempt, PeerCall } from "./caller/attempt.ts";
import { callPeer } from "./caller/caller.ts";
import type { Conclusion } from "./caller/caller.ts";
import { DueWork } from "./due/due-work.ts";
import { partyEngine } from "./engine.ts";
import { Switchboard } from "./faults/switchboard.ts";
import type { RawRequest, RawResponse } from "./http/raw.ts";
import { wireApp } from "./http/app.ts";
import type { Identity, Peer } from "./identity/identity.ts";
import { NonceBook } from "./identity/nonce-book.ts";
import { Journal } from "./journal/journal.ts";
import { Notifier } from "./notifier/notifier.ts";
import { Admission } from "./pipeline/admission.ts";
import { Exchange } from "./pipeline/exchange.ts";
import type { Router } from "./pipeline/router.ts";
import { Scenarios } from "./seed/scenarios.ts";
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
  /** How far its clock is from the runtime's when it begins. Default 0. */
  readonly clockOffsetMs?: number;
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
  /** How many calls are not answered yet. */
  callsUnderWay(): number;
  /** Seeds the scenarios for every enrolled party and takes up what an earlier life has left to do. */
  start(): Promise<void>;
  enrol(peer: Peer): Promise<void>;
  scenarios(partyId: string): Readonly<Record<string, BoundScenario>>;
  /**
   * The data of a scenario. A platform's order is always a fresh one; of a bank's customers `copy` asks for the n-th
   * further one. Undefined for an unknown scenario or copy.
   */
  situation(partyId: string, scenario: string, copy?: number): Promise<BoundScenario | undefined>;
  /** Brings the data of the scenarios back to where they were seeded; what was made since stays. */
  restore(): Promise<void>;
  operate(order: OperatorOrder): Promise<OperatorResult>;
  /**
   * Calls a peer and follows the call to its outcome by the pack's rules for callers. `meanwhile` is told the conclusion
   * so far where these take longer than a conclusion is awaited.
   */
  call(order: PeerCall, meanwhile?: (soFar: Conclusion) => void): Promise<Conclusion>;
  /** Stops timers and notifications; the store stays open. */
  stop(): void;
}

/** Makes a simulated party; it answers at once, and begins its timers and notifications with `start`. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { pack, role, identity, store } = options;
  const clock = new SettableClock(options.runtime, options.clockOffsetMs);
  const { runtime } = clock;
  const engine = partyEngine(options);
  const journal = new Journal(runtime.yield);
  const switchboard = new Switchboard(runtime.random("faults"), (ms) => runtime.sleep(ms));
  const onInternalError = options.onInternalError ?? printInternalError;
  const testMode = options.testMode ?? true;
  const once = attempting({ pack, identity, runtime, journal }, (partyId) => identity.peer(partyId), { testMode });
  const attempt = options.attempt?.(once) ?? once;
  const due = new DueWork({
    engine,
    runtime,
    store,
    notifier: new Notifier({ pack, identity, runtime, store, journal, switchboard }),
    deliver: options.deliver !== false,
    onError: onInternalError,
  });
  clock.onMove(() => due.clockMoved());
  const nonces = new NonceBook(runtime.random("nonce-book"));
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
    testMode,
    baseUrl: options.baseUrl,
    maxInFlight: options.maxInFlight ?? MAX_IN_FLIGHT,
    ...(options.router === undefined ? {} : { router: options.router }),
    onWork: (collection) => due.wake([collection]),
  });
  const scenarios = new Scenarios({ store, engine, role, identity, runtime });
  const handle = (request: RawRequest): Promise<RawResponse> => exchange.handle(request);
  return {
    pack,
    role,
    engine,
    identity,
    store,
    journal,
    switchboard,
    clock,
    handle,
    callsUnderWay: () => exchange.underWay,
    app: wireApp(handle, pack.source.manifest.policies.limits.bodyBytes),
    start: async () => {
      await due.restore(nonces);
      for (const peer of identity.peers) await scenarios.seed(peer);
      due.wake(["timer", "outbox", "nonce"]);
    },
    enrol: async (peer) => {
      identity.enrol(peer);
      await scenarios.seed(peer);
    },
    scenarios: (partyId) => scenarios.of(partyId),
    situation: (partyId, id, copy) => scenarios.situation(partyId, id, copy),
    restore: () => due.after(scenarios.restore()),
    operate: (order) => due.after(operate(store, engine, runtime, order)),
    call: (order, meanwhile) => callPeer(pack, runtime, attempt, order, meanwhile),
    stop: () => due.close(),
  };
}

function printInternalError(error: unknown): void {
  console.error(maskAccountNumbers(error instanceof Error ? (error.stack ?? error.message) : String(error)));
}

function operate(store: Store, engine: Engine, runtime: Runtime, order: OperatorOrder): Promise<OperatorResult> {
  const moment = { now: runtime.now(), entropy: runtime.random("entropy").bytes(16) };
  return store.transact(function* (): Unit<OperatorResult> {
    const work = new Workspace();
    const done = yield* engine.operate(work, order, moment);
    return work.outcome(done);
  });
}
