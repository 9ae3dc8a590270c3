import { seededStreams } from "./random.ts";
import type { RandomStream, Runtime } from "./runtime.ts";
import { NetworkCore } from "./simulated-network.ts";
import type { Handler, Owner, SimulatedNetwork } from "./simulated-network.ts";
import { Stalled, VirtualClock, whenSettled } from "./virtual-clock.ts";

/** Shared by the root and every generation. */
export interface SimulatedProcess extends Runtime {
  readonly network: SimulatedNetwork;
  /** 0 for the root, then 1, 2, 3 in the order of `fence()`. */
  readonly generation: number;
  /**
   * Makes virtual time wait for a host operation that no event stands for: file access, WebCrypto, the thread pool.
   * Returns the operation.
   */
  track<T>(operation: Promise<T>): Promise<T>;
  /** A child that can be killed, as a process is. */
  fence(): FencedRuntime;
}

/** The runtime of one life of a party. */
export interface FencedRuntime extends SimulatedProcess {
  readonly alive: boolean;
  /**
   * The crash. From now on no timer, sleep, answer or yield of this generation ever comes back, what it schedules or
   * sends goes nowhere, its listeners hang up on their callers, and its children die with it. Requests it had sent
   * still arrive. Then runs what was left with `onKill`, in order.
   */
  kill(): void;
  /** For what dies with the process, such as `store.crash()`. Runs at once when the generation is dead already. */
  onKill(task: () => void): void;
}

export interface SimulatedRuntime extends SimulatedProcess {
  /**
   * Lets events happen until none is left, or up to and including virtual time `untilMs`, to which the clock is then
   * set. Rejects with what a scheduled task throws.
   */
  run(untilMs?: number): Promise<void>;
  /** Lets events happen until the promise settles, and hands on its outcome. Throws `Stalled` when it never can. */
  runUntil<T>(promise: Promise<T>): Promise<T>;
}

export interface SimulatedOptions {
  readonly seed: number;
  /** The first moment, in milliseconds since the Unix epoch. */
  readonly startAt: number;
  /** More events than this in one millisecond is taken for a loop that lets no time pass. Default 1,000,000. */
  readonly eventsPerInstant?: number;
}

/**
 * A whole world under a virtual clock: events happen one after another, ordered by time and then by arrival, and time
 * advances only when nothing is runnable and no tracked host operation is under way. One seed, one history.
 */
export function simulatedRuntime(options: SimulatedOptions): SimulatedRuntime {
  const { startAt, eventsPerInstant = 1_000_000 } = options;
  if (!Number.isSafeInteger(startAt))
    throw new RangeError(`startAt is whole milliseconds since the Unix epoch, not ${startAt}.`);
  const clock = new VirtualClock(startAt, eventsPerInstant);
  const random = seededStreams(options.seed);
  const network = new NetworkCore(clock, random);
  const world: World = { clock, random, network, generations: 0 };
  return {
    ...processOf(world, 0, { alive: true, onKill: () => {} }),
    async run(untilMs) {
      await clock.drive(() => false, untilMs ?? Infinity);
      if (untilMs !== undefined) clock.advanceTo(untilMs);
    },
    async runUntil(promise) {
      let settled = false;
      whenSettled(promise, () => (settled = true));
      await clock.drive(() => settled, Infinity);
      if (!settled)
        throw new Stalled(
          `Nothing is left to happen at ${new Date(clock.nowMs).toISOString()}, and the promise waited for has not settled: it waits for something of a killed generation, or for a host operation that was not given to track().`,
        );
      return promise;
    },
  };
}

/** What all generations of one simulated runtime share. */
interface World {
  readonly clock: VirtualClock;
  readonly random: (stream: string) => RandomStream;
  readonly network: NetworkCore;
  generations: number;
}

function processOf(world: World, generation: number, owner: Owner): SimulatedProcess {
  const { clock, random, network } = world;
  const schedule = (ms: number, task: () => void): (() => void) =>
    owner.alive ? clock.schedule(ms, () => void (owner.alive && task())) : () => {};
  return {
    generation,
    now: () => clock.nowMs,
    sleep: (ms, signal) => sleep(owner, schedule, ms, signal),
    schedule,
    yield: () => new Promise((resolve) => void schedule(0, resolve)),
    random,
    offload: {
      sign: (key, bytes) =>
        whileAlive(
          owner,
          Promise.resolve().then(() => key.sign(bytes)),
        ),
    },
    transport: {
      send: (request, signal) => (owner.alive ? network.send(request, signal, owner) : new Promise(() => {})),
    },
    network: {
      listen: (origin: string, handler: Handler) => (owner.alive ? network.listen(origin, handler, owner) : () => {}),
      conditions: (origin, settings) => network.conditions(origin, settings),
    },
    track: (operation) => clock.track(operation),
    fence: () => fenced(world, owner),
  };
}

/** Settles as the outcome does, unless its owner is dead by then. */
function whileAlive<T>(owner: Owner, outcome: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    outcome.then(
      (value) => void (owner.alive && resolve(value)),
      (error: unknown) => void (owner.alive && reject(error)),
    );
  });
}

function sleep(
  owner: Owner,
  schedule: (ms: number, task: () => void) => () => void,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const abort = (): void => {
      cancel();
      if (owner.alive) reject(signal?.reason);
    };
    const cancel = schedule(ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}

function fenced(world: World, parent: Owner): FencedRuntime {
  let alive = parent.alive;
  const deathbed: (() => void)[] = [];
  const owner: Owner = {
    get alive() {
      return alive;
    },
    onKill: (task) => void (alive ? deathbed.push(task) : task()),
  };
  const kill = (): void => {
    if (!alive) return;
    alive = false;
    for (const task of deathbed.splice(0)) task();
  };
  parent.onKill(kill);
  return {
    ...processOf(world, ++world.generations, owner),
    get alive() {
      return alive;
    },
    kill,
    onKill: owner.onKill,
  };
}
