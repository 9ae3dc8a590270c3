import { verifyRun } from "./verify-run.ts";

/*
 * The most memory that `verify bank --effort standard` has resident, once, on this machine. Ends with 1 above what is
 * allowed. A machine that is busy gives a higher value: the collector of garbage comes late.
 */

/** What a run may take, so that it fits beside a system under test on a small machine. */
const ALLOWED_BYTES = 350 * 1024 * 1024;

const { seconds, durationsMs, peakBytes } = await verifyRun();
if (peakBytes === undefined)
  throw new Error("this system does not tell how much memory a process had: run it on Linux");
console.log(
  JSON.stringify(
    { checks: durationsMs.length, seconds: Math.round(seconds), peakBytes, allowedBytes: ALLOWED_BYTES },
    undefined,
    2,
  ),
);
if (peakBytes > ALLOWED_BYTES) {
  console.error(`verify had ${Math.round(peakBytes / 1048576)} MB resident; ${ALLOWED_BYTES / 1048576} are allowed`);
  process.exitCode = 1;
}
