import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Job } from "../run/open.ts";
import { stopChannel } from "./stop-channel.ts";

/** What went wrong with the host itself, if anything; what the checks found stands in the log. */
export interface HostReport {
  readonly problems: readonly string[];
}

/** Runs the plan of a job in one vitest worker. Restores `process.exitCode`, which vitest sets by itself. */
export async function hostWithVitest(job: Job, signal?: AbortSignal): Promise<HostReport> {
  const suite = fileURLToPath(
    new URL(`./conformance.suite${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
  );
  const problems: string[] = [];
  const exitCode = process.exitCode;
  // Only now: it takes longer to load than everything else together, and only one verb runs it.
  const { createVitest } = await import("vitest/node");
  const vitest = await createVitest("test", {
    config: false,
    watch: false,
    root: dirname(suite),
    include: [suite],
    exclude: [],
    pool: "threads",
    maxWorkers: 1,
    fileParallelism: false,
    isolate: false,
    retry: 0,
    teardownTimeout: 2_000,
    provide: { liantiao: job },
    reporters: [
      {
        onTestCaseResult: (test) => {
          const result = test.result();
          if (result.state === "failed")
            problems.push(...result.errors.map((error) => `${test.name}: ${error.stack ?? error.message}`));
        },
        onTestModuleEnd: (module) =>
          void problems.push(...module.errors().map((error) => error.stack ?? error.message)),
        onTestRunEnd: (_modules, errors) => void problems.push(...errors.map((error) => error.stack ?? error.message)),
      },
    ],
  });
  const stops = stopChannel(job);
  const stop = (): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    stops.postMessage("stop");
    void vitest.cancelCurrentRun("keyboard-input");
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    // Loading the host takes a while, in which a run may have been stopped.
    if (signal?.aborted !== true) await vitest.start();
  } catch (thrown) {
    problems.push(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  } finally {
    signal?.removeEventListener("abort", stop);
    stops.close();
    await vitest.close();
    process.exitCode = exitCode;
  }
  return { problems };
}
