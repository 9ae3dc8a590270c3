import type { RunEvent } from "../core/run/event.ts";
import { dayOfRun, judgeRun } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judge.ts";

/** What a report renders: the events of a run and their judgement. */
export interface ReportInput {
  readonly events: readonly RunEvent[];
  readonly judgement: RunJudgement;
}

/** One kind of document. Rendering is pure: the same run gives the same bytes. */
export interface ReportFormat {
  readonly name: string;
  /** Name of the file in the folder of the run. */
  readonly file: string;
  render(run: ReportInput): string;
}

/** The input of the reports for these events; `today` (ISO date) is the day of the run unless given. */
export function reportInput(events: readonly RunEvent[], today = dayOfRun(events), torn = false): ReportInput {
  return { events, judgement: judgeRun(events, today, torn) };
}
