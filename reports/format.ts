import type { RunEvent } from "../core/run/event.ts";
import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";

/** One kind of document. */
export interface ReportFormat {
  readonly name: string;
  /** Name of the file in the folder of the run. */
  readonly file: string;
  /** Begins a document of one run. */
  begin(): OpenReport;
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

/** The document of a run whose events are all at hand; `today` and `torn` as in `judging`. */
export function rendered(format: ReportFormat, events: Iterable<RunEvent>, today?: string, torn = false): string {
  const judge = judging(today);
  const report = format.begin();
  for (const event of events) {
    judge.event(event);
    report.event?.(event);
  }
  return report.render(judge.judgement(torn));
}
