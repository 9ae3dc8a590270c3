import type { RunEvent } from "../core/run/event.ts";
import { dayOfRun, judgeRun } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judge.ts";

/** A run as a report sees it: its events, and what they amount to. */
export interface JudgedRun {
  readonly events: readonly RunEvent[];
  readonly judgement: RunJudgement;
}

/** One kind of document. Rendering is pure: the same run gives the same bytes. */
export interface ReportFormat {
  readonly name: string;
  /** Name of the file in the folder of the run. */
  readonly file: string;
  render(run: JudgedRun): string;
}

/** Judges events for the reports; `today` (ISO date) is the day of the run unless given. */
export function judgedRun(events: readonly RunEvent[], today = dayOfRun(events), torn = false): JudgedRun {
  return { events, judgement: judgeRun(events, today, torn) };
}
