import pc from "picocolors";
import { pino } from "pino";
import type { DestinationStream } from "pino";
import type { Redaction } from "../core/redaction/redaction.ts";
import { journalView } from "../simulator/control/journal-view.ts";
import type { Journal, JournalEntry } from "../simulator/journal/journal.ts";
import { reasonOf, UserError } from "../hosting/user-error.ts";

/** How often the journal is read: printing then costs no call its time. */
const READ_EVERY_MS = 150;

/** Prints a line for each exchange of a journal, until the returned function is called. */
export function logExchanges(journal: Journal, redact: Redaction, print: (line: string) => void): () => void {
  return followJournal(journal, (entries, missed) => {
    if (missed > 0) print(pc.dim(`... ${missed} exchanges more than the journal keeps`));
    for (const entry of entries) print(exchangeLine(entry, redact));
  });
}

/** A file that exchanges are appended to; the folder is made. @throws UserError when it cannot be written. */
export function openExchangeLog(file: string): DestinationStream & { flushSync(): void; end(): void } {
  try {
    return pino.destination({ dest: file, sync: true, mkdir: true });
  } catch (cause) {
    throw new UserError(`the log cannot be written: ${reasonOf(cause)}`, {
      where: `--log ${file}`,
      allowed: "a file that this user may append to",
      next: "give another file",
      cause,
    });
  }
}

/**
 * Appends each exchange of a journal to a log, one JSON document a line, sensitive fields masked, until the returned
 * function is called.
 */
export function writeExchanges(
  journal: Journal,
  redact: Redaction,
  destination: ReturnType<typeof openExchangeLog>,
): () => void {
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  const stop = followJournal(journal, (entries, missed) => {
    if (missed > 0) log.warn({ missed }, "exchanges more than the journal keeps");
    for (const entry of entries) log.info({ exchange: journalView(entry, redact) }, entry.code ?? "ok");
  });
  return () => {
    stop();
    destination.flushSync();
  };
}

function followJournal(journal: Journal, take: (entries: readonly JournalEntry[], missed: number) => void): () => void {
  let shown = journal.total;
  const read = (): void => {
    const fresh = journal.total - shown;
    if (fresh <= 0) return;
    const entries = journal.entries(fresh);
    take(entries, fresh - entries.length);
    shown = journal.total;
  };
  const timer = setInterval(read, READ_EVERY_MS);
  return () => {
    clearInterval(timer);
    read();
  };
}

/** One exchange on one line: time, direction, interface, party, status, code, duration, faults. */
export function exchangeLine(entry: JournalEntry, redact: Redaction): string {
  const status = entry.response?.status;
  const outcome =
    status === undefined
      ? pc.red(redact.line(entry.failure ?? "no answer"))
      : status < 400
        ? pc.green(String(status))
        : pc.yellow(String(status));
  const faults = entry.faults.length === 0 ? "" : ` ${pc.magenta(`[${entry.faults.join(" ")}]`)}`;
  const target = redact.target(entry.request.url ?? entry.request.target);
  return (
    [
      pc.dim(new Date(entry.at).toISOString().slice(11, 23)),
      entry.direction === "in" ? "<-" : "->",
      (entry.interface ?? "(no interface)").padEnd(22),
      (entry.party ?? "-").padEnd(8),
      `${outcome}${entry.code === undefined ? "" : ` ${pc.yellow(entry.code)}`}`,
      pc.dim(`${entry.durationMs} ms`),
      pc.dim(`${entry.request.method} ${target.length > 80 ? `${target.slice(0, 79)}…` : target}`),
    ].join(" ") + faults
  );
}
