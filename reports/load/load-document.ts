import { lengthOf } from "../../core/load/profile.ts";
import { codeClasses, endingShares } from "./code-classes.ts";
import type { LoadEvidence } from "./load-evidence.ts";

/**
 * A load for other programs: rates, endings, codes and latencies as a whole. How each service level fared, and the alerts
 * on its burn rate, stand with the levels of the report. Undefined where the run was no load.
 */
export function loadDocument({ reading, marks }: LoadEvidence): unknown {
  if (reading === undefined) return undefined;
  const done = marks.map(({ second, name, title }) => ({ second, name, title }));
  if ("problem" in reading) return { problem: reading.problem, marks: done };
  const { head, totals, latencies } = reading.record;
  const { engine, profile, segment, intervalSeconds, levels } = head;
  const { due, late, dropped, unsigned } = totals.sum;
  return {
    engine,
    segment,
    profile,
    seconds: lengthOf(profile.phases),
    intervalSeconds,
    journeys: { due, begun: due - dropped, late, dropped },
    endings: endingShares(reading.record),
    codes: codeClasses(reading.record),
    unsigned,
    latencies,
    levels,
    marks: done,
  };
}
