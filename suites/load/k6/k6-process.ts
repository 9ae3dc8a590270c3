import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import { join } from "node:path";
import type { Runtime } from "../../../core/runtime/runtime.ts";
import { k6Environment } from "./binary.ts";
import { SCRIPT_FILE } from "./k6-folder.ts";

/** What k6 prints. */
export const OUTPUT_FILE = "k6.log";

/** For k6 to end after an interrupt; longer than its own grace for calls that are under way. */
const ENDS_WITHIN_MS = 60_000;

/** How k6 ended: by a code, or by a signal. */
export interface K6End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface K6Run {
  readonly runtime: Pick<Runtime, "schedule">;
  readonly environment: NodeJS.ProcessEnv;
  readonly binary: string;
  /** Where the script is, and where what k6 prints goes. */
  readonly folder: string;
  /** Where k6 writes its points. */
  readonly results: string;
  readonly authorities: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** k6 at work. */
export interface K6Process {
  readonly ended: Promise<K6End>;
  /** Has it end as Ctrl-C does. */
  interrupt(): void;
}

/**
 * Starts k6 in a process group of its own, so that a Ctrl-C of the terminal comes to it once and from here: at a second
 * one it would drop everything. It never outlives this process.
 */
export function startK6({ runtime, environment, binary, folder, results, authorities, signal }: K6Run): K6Process {
  const output = openSync(join(folder, OUTPUT_FILE), "w", 0o600);
  const child = spawn(binary, ["run", "--quiet", "--out", `json=${results}`, SCRIPT_FILE], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", output, output],
    env: {
      ...k6Environment(environment),
      // Where Go looks for authorities on Linux.
      ...(authorities === undefined ? {} : { SSL_CERT_FILE: authorities }),
    },
  });
  closeSync(output);
  let givenUp: (() => void) | undefined;
  const kill = (): void => void child.kill("SIGKILL");
  const interrupt = (): void => {
    if (givenUp !== undefined) return;
    child.kill("SIGINT");
    givenUp = runtime.schedule(ENDS_WITHIN_MS, kill);
  };
  const wait = async (): Promise<K6End> => {
    process.on("exit", kill);
    signal?.addEventListener("abort", interrupt, { once: true });
    if (signal?.aborted === true) interrupt();
    try {
      const [code, by] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
      return { code, signal: by };
    } finally {
      givenUp?.();
      process.removeListener("exit", kill);
      signal?.removeEventListener("abort", interrupt);
    }
  };
  return { ended: wait(), interrupt };
}
