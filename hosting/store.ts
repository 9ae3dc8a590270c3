import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { memoryStore } from "../simulator/store/memory.ts";
import { StoreUnusable } from "../simulator/store/sqlite-database.ts";
import { openSqliteStore } from "../simulator/store/sqlite.ts";
import type { Store } from "../simulator/store/store.ts";
import { readRunning } from "./state/running.ts";
import type { RunningRole } from "./state/running.ts";
import { reasonOf } from "../core/text/said-error.ts";
import { UserError } from "./user-error.ts";

/** The store that `--store` names; without it a SQLite file in the state directory. @throws UserError */
export function openStore(
  name: string | undefined,
  stateDirectory: string,
  defer: (task: () => void) => void,
): { readonly store: Store; readonly place: string } {
  if (name === "memory") return { store: memoryStore(), place: "memory" };
  const file = name === undefined ? join(stateDirectory, "store.sqlite") : resolve(name);
  try {
    mkdirSync(dirname(file), { recursive: true });
    return { store: openSqliteStore(file, { defer }), place: file };
  } catch (cause) {
    if (!(cause instanceof StoreUnusable) && !(cause instanceof Error && "code" in cause)) throw cause;
    const running = name === undefined ? whoRuns(stateDirectory) : undefined;
    if (running !== undefined)
      throw new UserError(
        {
          en: `this state directory is served already, at ${running.url} (process ${running.pid})`,
          zh: `此状态目录已有服务在运行：${running.url}（进程 ${running.pid}）`,
        },
        {
          where: stateDirectory,
          next: {
            en: "use that server, stop it, or give this one a directory of its own with --state DIR",
            zh: "请使用该服务、停止它，或用 --state 为新服务另给一个目录",
          },
          cause,
        },
      );
    throw new UserError(
      { en: `the store cannot be opened: ${reasonOf(cause).en}`, zh: `账务存储无法打开：${reasonOf(cause).zh}` },
      {
        where: name === undefined ? file : `--store ${name}`,
        allowed: {
          en: "a SQLite file that this program made and no other process uses, or memory",
          zh: "由本程序创建且未被其他进程占用的 SQLite 文件，或 memory",
        },
        next: {
          en: "give another file with --store FILE, or --store memory to keep nothing",
          zh: "请用 --store 另给一个文件；--store memory 则不保存",
        },
        cause,
      },
    );
  }
}

/** The server that its state directory tells of, as far as it lives. */
function whoRuns(directory: string): RunningRole | undefined {
  try {
    const running = readRunning(directory);
    process.kill(running.pid, 0);
    return running;
  } catch {
    return undefined;
  }
}
