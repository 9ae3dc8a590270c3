import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Bilingual } from "../../core/run/verdict.ts";
import { SaidError } from "../../core/text/said-error.ts";

/** Another run uses the statement, and with it its customers. */
export class StatementInUse extends SaidError {
  readonly lockFile: string;
  constructor(lockFile: string, holder: Holder) {
    super(usedBy(holder));
    this.lockFile = lockFile;
  }
}

const usedBy = ({ pid, host, since }: Holder): Bilingual => ({
  en: `Another run uses this statement since ${since} (process ${pid} on ${host}). Two runs would use the same customers, and each would see the other's money move.`,
  zh: `自 ${since} 起，另一次运行正在使用此声明（主机 ${host}，进程 ${pid}）。两次运行会使用相同的客户，彼此的资金变动会互相干扰。`,
});

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** RFC 3339. */
  readonly since: string;
}

/**
 * Takes the lock of a statement, a file beside it, and gives what releases it. A lock whose process has ended is taken
 * over; where the folder cannot be written there is none.
 *
 * @throws StatementInUse while another run has it
 */
export function lockStatement(statementFile: string, now: number): () => void {
  const file = `${statementFile}.lock`;
  const mine: Holder = { pid: process.pid, host: hostname(), since: new Date(now).toISOString() };
  const text = JSON.stringify(mine);
  for (let attempt = 1; ; attempt += 1) {
    try {
      writeFileSync(file, text, { flag: "wx" });
      return () => {
        if (read(file) === text) rmSync(file, { force: true });
      };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") return () => {};
    }
    const holder = holderIn(read(file));
    if (holder !== undefined && (attempt > 1 || !hasEnded(holder))) throw new StatementInUse(file, holder);
    rmSync(file, { force: true });
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Who holds a lock; undefined for a file that says nothing of the kind, as one that was cut short. */
function holderIn(text: string): Holder | undefined {
  try {
    const { pid, host, since } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === "number" && typeof host === "string" && typeof since === "string"
      ? { pid, host, since }
      : undefined;
  } catch {
    return undefined;
  }
}

function hasEnded({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "ESRCH";
  }
}
