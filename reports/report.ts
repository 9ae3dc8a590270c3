import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { RunEvent } from "../core/run/event.ts";
import { judging } from "../core/run/judge.ts";
import type { ExitCode, RunJudgement } from "../core/run/judgement.ts";
import { LOG_FILE } from "../core/run/log.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import { FORMATS } from "./formats.ts";

export type ReportResult =
  | {
      readonly ok: true;
      readonly exitCode: ExitCode;
      readonly judgement: RunJudgement;
      readonly files: readonly string[];
    }
  | { readonly ok: false; readonly exitCode: 2; readonly problem: string };

export interface ReportSettings {
  /** Names of formats; all when absent. */
  readonly formats?: readonly string[];
  /** ISO date against which waivers are held; the day of the run when absent, so that a report stays what it was. */
  readonly today?: string;
}

/**
 * Writes reports beside the event log in a run's folder, from the log alone, which is read once, event by event. What a
 * user can get wrong is returned.
 */
export function writeReports(runFolder: string, settings: ReportSettings = {}): ReportResult {
  const names = settings.formats ?? FORMATS.map((format) => format.name);
  const unknown = names.filter((name) => !FORMATS.some((format) => format.name === name));
  if (unknown.length > 0) {
    const known = FORMATS.map((format) => format.name).join(", ");
    return { ok: false, exitCode: 2, problem: `unknown report format ${unknown.join(", ")}; --format takes ${known}` };
  }
  const file = join(runFolder, LOG_FILE);
  const judge = judging(settings.today);
  const wanted = FORMATS.filter((format) => names.includes(format.name));
  const reports = wanted.map((format) => ({ file: join(runFolder, format.file), report: format.begin() }));
  const reading = read(file, (event) => {
    judge.event(event);
    for (const { report } of reports) report.event?.(event);
  });
  if ("problem" in reading) return { ok: false, exitCode: 2, problem: reading.problem };

  const judgement = judge.judgement(reading.torn);
  for (const { file: target, report } of reports) writeFileSync(target, report.render(judgement), "utf8");
  return { ok: true, exitCode: judgement.exitCode, judgement, files: reports.map(({ file: target }) => target) };
}

function read(
  file: string,
  take: (event: RunEvent) => void,
): { readonly torn: boolean } | { readonly problem: string } {
  try {
    const reading = readLogFile(file, take);
    if (reading.ok) return reading;
    const where = `${file}:${reading.line}${reading.pointer === "" ? "" : ` at ${reading.pointer}`}`;
    return {
      problem: `${where}: ${reading.problem}. The log is written by verify and not edited by hand; run verify again`,
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return { problem: `no event log to report on: ${why}. Give the folder that verify wrote (--out DIR)` };
  }
}
