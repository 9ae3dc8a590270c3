import pc from "picocolors";
import { pino } from "pino";
import type { Redaction } from "../core/redaction/redaction.ts";
import { reasonOf } from "../core/text/said-error.ts";
import { UserError } from "../hosting/user-error.ts";
import { journalView } from "../simulator/control/journal-view.ts";
import type { Journal } from "../simulator/journal/journal.ts";
import { following } from "./exchange-log.ts";
import type { FollowedJournal } from "./exchange-log.ts";

/** A file of exchanges, one JSON document a line, sensitive fields masked. */
export interface ExchangeFile {
  /** Appends each exchange of a journal, beginning with those that it holds already. */
  follow(journal: Journal, redact: Redaction): FollowedJournal;
  /** Closes the file. */
  end(): void;
}

/** A file that exchanges are appended to; the folder is made. @throws UserError when it cannot be written. */
export function openExchangeFile(file: string): ExchangeFile {
  const destination = opened(file);
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return {
    follow: (journal, redact) => {
      const followed = following(
        journal.facts.subscribe((entry) => log.info({ exchange: journalView(entry, redact) }, entry.code ?? "ok"), {
          from: "held",
          onMissed: (missed) => log.warn({ missed }, "exchanges more than the journal keeps"),
          onError: (error) => console.error(pc.red("an exchange cannot be written to the log:"), error),
        }),
      );
      return {
        end: async () => {
          await followed.end();
          destination.flushSync();
        },
      };
    },
    end: () => destination.end(),
  };
}

function opened(file: string): ReturnType<typeof pino.destination> {
  try {
    return pino.destination({ dest: file, sync: true, mkdir: true });
  } catch (cause) {
    throw new UserError(
      { en: `the log cannot be written: ${reasonOf(cause).en}`, zh: `日志无法写入：${reasonOf(cause).zh}` },
      {
        where: `--log ${file}`,
        allowed: { en: "a file that this user may append to", zh: "当前用户可追加写入的文件" },
        next: { en: "give another file", zh: "请换一个文件" },
        cause,
      },
    );
  }
}
