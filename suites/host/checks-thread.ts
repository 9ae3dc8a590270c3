import { parentPort, workerData } from "node:worker_threads";
import { openLog } from "../../core/run/log.ts";
import { bounded, phaseEnd } from "../run/bounded.ts";
import type { Lane } from "../run/lane.ts";
import { openLanes } from "../run/lanes.ts";
import { openRun } from "../run/open.ts";
import type { Job, OpenRun } from "../run/open.ts";
import { preparePlanned, runPlanned } from "../run/runner.ts";
import type { Running } from "../run/runner.ts";
import { begin, lanesFor } from "../run/schedule.ts";
import { STOP } from "./message.ts";
import type { HostMessage } from "./message.ts";

/*
 * The thread that runs the checks of a job. What a check finds goes to the event log; the host is told only that the log
 * has grown, and what broke in the harness.
 */

/** Beside the time that a check has: what only a harness that hangs takes. */
const HANGS_AFTER_MS = 120_000;
/** What lines that hang may take to end once everything is stopped. */
const LAST_MS = 10_000;

const port = parentPort;
if (port === null) throw new TypeError("checks-thread.ts is run as a thread, by thread-host.ts");
const tell = (message: HostMessage): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  port.postMessage(message);
};
const broke = (problem: unknown): void =>
  tell({ kind: "problem", text: problem instanceof Error ? (problem.stack ?? problem.message) : String(problem) });
// What escapes from one check says nothing about the others.
process.on("uncaughtException", broke);
process.on("unhandledRejection", broke);

const stop = new AbortController();
port.on("message", (message: unknown) => {
  if (message === STOP) stop.abort();
});

const job = workerData as Job;
const log = openLog(job.logFile, {
  existing: "append",
  ...(job.watched === true ? { onWritten: () => tell({ kind: "grown" }) } : {}),
});
const run = await openRun(job, "checks", (event) => log.append(event));
await judgeAll(run);
run.close();
log.close();
port.close();

async function judgeAll({ plan, scope, statement }: OpenRun): Promise<void> {
  const end = phaseEnd(scope.runtime, stop.signal, job.deadline);
  await openLanes(bounded(scope, end.signal), lanesFor(plan)).finally(end.release);
  const planned = new Set(plan.filter(({ skip }) => skip === undefined).map(({ id }) => id));
  const running = (lane: Lane): Running => ({ scope, lane, stop: stop.signal, deadline: job.deadline, planned });
  const ends = begin(plan, scope.lanes, {
    run: async (line, lane) => void (await runPlanned(line, running(lane))),
    prepare: (line, lane) => preparePlanned(line, running(lane)),
  });
  // The runner keeps each check's own time limit.
  const limitMs = statement.limits.checkTimeoutSeconds * 1000 + HANGS_AFTER_MS;
  for (const [id, ended] of ends)
    if (!(await within(limitMs, ended.catch(broke)))) broke(`${id} did not end within ${limitMs / 1000} s.`);
  stop.abort();
  await within(LAST_MS, Promise.allSettled(ends.values()));
}

/** Whether something ended in time. */
async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const ended = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return ended;
}
