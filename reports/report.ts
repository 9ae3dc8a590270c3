import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { RunEvent } from "../core/run/event.ts";
import { judging } from "../core/run/judge.ts";
import type { ExitCode, RunJudgement } from "../core/run/judgement.ts";
import { LOG_FILE } from "../core/run/log.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import { reasonOf } from "../core/text/said-error.ts";
import { FORMATS } from "./formats.ts";
import { readLoad } from "./load/load-record.ts";
import { NOT_DRAWN, painter } from "./load/painter.ts";

export type ReportResult =
  | {
      readonly ok: true;
      readonly exitCode: ExitCode;
      readonly judgement: RunJudgement;
      readonly files: readonly string[];
      /** What the reports lack, and how to have it. */
      readonly notices: readonly Bilingual[];
    }
  | { readonly ok: false; readonly exitCode: 2; readonly problem: Bilingual };

export interface ReportSettings {
  /** Names of formats; all when absent. */
  readonly formats?: readonly string[];
  /** ISO date against which waivers are held; the day of the run when absent, so that a report stays what it was. */
  readonly today?: string;
}

/**
 * Writes reports beside the event log in a run's folder. The verdict comes from the log alone, which is read once, event by
 * event; the figures and pictures of a load also from the files that it left there. What a user can get wrong is returned.
 */
export function writeReports(runFolder: string, settings: ReportSettings = {}): ReportResult {
  const names = settings.formats ?? FORMATS.map((format) => format.name);
  const unknown = names.filter((name) => !FORMATS.some((format) => format.name === name));
  if (unknown.length > 0) {
    const known = FORMATS.map((format) => format.name).join(", ");
    const problem = {
      en: `unknown report format ${unknown.join(", ")}; --format takes ${known}`,
      zh: `没有报告格式 ${unknown.join("、")}；--format 可取 ${known}`,
    };
    return { ok: false, exitCode: 2, problem };
  }
  const file = join(runFolder, LOG_FILE);
  const judge = judging(settings.today);
  const wanted = FORMATS.filter((format) => names.includes(format.name));
  const load = readLoad(runFolder);
  const reports = wanted.map((format) => ({ file: join(runFolder, format.file), report: format.begin(load) }));
  const reading = read(file, (event) => {
    judge.event(event);
    for (const { report } of reports) report.event?.(event);
  });
  if ("problem" in reading) return { ok: false, exitCode: 2, problem: reading.problem };

  const judgement = judge.judgement(reading.torn);
  for (const { file: target, report } of reports) writeFileSync(target, report.render(judgement), "utf8");
  return {
    ok: true,
    exitCode: judgement.exitCode,
    judgement,
    files: reports.map(({ file: target }) => target),
    notices: load !== undefined && names.includes("html") && painter() === undefined ? [NOT_DRAWN] : [],
  };
}

function read(
  file: string,
  take: (event: RunEvent) => void,
): { readonly torn: boolean } | { readonly problem: Bilingual } {
  try {
    const reading = readLogFile(file, take);
    if (reading.ok) return reading;
    const where = `${file}:${reading.line}${reading.pointer === "" ? "" : ` at ${reading.pointer}`}`;
    return {
      problem: {
        en: `${where}: ${reading.problem.en}. The log is written by verify and not edited by hand; run verify again`,
        zh: `${where}：${reading.problem.zh}。日志由 verify 写入，不可手工修改；请重新运行 verify`,
      },
    };
  } catch (cause) {
    const { en, zh } = reasonOf(cause);
    return {
      problem: {
        en: `no event log to report on: ${en}. Give the folder that verify wrote (--out DIR)`,
        zh: `没有可供生成报告的事件日志：${zh}。请给出 verify 写入的目录（--out DIR）`,
      },
    };
  }
}
