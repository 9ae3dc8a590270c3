import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { EngineResult, EngineWork, LoadEngine } from "../engine.ts";
import type { Interval } from "../../../core/load/interval.ts";
import type { ThreadMessage, ThreadOrder, ThreadWork } from "./generator-thread.ts";
import { IntervalOrder } from "./interval-order.ts";
import { stopwatchMs } from "./stopwatch.ts";

/** Time for the threads to be told before the first arrival is due. */
const LEAD_MS = 300;

/** The engine that is built in: an open model in threads of this process, each with its share of the arrivals. */
export const embedded: LoadEngine = { name: "embedded", hearsNews: true, run: runEmbedded };

async function runEmbedded({ signal, onInterval, onBegin, news, ...work }: EngineWork): Promise<EngineResult> {
  const intervals = new IntervalOrder(work.threads, onInterval);
  const problems: string[] = [];
  let ordersFull = false;
  const { goesOn } = work;
  const part = goesOn === undefined ? "" : `${goesOn.part}-`;
  const files = Array.from({ length: work.threads }, (_, thread) =>
    join(work.outDirectory, `orders-${part}${thread}.ndjson`),
  );
  const runs = files.map((ordersFile, thread) =>
    startThread(threadWork(work, thread, ordersFile), {
      interval: (interval) => {
        try {
          intervals.take(thread, interval);
        } catch (error) {
          // What cannot be written, as on a full disk, is not made.
          problems.push(said(error));
          stop();
        }
      },
      done: (full) => {
        ordersFull ||= full;
      },
      problem: (problem) => problems.push(problem),
    }),
  );
  const order = (one: ThreadOrder): void => {
    for (const { tell } of runs) tell(one);
  };
  const stop = (): void => order({ kind: "stop" });
  signal?.addEventListener("abort", stop, { once: true });
  const unsubscribe = news.subscribe((told) => order({ kind: "news", news: told }));
  try {
    await Promise.all(runs.map(({ ready }) => ready));
    const ahead = 1000 * (goesOn?.first ?? 0) * work.head.intervalSeconds;
    const at = stopwatchMs() + LEAD_MS - ahead;
    order({ kind: "begin", at });
    onBegin(at);
    if (signal?.aborted === true) stop();
    await Promise.all(runs.map(({ ended }, thread) => ended.then(() => intervals.ended(thread))));
  } finally {
    unsubscribe();
    signal?.removeEventListener("abort", stop);
  }
  return { stopped: signal?.aborted === true, ordersFull, ordersFiles: files, problems };
}

function threadWork(
  {
    head: { seed, startedAt, profile, journeys, levels, intervalSeconds, segment },
    packDirectory,
    statementFile,
    counterparty,
    notifyUrl,
    goesOn,
    latencies,
    ordersLimitBytes,
    threads,
    clock,
  }: Omit<EngineWork, "signal" | "onInterval" | "onBegin" | "news">,
  thread: number,
  ordersFile: string,
): ThreadWork {
  return {
    packDirectory,
    statementFile,
    ...(counterparty === undefined ? {} : { counterparty }),
    ...(clock === undefined ? {} : { clock }),
    ...(notifyUrl === undefined ? {} : { notifyUrl }),
    seed,
    startedAt: goesOn?.startedAt ?? startedAt,
    first: goesOn?.first ?? 0,
    profile,
    journeys,
    levels,
    latencies,
    intervalSeconds,
    ordersFile,
    ordersLimitBytes: ordersLimitBytes / threads,
    thread,
    threads,
    segment,
  };
}

const said = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

interface Listener {
  readonly interval: (interval: Interval) => void;
  readonly done: (ordersFull: boolean) => void;
  readonly problem: (problem: string) => void;
}
interface Thread {
  /** Also when the thread has died: what it said is a problem then. */
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  tell(order: ThreadOrder): void;
}

function startThread(work: ThreadWork, listener: Listener): Thread {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./generator-thread.${extension}`, import.meta.url), { workerData: work });
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let done = false;
  worker.on("message", (message: ThreadMessage) => {
    if (message.kind === "ready") ready.resolve();
    else if (message.kind === "interval") listener.interval(message.interval);
    else {
      done = true;
      listener.done(message.ordersFull);
    }
  });
  worker.on("error", (error) => listener.problem(said(error)));
  worker.on("exit", (code) => {
    if (!done && code !== 0) listener.problem(`a thread of the generator ended with ${code}`);
    ready.resolve();
    ended.resolve();
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  return { ready: ready.promise, ended: ended.promise, tell: (order) => worker.postMessage(order) };
}
