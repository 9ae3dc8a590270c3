import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** The variables of a process besides those of this one, of which no proxy is kept. */
export type Environment = Readonly<Record<string, string>>;

/** A role as users serve it, in a process of its own. */
export interface Served extends AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  readonly adminUrl: string;
  readonly tokenFile: string;
  /** File of its statement. */
  readonly statement: string;
}

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function started(words: readonly string[], environment: Environment): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:https?|all|no)_proxy$/i.test(name));
  return spawn(process.execPath, [MAIN, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...Object.fromEntries(own), NO_COLOR: "1", ...environment },
  });
}

/** Serves a role, on any free port and with its books in memory. */
export async function served(words: readonly string[], environment: Environment = {}): Promise<Served> {
  const child = started(["serve", ...words, "--json", "--store", "memory"], environment);
  const err = printed(child.stderr);
  const line = createInterface({ input: child.stdout ?? process.stdin });
  const ready = await Promise.race([once(line, "line"), once(child, "exit")]);
  if (typeof ready[0] !== "string") throw new Error(`serve ended with ${String(ready[0])}: ${err()}`);
  return {
    ...(JSON.parse(ready[0]) as Omit<Served, keyof AsyncDisposable>),
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGINT");
      if (child.exitCode === null) await ended;
    },
  };
}

/** Runs the program to its end, while this process goes on: what it calls may be here. */
export async function ran(words: readonly string[], environment: Environment = {}): Promise<Ended> {
  const child = started(words, environment);
  const [out, err] = [printed(child.stdout), printed(child.stderr)];
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out: out(), err: err() };
}

function printed(stream: ChildProcess["stdout"]): () => string {
  let text = "";
  stream?.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  return () => text;
}

/** A statement beside another one that says something otherwise. */
export function restated(file: string, name: string, changes: Readonly<Record<string, unknown>>): string {
  const changed = join(dirname(file), `${name}.json`);
  writeFileSync(changed, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), ...changes }));
  return changed;
}
