import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { together } from "../engine.ts";
import type { EngineResult } from "../engine.ts";
import { stopwatchMs } from "./stopwatch.ts";
import type { Second } from "./generator.ts";
import type { ThreadMessage, ThreadOrder, ThreadWork } from "./generator-thread.ts";

/** Time for the threads to be told before the first arrival is due. */
const LEAD_MS = 300;

export type EmbeddedWork = Omit<ThreadWork, "ordersFile" | "ordersLimitBytes" | "thread"> & {
  readonly outDirectory: string;
  /** Of all threads together. */
  readonly ordersLimitBytes: number;
  readonly signal: AbortSignal | undefined;
  /** Told what was seen in a second, as each thread reports it. */
  readonly onSecond: (second: Second) => void;
};

/** Runs a load in threads of this process, each with its share of the arrivals. */
export async function runEmbedded({
  outDirectory,
  ordersLimitBytes,
  signal,
  onSecond,
  ...work
}: EmbeddedWork): Promise<EngineResult> {
  const seconds = new Map<number, Second>();
  const problems: string[] = [];
  let ordersFull = false;
  const files = Array.from({ length: work.threads }, (_, thread) => join(outDirectory, `orders-${thread}.ndjson`));
  const runs = files.map((ordersFile, thread) =>
    startThread(
      { ...work, thread, ordersFile, ordersLimitBytes: ordersLimitBytes / work.threads },
      {
        second: ({ kind: _kind, ...second }) => {
          const before = seconds.get(second.second);
          seconds.set(second.second, before === undefined ? second : together(before, second));
          onSecond(second);
        },
        done: (full) => {
          ordersFull ||= full;
        },
        problem: (problem) => problems.push(problem),
      },
    ),
  );
  const order = (one: ThreadOrder): void => {
    for (const { tell } of runs) tell(one);
  };
  const stop = (): void => order({ kind: "stop" });
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await Promise.all(runs.map(({ ready }) => ready));
    order({ kind: "begin", at: stopwatchMs() + LEAD_MS });
    if (signal?.aborted === true) stop();
    await Promise.all(runs.map(({ ended }) => ended));
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return {
    seconds: [...seconds.values()].toSorted((one, other) => one.second - other.second),
    stopped: signal?.aborted === true,
    ordersFull,
    ordersFiles: files,
    problems,
  };
}

interface Listener {
  readonly second: (second: Extract<ThreadMessage, { readonly kind: "second" }>) => void;
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
    else if (message.kind === "second") listener.second(message);
    else {
      done = true;
      listener.done(message.ordersFull);
    }
  });
  worker.on("error", (error) =>
    listener.problem(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  worker.on("exit", (code) => {
    if (!done && code !== 0) listener.problem(`a thread of the generator ended with ${code}`);
    ready.resolve();
    ended.resolve();
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  return { ready: ready.promise, ended: ended.promise, tell: (order) => worker.postMessage(order) };
}
