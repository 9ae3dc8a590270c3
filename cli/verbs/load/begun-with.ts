import { join } from "node:path";
import { LOG_FILE } from "../../../core/run/log.ts";
import { readLogFile } from "../../../core/run/log-reading.ts";

/** The statement with which the load of a folder was begun, as its event log names it; undefined where it does not. */
export function begunWith(folder: string): string | undefined {
  let file: string | undefined;
  try {
    readLogFile(join(folder, LOG_FILE), (event) => {
      if (event.type === "run.started") file ??= event.statement.file;
    });
  } catch {
    return undefined;
  }
  return file;
}
