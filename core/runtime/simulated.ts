import { EventQueue } from "./event-queue.ts";
import { hostTurn } from "./live.ts";
import { seededStreams } from "./random.ts";
import type { Runtime } from "./runtime.ts";
import { type Handler, NetworkCore, type Owner, type SimulatedNetwork } from "./simulated-network.ts";

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

/** Nothing is left to happen, or time does not advance: the promise that is waited for cannot settle. */
export class Stalled extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Stalled";
  }
}

/**
 * A whole world under a virtual clock: events happen one after another, ordered by time and then by arrival, and time
 * advances only when nothing is runnable and no tracked host operation is under way. One seed, one history.
 */
export function simulatedRuntime(options: SimulatedOptions): SimulatedRuntime {
  const { startAt, eventsPerInstant = 1_000_000 } = options;
  if (!Number.isSafeInteger(startAt))
    throw new RangeError(`startAt is whole milliseconds since the Unix epoch, not ${startAt}.`);
  const random = seededStreams(options.seed);
  const queue = new EventQueue();
  let nowMs = startAt;
  let generations = 0;
  const host = { operations: 0, idle: (): void => {} };
  let driving = false;

  const at = (ms: number, task: () => void): (() => void) => {
    if (Number.isNaN(ms)) throw new RangeError("A delay must be a number of milliseconds, not NaN.");
    const event = queue.add(nowMs + Math.max(0, Math.ceil(ms)), task);
    return () => void (event.task = undefined);
  };
  const core = new NetworkCore({ schedule: at }, random);

  const track = <T>(operation: Promise<T>): Promise<T> => {
    host.operations++;
    const done = (): void => {
      host.operations--;
      if (host.operations === 0) host.idle();
    };
    whenSettled(operation, done);
    return operation;
  };

  /** Everything runnable runs: promise jobs, then tracked host operations and what follows from them. */
  const settle = async (): Promise<void> => {
    await hostTurn();
    while (host.operations > 0) {
      await new Promise<void>((resolve) => (host.idle = resolve));
      await hostTurn();
    }
  };

  const drive = async (finished: () => boolean, untilMs: number): Promise<void> => {
    if (driving)
      throw new Error(
        "This runtime is being driven already: await the first run() or runUntil() before starting another.",
      );
    driving = true;
    let inThisInstant = 0;
    try {
      for (;;) {
        await settle();
        if (finished()) return;
        const next = queue.peek();
        if (next === undefined || next.timeMs > untilMs) return;
        queue.take();
        inThisInstant = next.timeMs > nowMs ? 0 : inThisInstant + 1;
        if (inThisInstant > eventsPerInstant)
          throw new Stalled(
            `More than ${eventsPerInstant} events happened at ${new Date(nowMs).toISOString()} without time passing: something yields or sleeps 0 ms in a loop.`,
          );
        nowMs = next.timeMs;
        next.task?.();
      }
    } finally {
      driving = false;
    }
  };

  const processOf = (generation: number, owner: Owner): SimulatedProcess => {
    const schedule = (ms: number, task: () => void): (() => void) =>
      owner.alive ? at(ms, () => void (owner.alive && task())) : () => {};
    const whileAlive = <T>(outcome: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        outcome.then(
          (value) => void (owner.alive && resolve(value)),
          (error: unknown) => void (owner.alive && reject(error)),
        );
      });
    return {
      generation,
      now: () => nowMs,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
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
        }),
      schedule,
      yield: () => new Promise((resolve) => void schedule(0, resolve)),
      random,
      offload: { sign: (key, bytes) => whileAlive(Promise.resolve().then(() => key.sign(bytes))) },
      transport: {
        send: (request, signal) => (owner.alive ? core.send(request, signal, owner) : new Promise(() => {})),
      },
      network: {
        listen: (origin: string, handler: Handler) => (owner.alive ? core.listen(origin, handler, owner) : () => {}),
        conditions: (origin, settings) => core.conditions(origin, settings),
      },
      track,
      fence: () => fenced(owner),
    };
  };

  const fenced = (parent: Owner): FencedRuntime => {
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
      ...processOf(++generations, owner),
      get alive() {
        return alive;
      },
      kill,
      onKill: owner.onKill,
    };
  };

  return {
    ...processOf(0, { alive: true, onKill: () => {} }),
    async run(untilMs) {
      await drive(() => false, untilMs ?? Infinity);
      if (untilMs !== undefined && untilMs > nowMs) nowMs = untilMs;
    },
    async runUntil(promise) {
      let settled = false;
      whenSettled(promise, () => (settled = true));
      await drive(() => settled, Infinity);
      if (!settled)
        throw new Stalled(
          `Nothing is left to happen at ${new Date(nowMs).toISOString()}, and the promise waited for has not settled: it waits for something of a killed generation, or for a host operation that was not given to track().`,
        );
      return promise;
    },
  };
}

function whenSettled(promise: Promise<unknown>, tell: () => void): void {
  promise.then(
    () => tell(),
    () => tell(),
  );
}
