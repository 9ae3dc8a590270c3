import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended, firstLine, started } from "./program-process.ts";

/** Calls at once that a statement of the bench allows, so that no limit of ours is measured. */
const MOST_AT_ONCE = 500;

/** A bank that is served as users serve it, with a statement for loads. */
export interface ServedBank {
  readonly folder: string;
  readonly statement: string;
  stop(): Promise<void>;
}

/** Serves a bank of a clone whose parties sign with an algorithm of the pack, by its token. */
export async function serveBank(algorithm: string): Promise<ServedBank> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-bench-load-"));
  const state = join(folder, "bank");
  const bank = started(["serve", "bank", "--json", "--port", "0", "--state", state, "--algorithm", algorithm], "pipe");
  const stop = async (): Promise<void> => {
    bank.kill("SIGTERM");
    await ended(bank);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await firstLine(bank);
    const statement = join(state, "sut.json");
    restate(statement, statement, { limits: { maxConcurrency: MOST_AT_ONCE } });
    return { folder, statement, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** Writes a statement that says something otherwise; undefined takes a field out. */
export function restate(from: string, to: string, changes: Readonly<Record<string, unknown>>): void {
  const statement = JSON.parse(readFileSync(from, "utf8")) as Readonly<Record<string, unknown>>;
  writeFileSync(to, JSON.stringify({ ...statement, ...changes }));
}

/** What a load writes as its summary (`load --json`), as far as the bench reads it. */
export interface LoadSummary {
  readonly exitCode: number;
  readonly orders: number;
  readonly latencies: Readonly<
    Record<string, { readonly sinceScheduled: { readonly ms: Readonly<Record<string, number>> } }>
  >;
  readonly knee?: {
    readonly rate: number;
    readonly limit: string;
    readonly steps: readonly {
      readonly rate: number;
      readonly held: boolean;
      readonly missed: readonly string[];
      readonly late: number;
      readonly p99Ms: Readonly<Record<string, number>>;
    }[];
  };
}

/**
 * Runs `load bank` as a process and gives its summary. `watch` is given the process once it runs. Throws where money was
 * wrong, or the load could not run at all; missed levels and a generator that was late are what is measured.
 */
export async function runLoad(
  { folder, statement }: ServedBank,
  words: readonly string[],
  watch: (load: ChildProcess) => void = () => {},
): Promise<LoadSummary> {
  const out = join(folder, `load-${Date.now()}`);
  const load = started(["load", "bank", "--sut", statement, "--json", "--out", out, ...words], "pipe");
  watch(load);
  let said = "";
  load.stdout?.on("data", (bytes: Buffer) => (said += bytes.toString("utf8")));
  const code = await new Promise<number | null>((resolve) => void load.once("close", resolve));
  if (code !== 0 && code !== 3 && code !== 99) throw new Error(`load ended with ${code}: ${said}`);
  return JSON.parse(said) as LoadSummary;
}
