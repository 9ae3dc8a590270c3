import { Worker } from "node:worker_threads";
import type { Job } from "../run/open.ts";
import { STOP } from "./message.ts";
import type { HostMessage } from "./message.ts";

/** What went wrong with the host itself, if anything; what the checks found stands in the log. */
export interface HostReport {
  readonly problems: readonly string[];
}

export interface HostOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when the thread has written to the log. */
  readonly onWritten: () => void;
}

/** What a thread that was told to stop may take to give back what its checks had moved. */
const STOPPED_WITHIN_MS = 20_000;

/**
 * Of the thread's old generation, in MB: some ten times what a run holds. By V8's own limit, a share of the machine's
 * memory, it would let garbage come to twice as much before it is collected.
 */
const HEAP_MB = 1_024;

/** Runs the plan of a job in a thread of its own. What ends the thread, a vendor's check included, does not end this one. */
export async function hostInThread(job: Job, { signal, onWritten }: HostOptions): Promise<HostReport> {
  const file = new URL(`./checks-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
  const problems: string[] = [];
  // Standard output is the program's: what a check prints would stand in the middle of it.
  // Flags that the program was started with may fit no file, such as --eval.
  const worker = new Worker(file, {
    workerData: job,
    stdout: true,
    stderr: true,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  worker.on("message", (message: HostMessage) => {
    if (message.kind === "problem") problems.push(message.text);
    else onWritten();
  });
  worker.on("error", (error: Error) => problems.push(error.stack ?? error.message));
  worker.on("exit", resolve);
  let patience: NodeJS.Timeout | undefined;
  const stop = (): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    worker.postMessage(STOP);
    // A check that never gives way is ended with its thread.
    patience = setTimeout(() => void worker.terminate(), STOPPED_WITHIN_MS);
  };
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const code = await ended;
  signal?.removeEventListener("abort", stop);
  clearTimeout(patience);
  if (code !== 0 && problems.length === 0) problems.push(`The thread of the checks ended with code ${code}.`);
  return { problems };
}
