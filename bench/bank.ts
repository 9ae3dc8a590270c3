import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { BankOrder } from "./order.ts";

/** A server in a process of its own, as users run it. */
export interface RunningBank {
  readonly url: string;
  readonly scenarios: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Resident memory of the process, in bytes. */
  memory(): Promise<number>;
  stop(): Promise<void>;
  /** Ends the process without warning. */
  kill(): Promise<void>;
}

export interface BankOptions {
  readonly nodeOptions?: readonly string[];
  /** Set for the process besides what this one has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where V8 leaves the process's CPU profile when it ends. */
  readonly cpuProfileFolder?: string | undefined;
}

export async function startBank(order: BankOrder, options: BankOptions = {}): Promise<RunningBank> {
  const { nodeOptions = [], environment = {}, cpuProfileFolder } = options;
  const child = fork(new URL("./bank-process.ts", import.meta.url), [JSON.stringify(order)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...environment },
    execArgv: [
      ...nodeOptions,
      ...(cpuProfileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${cpuProfileFolder}`]),
    ],
  });
  const ready = (await message(child)) as { url: string; scenarios: RunningBank["scenarios"] };
  return {
    ...ready,
    memory: async () => {
      const answer = message(child);
      child.send("memory");
      return ((await answer) as { rssBytes: number }).rssBytes;
    },
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.disconnect();
      }),
    kill: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it answered`)));
  });
}
