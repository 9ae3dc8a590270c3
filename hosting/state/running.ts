import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../replace-file.ts";
import type { StatementTls } from "../serving-tls.ts";
import { UserError } from "../user-error.ts";
import { SERVER_FILE } from "./state.ts";

/** What a running `serve` leaves in its state directory, so that other verbs find it. */
export interface RunningRole {
  readonly pid: number;
  readonly url: string;
  readonly adminUrl: string;
  /** What a client of the control plane trusts, where that speaks TLS; names of files. */
  readonly adminTrust?: StatementTls;
}

export function noteRunning(directory: string, running: RunningRole): void {
  replaceFile(join(directory, SERVER_FILE), `${JSON.stringify(running, null, 2)}\n`);
}

export function forgetRunning(directory: string): void {
  rmSync(join(directory, SERVER_FILE), { force: true });
}

/** @throws UserError when nothing runs there, as far as the directory tells. */
export function readRunning(directory: string): RunningRole {
  try {
    const found = JSON.parse(readFileSync(join(directory, SERVER_FILE), "utf8")) as Partial<RunningRole> | null;
    if (typeof found?.adminUrl !== "string" || typeof found.url !== "string" || !Number.isInteger(found.pid))
      throw new Error(`${SERVER_FILE} is not as \`serve\` writes it`);
    const { ca = "", servername = "" } = found.adminTrust ?? {};
    if (typeof ca !== "string" || typeof servername !== "string")
      throw new Error(`${SERVER_FILE} is not as \`serve\` writes it`);
    return found as RunningRole;
  } catch (cause) {
    throw new UserError(
      { en: "no server runs on this state directory", zh: "此状态目录没有运行中的服务" },
      {
        where: directory,
        next: {
          en: "start one with `liantiao serve bank`, or name its directory with --state DIR",
          zh: "请以 `liantiao serve bank` 启动，或用 --state 指明其目录",
        },
        cause,
      },
    );
  }
}
