import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Child {
  /** The first line it prints. Rejects when it ends before. */
  readonly firstLine: Promise<string>;
  /** Its exit code; 1 when a signal ended it. */
  readonly ended: Promise<number>;
  /** Asks it to end, as Ctrl-C would, and waits; a child that stays is killed. */
  readonly end: () => Promise<void>;
}

const PATIENCE_MS = 10_000;

/** Starts this program again with other words, in a process of its own. */
export function startChild(
  words: readonly string[],
  options: { readonly signal: AbortSignal; readonly show?: true },
): Child {
  const main = fileURLToPath(new URL(`./main${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url));
  const child = spawn(process.execPath, [main, ...words], {
    stdio: ["ignore", options.show === true ? "inherit" : "pipe", "inherit"],
  });
  const stop = (): void => void child.kill("SIGINT");
  if (options.signal.aborted) stop();
  options.signal.addEventListener("abort", stop, { once: true });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      options.signal.removeEventListener("abort", stop);
      resolve(code ?? 1);
    });
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).once("line", resolve);
    ended.then(
      (code) => reject(new Error(`liantiao ${words.join(" ")} ended with ${code} before it was ready`)),
      reject,
    );
  });
  // A caller that does not wait for the line learns of the end through `ended`.
  firstLine.catch(() => {});
  return {
    firstLine,
    ended,
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      stop();
      const kill = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await ended;
      clearTimeout(kill);
    },
  };
}
