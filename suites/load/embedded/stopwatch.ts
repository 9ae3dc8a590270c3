import { performance } from "node:perf_hooks";

/** Milliseconds since the epoch to a fraction, the same in all threads of a process and never going back. */
export const stopwatchMs = (): number => performance.timeOrigin + performance.now();
