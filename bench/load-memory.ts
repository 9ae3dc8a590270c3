import type { ChildProcess } from "node:child_process";
import { measureOf } from "./measure.ts";
import type { Measure } from "./measure.ts";
import { residentBytes } from "./program-process.ts";
import { runLoad, serveBank } from "./served-bank.ts";

/** Journeys a second: low, since it is the length that shows a leak. */
const RATE = "20";

/** Until then threads start and code is compiled; at most a quarter of the load. */
const WARM_MS = 60_000;

const LOOKED_AT_EVERY_MS = 1_000;

/** Readings that make a value: the collector of garbage has each of them swing. */
const READINGS = 10;

/**
 * Memory that a load's process has resident at the end of so many minutes, against the same at its begin. A generator that
 * keeps something of each call grows; orders are kept for the settlement, some 300 bytes each.
 */
export async function measureLoadMemory(token: string, minutes: number): Promise<Measure> {
  const bank = await serveBank(token);
  const seconds = Math.round(60 * minutes);
  const readings: number[] = [];
  let looking: NodeJS.Timeout | undefined;
  try {
    await runLoad(bank, ["--profile", "soak", "--rate", RATE, "--for", String(seconds), "--seed", "1"], (load) => {
      looking = setInterval(() => read(load, readings), LOOKED_AT_EVERY_MS);
    });
  } finally {
    clearInterval(looking);
    await bank.stop();
  }
  // After the load the orders are settled and judged, which takes memory of its own.
  const load = readings.slice(0, Math.max(2, Math.floor((1000 * seconds) / LOOKED_AT_EVERY_MS)));
  const warm = Math.floor(Math.min(WARM_MS / LOOKED_AT_EVERY_MS, load.length / 4));
  const [begin, end] = [median(load.slice(warm, warm + READINGS)), median(load.slice(-READINGS))];
  if (begin === undefined || end === undefined)
    throw new Error("this system does not tell how much memory a process had: run it on Linux");
  const MB = 1024 ** 2;
  return measureOf({
    name: `load memory, ${minutes} min`,
    seen: end / MB,
    limit: begin / MB,
    unit: "MB",
    against: "the same load near its begin",
  });
}

function read(load: ChildProcess, readings: number[]): void {
  const bytes = residentBytes(load, "now");
  if (bytes !== undefined) readings.push(bytes);
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
