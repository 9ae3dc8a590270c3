import { existsSync } from "node:fs";
import { join } from "node:path";
import { LOG_FILE } from "../core/run/log.ts";
import { UserError } from "../hosting/user-error.ts";

/** Codes of the operating system for a folder that cannot be made, or a full disk. */
const OF_THE_DISK = new Set([
  "EACCES",
  "EDQUOT",
  "EEXIST",
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
    const { code, message } =
      cause instanceof Error ? (cause as NodeJS.ErrnoException) : { code: undefined, message: "" };
    if (code === undefined || !OF_THE_DISK.has(code)) throw cause;
    const begun = existsSync(join(folder, LOG_FILE));
    throw new UserError(
      `${begun ? "the run could not be written to its end, so it has no verdict" : "the folder of the run cannot be written"}: ${message}`,
      {
        where: folder,
        allowed: "a folder that can be made and written, on a disk with room for some hundred megabytes",
        next: begun
          ? "make room; then `liantiao report` writes the reports again, or run verify again with another --out"
          : "give another folder with --out, or correct its permissions",
        exitCode: begun ? 3 : 2,
        cause,
      },
    );
  }
}
