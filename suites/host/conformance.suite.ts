import { afterAll, beforeAll, describe, inject, test } from "vitest";
import { openLog } from "../../core/run/log.ts";
import type { Lane } from "../run/lane.ts";
import { openLanes } from "../run/lanes.ts";
import { bounded, phaseEnd } from "../run/bounded.ts";
import { openRun } from "../run/open.ts";
import type { Job } from "../run/open.ts";
import { preparePlanned, runPlanned } from "../run/runner.ts";
import type { Running } from "../run/runner.ts";
import { growthChannel } from "./growth-channel.ts";
import { stopChannel } from "./stop-channel.ts";
import { begin, lanesFor } from "../run/schedule.ts";

/*
 * The file that vitest runs: one test for each planned line, which waits for what the schedule
 * makes of it. What a check finds goes to the event log; the state of the vitest test itself says only whether
 * the harness survived.
 */

declare module "vitest" {
  interface ProvidedContext {
    readonly liantiao: Job;
  }
}

/** A SUT may take its time over its hooks. */
const LANES_OPEN_WITHIN_MS = 300_000;

const job = inject("liantiao");
const growth = job.watched === true ? growthChannel(job) : undefined;
const log = openLog(job.logFile, {
  existing: "append",
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  onWritten: () => growth?.postMessage("grown"),
});
const run = await openRun(job, "checks", (event) => log.append(event));
const stop = new AbortController();
// Vitest tells a test that runs; what comes before the first one hears of it here.
const stops = stopChannel(job);
stops.addEventListener("message", () => stop.abort());
/** When each line has ended; what it found is in the log. */
let ends: ReadonlyMap<string, Promise<void>> = new Map();

beforeAll(async () => {
  const end = phaseEnd(run.scope.runtime, stop.signal, job.deadline);
  await openLanes(bounded(run.scope, end.signal), lanesFor(run.plan)).finally(end.release);
  const planned = new Set(run.plan.filter(({ skip }) => skip === undefined).map(({ id }) => id));
  const running = (lane: Lane): Running => ({
    scope: run.scope,
    lane,
    stop: stop.signal,
    deadline: job.deadline,
    planned,
  });
  ends = begin(run.plan, run.scope.lanes, {
    run: async (line, lane) => void (await runPlanned(line, running(lane))),
    prepare: (line, lane) => preparePlanned(line, running(lane)),
  });
}, LANES_OPEN_WITHIN_MS);

afterAll(async () => {
  stop.abort();
  stops.close();
  await Promise.allSettled(ends.values());
  run.close();
  log.close();
  growth?.close();
});

describe("conformance", () => {
  for (const line of run.plan) {
    // The runner keeps the check's own time limit; this one only catches a harness that hangs.
    test(line.id, { timeout: (run.statement.limits.checkTimeoutSeconds + 120) * 1000 }, async ({ signal }) => {
      signal.addEventListener("abort", () => stop.abort(), { once: true });
      await ends.get(line.id);
    });
  }
});
