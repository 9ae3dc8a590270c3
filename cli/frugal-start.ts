import { setFlagsFromString } from "node:v8";

/**
 * Keeps the young generation of the heap small until the returned function is called. Reading and compiling a pack makes
 * garbage for half a second; V8 would take some 30 MB for it, and keep them for as long as a server is idle.
 */
export function startFrugally(): () => void {
  setFlagsFromString("--semi-space-growth-factor=1");
  // V8's own value: under load the young generation grows as ever.
  return () => setFlagsFromString("--semi-space-growth-factor=2");
}

/** Of each half of the young generation of a thread that is started, in MB; V8's own limit is 64. */
const JUDGING_HALF_MB = 8;

/**
 * Keeps the young generations of a run small: that of this thread, which waits while others judge, as it is, and those of
 * the threads that it starts at a fixed size. A run makes some 6 GB of garbage and holds less than 100 MB; by V8's own
 * limits the garbage of both threads may come to 250 MB before it is collected.
 */
export function judgeFrugally(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  // Read when a thread is started; the present one has its limits already.
  setFlagsFromString(`--min-semi-space-size=${JUDGING_HALF_MB}`);
  setFlagsFromString(`--max-semi-space-size=${JUDGING_HALF_MB}`);
}
