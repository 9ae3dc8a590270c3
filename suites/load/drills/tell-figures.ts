import type { RunScope } from "../../run/scope.ts";
import type { Judged } from "../judge-load.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { checkOf } from "./drill.ts";
import type { PlannedDrill } from "./drill.ts";
import { seconds } from "./judge-drill.ts";
import type { DrillFigures, Timeline } from "./judge-drill.ts";

/** What a drill showed, and of which load. */
export interface Told {
  readonly judged: Judged;
  readonly figures: DrillFigures;
  readonly timeline: Timeline;
  /** Milliseconds since 1970 of the begin of the load. */
  readonly begin: number;
  /** Calls of the whole load that its first level counts. */
  readonly calls: number;
  readonly head: LoadHead;
  readonly scope: RunScope;
}

/**
 * Writes the figures of a drill to the event log: marks of its detection and of its recovery, and a service level with
 * the time that recovery took. A drill that was not judged tells nothing.
 */
export function tellFigures(
  planned: PlannedDrill,
  { judged, figures, timeline, begin, calls, head, scope }: Told,
): void {
  if (judged.verdict !== "pass" && judged.verdict !== "fail") return;
  const { detectedAfter, recoveredAfter } = figures;
  const mark = (second: number, en: string, zh: string): void =>
    scope.emit({
      type: "load.mark",
      at: begin + 1000 * second,
      second,
      name: planned.name,
      title: { en, zh },
    });
  if (detectedAfter !== undefined) mark(timeline.startedAt + detectedAfter, "first bad interval", "首个异常区间");
  if (detectedAfter !== undefined && recoveredAfter !== undefined)
    mark(timeline.endedAt + recoveredAfter, "steady again", "恢复稳定");
  const { recoverySeconds, title } = planned.drill;
  scope.emit({
    type: "service-level.finished",
    at: scope.runtime.now(),
    name: checkOf(planned),
    title: { en: `${title.en}: recovery`, zh: `${title.zh}：恢复时间` },
    target: `<= ${recoverySeconds} s after the drill`,
    seen: [
      recoveredAfter === undefined ? "not steady again" : seconds(recoveredAfter),
      detectedAfter === undefined ? "no bad interval" : `first bad interval ${seconds(detectedAfter)} after the begin`,
      `${figures.badCalls} calls not answered as agreed${budgetOf(figures, calls, head)}`,
    ].join(", "),
    samples: calls,
    ok: recoveredAfter !== undefined && recoveredAfter <= recoverySeconds,
  });
}

/** The share of the error budget of the load's first level that the drill used. */
function budgetOf({ badCalls }: DrillFigures, calls: number, { levels }: LoadHead): string {
  const [level] = levels;
  if (level === undefined || level.target === 1 || calls === 0) return "";
  const used = badCalls / (calls * (1 - level.target));
  return ` (${Number((100 * used).toFixed(1))} % of the error budget of ${level.name} in this load)`;
}
