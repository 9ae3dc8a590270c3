import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { LOG_FILE } from "../core/run/log.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { rowOf } from "./row.ts";
import type { Row } from "./row.ts";

/** What `verify --effort standard` against a local bank is to stay under. */
const LIMIT_SECONDS = 60;

const main = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

/**
 * One whole `verify --effort standard` against `serve bank`, both as processes: checks a second, and how long a check
 * takes beside others. The limit is the pace at which the same plan would take a minute. Throws when the run does not pass.
 */
export async function timeVerify(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-bench-verify-"));
  let passed = false;
  const bank = spawn(
    process.execPath,
    [main, "serve", "bank", "--json", "--port", "0", "--state", join(folder, "bank")],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    await firstLine(bank);
    const out = join(folder, "run");
    const started = performance.now();
    const code = await ended(
      spawn(
        process.execPath,
        [
          main,
          "verify",
          "bank",
          "--sut",
          join(folder, "bank", "sut.json"),
          "--effort",
          "standard",
          "--out",
          out,
          "--json",
        ],
        { stdio: ["ignore", "ignore", "inherit"] },
      ),
    );
    const seconds = (performance.now() - started) / 1000;
    if (code !== 0) throw new Error(`verify ended with ${code}; what it found is in ${out}`);
    passed = true;
    const durations: number[] = [];
    const log = readLogFile(join(out, LOG_FILE), (event) => {
      if (event.type === "check.finished" && event.verdict === "pass") durations.push(event.durationMs);
    });
    if (!log.ok) throw new Error(log.problem);
    durations.sort((a, b) => a - b);
    return rowOf("verify standard", durations.length / seconds, durations, durations.length / LIMIT_SECONDS);
  } finally {
    bank.kill("SIGTERM");
    await ended(bank);
    if (passed) rmSync(folder, { recursive: true, force: true });
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error("the process has no output to read");
    createInterface(child.stdout).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`serve ended with ${code} before it was ready`)));
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once("exit", (code) => resolve(code));
  });
}
