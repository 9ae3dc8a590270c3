import { judging } from "../core/run/judge.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import { readLogFile } from "../core/run/log-reading.ts";

/** The judgement of a load, as its event log tells it. Throws where the log cannot be read. */
export function loadJudgement(log: string): RunJudgement {
  const judge = judging();
  const reading = readLogFile(log, judge.event);
  if (!reading.ok) throw new Error(reading.problem.en);
  return judge.judgement(reading.torn);
}

/** What became of each check, by its id. */
export const standingsOf = ({ checks }: RunJudgement): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map(({ check, standing }) => [check, standing]));
