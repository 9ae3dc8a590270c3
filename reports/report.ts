import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { ExitCode } from "../core/run/judge.ts";
import { LOG_FILE, readLogFile } from "../core/run/log.ts";
import { reportInput } from "./format.ts";
import { FORMATS } from "./formats.ts";

export type ReportResult =
  | { readonly ok: true; readonly exitCode: ExitCode; readonly files: readonly string[] }
  | { readonly ok: false; readonly exitCode: 2; readonly problem: string };

export interface ReportSettings {
  /** Names of formats; all when absent. */
  readonly formats?: readonly string[];
  /** ISO date against which waivers are held; the day of the run when absent, so that a report stays what it was. */
  readonly today?: string;
}

/** Writes reports beside the event log in a run's folder, from the log alone. What a user can get wrong is returned. */
export function writeReports(runFolder: string, settings: ReportSettings = {}): ReportResult {
  const names = settings.formats ?? FORMATS.map((format) => format.name);
  const unknown = names.filter((name) => !FORMATS.some((format) => format.name === name));
  if (unknown.length > 0) {
    const known = FORMATS.map((format) => format.name).join(", ");
    return { ok: false, exitCode: 2, problem: `unknown report format ${unknown.join(", ")}; --format takes ${known}` };
  }
  const file = join(runFolder, LOG_FILE);
  const reading = read(file);
  if ("problem" in reading) return { ok: false, exitCode: 2, problem: reading.problem };

  const run = reportInput(reading.events, settings.today, reading.torn);
  const files = FORMATS.filter((format) => names.includes(format.name)).map((format) => {
    const target = join(runFolder, format.file);
    writeFileSync(target, format.render(run), "utf8");
    return target;
  });
  return { ok: true, exitCode: run.judgement.exitCode, files };
}

function read(file: string): Extract<ReturnType<typeof readLogFile>, { ok: true }> | { readonly problem: string } {
  try {
    const reading = readLogFile(file);
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
