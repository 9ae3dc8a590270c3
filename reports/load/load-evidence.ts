import type { LoadMarked, RunEvent } from "../../core/run/event.ts";
import type { LoadReading } from "./load-record.ts";

/** Marks that are numbered in pictures; a log of drills has few. */
const MOST_MARKS = 40;

/** What the reports of a load are made of beside its judgement. */
export interface LoadEvidence {
  /** What the folder tells; undefined where the run was no load, or ended ahead of it. */
  readonly reading: LoadReading | undefined;
  /** What was done to the SUT meanwhile, in order. */
  readonly marks: readonly LoadMarked[];
}

/** Gathers what a log tells of a load. */
export function loadWitness(reading: LoadReading | undefined): {
  readonly event: (event: RunEvent) => void;
  readonly evidence: () => LoadEvidence;
} {
  const marks: LoadMarked[] = [];
  return {
    event: (event) => {
      if (event.type === "load.mark" && marks.length < MOST_MARKS) marks.push(event);
    },
    evidence: () => ({ reading, marks: marks.toSorted((one, other) => one.second - other.second) }),
  };
}
