import { existsSync, readFileSync } from "node:fs";
import { afterAll } from "vitest";

/*
 * What a test file costs: seconds of a processor, which a busy machine does not change as it changes wall time. All that its
 * process took since the last file ended is the file's: a start, its imports, and the programs that it started.
 */

declare module "vitest" {
  interface TaskMeta {
    /** Milliseconds of a processor that the file's own process took. */
    ownMs?: number;
    /** Those of the programs that it started and that have ended. */
    programsMs?: number;
  }
}

/** Linux counts in hundredths of a second, whatever the processor. */
const TICK_MS = 10;

interface Times {
  readonly ownMs: number;
  readonly programsMs: number;
}

/** Where the times stand at which the last file in this process ended: this module is loaded anew for each file. */
const kept = globalThis as { liantiaoTimes?: Times };

/** The times of this process and of its ended children; of those none where the system is not Linux. */
function processorTimes(): Times {
  const { user, system } = process.cpuUsage();
  const ownMs = (user + system) / 1_000;
  if (!existsSync("/proc/self/stat")) return { ownMs, programsMs: 0 };
  // The name of the program stands in parentheses, and may hold spaces.
  const [, fields = ""] = readFileSync("/proc/self/stat", "utf8").split(") ");
  const [ended = 0, endedInSystem = 0] = fields.split(" ").slice(13, 15).map(Number);
  return { ownMs, programsMs: (ended + endedInSystem) * TICK_MS };
}

// Hooks run in reverse order, so that this one comes after those in which tests end their programs.
// oxlint-disable-next-line no-empty-pattern -- the form that vitest asks for
afterAll(({}, file) => {
  const { ownMs, programsMs } = processorTimes();
  const before = kept.liantiaoTimes ?? { ownMs: 0, programsMs: 0 };
  kept.liantiaoTimes = { ownMs, programsMs };
  Object.assign(file.meta, { ownMs: ownMs - before.ownMs, programsMs: programsMs - before.programsMs });
});
