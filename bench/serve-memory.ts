import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryReport } from "./memory-report.ts";
import { ended, firstLine, residentBytes, started } from "./program-process.ts";

/*
 * Memory that `serve bank` of a clone has resident at rest, on this machine. Ends with 1 above what is allowed.
 */

const ALLOWED_BYTES = 120 * 1024 * 1024;

/** Until what the start has left over is done. */
const REST_MS = 3_000;

/** A clone compiles itself at its first start, and keeps that for all others. */
await atRest();
memoryReport("serve bank at rest", await atRest(), ALLOWED_BYTES);

async function atRest(): Promise<number | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-serve-memory-"));
  const bank = started(["serve", "bank", "--json", "--port", "0", "--state", join(folder, "bank")], "pipe");
  try {
    await firstLine(bank);
    await sleep(REST_MS);
    return residentBytes(bank, "now");
  } finally {
    bank.kill("SIGTERM");
    await ended(bank);
    rmSync(folder, { recursive: true, force: true });
  }
}
