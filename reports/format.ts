import type { RunEvent } from "../core/run/event.ts";
import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import type { LoadReading } from "./load/load-record.ts";

/** One kind of document. */
export interface ReportFormat {
  readonly name: string;
  /** Name of the file in the folder of the run. */
  readonly file: string;
  /** Begins a document of one run; of a load with what its folder tells beyond the log. */
  begin(load?: LoadReading): OpenReport;
}

/**
 * A document in the making. It is given the events of the run one by one, and keeps of them only what it tells beyond
 * the judgement: a log may be larger than memory. The same log gives the same bytes.
 */
export interface OpenReport {
  /** Takes the next event of the run. Absent where the judgement says enough. */
  readonly event?: (event: RunEvent) => void;
  /** The document. Called once, when there are no more events. */
  readonly render: (judgement: RunJudgement) => string;
}

/** The document of a run whose events are all at hand. */
export function rendered(format: ReportFormat, events: Iterable<RunEvent>, load?: LoadReading): string {
  const judge = judging();
  const report = format.begin(load);
  for (const event of events) {
    judge.event(event);
    report.event?.(event);
  }
  return report.render(judge.judgement(false));
}
