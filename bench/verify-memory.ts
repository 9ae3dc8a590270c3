import { memoryReport } from "./memory-report.ts";
import { verifyRun } from "./verify-run.ts";

/*
 * The most memory that `verify bank --effort standard` has resident, once, on this machine. Ends with 1 above what is
 * allowed. A machine that is busy gives a higher value: the collector of garbage comes late.
 */

/** What a run may take, so that it fits beside a system under test on a small machine. */
const ALLOWED_BYTES = 350 * 1024 * 1024;

const { seconds, secondsAlone, durationsMs, peakBytes } = await verifyRun();
memoryReport("verify standard, peak", peakBytes, ALLOWED_BYTES, {
  checks: durationsMs.length,
  seconds: Math.round(seconds),
  secondsAlone: Math.round(secondsAlone),
});
