import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { LOG_FILE } from "../core/run/log.ts";
import { reasonOf } from "../core/text/said-error.ts";
import { UserError } from "../hosting/user-error.ts";

/** Codes of the operating system for a folder that cannot be made, or a full disk. */
const OF_THE_DISK = new Set([
  "EACCES",
  "EDQUOT",
  "EEXIST",
  "EFBIG",
  "EIO",
  "EISDIR",
  "ENAMETOOLONG",
  "ENOENT",
  "ENOSPC",
  "ENOTDIR",
  "EPERM",
  "EROFS",
]);

/** Runs work that writes to the folder of a run, and turns a folder or disk that refuses into a `UserError`. */
export async function explainingWriteErrors<T>(folder: string, write: () => Promise<T> | T): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const { code } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
    if (code === undefined || !OF_THE_DISK.has(code)) throw cause;
    const { en, zh } = reasonOf(cause);
    const begun = existsSync(join(folder, LOG_FILE));
    throw new UserError(
      begun
        ? {
            en: `the run could not be written to its end, so it has no verdict: ${en}`,
            zh: `运行未能完整写入，因此没有判定：${zh}`,
          }
        : { en: `the folder of the run cannot be written: ${en}`, zh: `运行目录无法写入：${zh}` },
      {
        where: folder,
        allowed: {
          en: "a folder that can be made and written, on a disk with room for some hundred megabytes",
          zh: "可创建且可写的目录，所在磁盘有数百兆字节空间",
        },
        next: begun
          ? {
              en: "make room; then `liantiao report` writes the reports again, or run verify again with another --out",
              zh: "请腾出空间，再以 `liantiao report` 重新生成报告，或换一个 --out 重新运行 verify",
            }
          : {
              en: "give another folder with --out, or correct its permissions",
              zh: "请用 --out 另给一个目录，或更正其权限",
            },
        exitCode: begun ? 3 : 2,
        cause,
      },
    );
  }
}

/** The folder of a new run, which is made. @throws UserError where it holds a run, or cannot be written. */
export async function runFolder(kind: string, given: string | undefined): Promise<string> {
  const out = given ?? join("runs", `${kind}-${new Date().toISOString().replaceAll(/[-:]|\.\d+Z$/g, "")}`);
  if (existsSync(join(out, LOG_FILE)))
    throw new UserError(
      { en: `${out} holds a run already`, zh: `${out} 中已有一次运行` },
      {
        where: "--out",
        allowed: { en: "a folder without an event log", zh: "没有事件日志的目录" },
        next: {
          en: "give another folder, or leave --out away to have one made",
          zh: "请换一个目录；不给 --out 则自动创建",
        },
      },
    );
  await explainingWriteErrors(out, () => {
    mkdirSync(out, { recursive: true });
    accessSync(out, constants.W_OK);
  });
  return out;
}
