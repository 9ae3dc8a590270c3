import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../cli/clone.mjs", import.meta.url));

/** The program of this clone, as users start it. */
export function started(words: readonly string[], output: "pipe" | "ignore"): ChildProcess {
  return spawn(process.execPath, [program, ...words], { stdio: ["ignore", output, "inherit"] });
}

/** Memory that a process has resident, now or at most so far; undefined where the system does not tell (it is Linux that does). */
export function residentBytes({ pid }: ChildProcess, when: "now" | "peak"): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = (when === "now" ? /^VmRSS:\s+(\d+) kB$/m : /^VmHWM:\s+(\d+) kB$/m).exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

/** The first line that a process prints: of `serve --json`, that it is ready. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error("the process has no output to read");
    createInterface(child.stdout).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`serve ended with ${code} before it was ready`)));
  });
}

export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once("exit", (code) => resolve(code));
  });
}
