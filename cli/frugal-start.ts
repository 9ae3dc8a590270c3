import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** The start of a server, which is to hold little memory once it is idle. */
export interface FrugalStart {
  /** Collects garbage at once: between two steps that each make much of it, so that the second uses the first one's room. */
  collect(): void;
  /** To be called when the server serves. */
  ready(): void;
}

/**
 * Keeps the young generation of the heap small until the server serves. Reading and compiling a pack makes garbage for
 * half a second; V8 would take some 30 MB for it, and keep them for as long as a server is idle.
 */
export function startFrugally(): FrugalStart {
  setFlagsFromString("--semi-space-growth-factor=1");
  return {
    collect() {
      setFlagsFromString("--expose-gc");
      const gc = runInNewContext("gc") as () => void;
      setFlagsFromString("--no-expose-gc");
      gc();
    },
    ready() {
      // V8's own value: under load the young generation grows as ever.
      setFlagsFromString("--semi-space-growth-factor=2");
      // Else it is written at the end, which a server that is killed does not see.
      flushCompileCache();
    },
  };
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
