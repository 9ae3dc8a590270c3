import pc from "picocolors";
import type { Subscription } from "../core/facts/facts.ts";
import type { Redaction } from "../core/redaction/redaction.ts";
import type { Journal, JournalEntry } from "../simulator/journal/journal.ts";

/** A subscriber of a journal, to be ended ahead of what it writes to. */
export interface FollowedJournal {
  /** Writes what was recorded until now, and ends. */
  end(): Promise<void>;
}

/** Prints a line for each exchange of a journal, beginning with those that it holds already. */
export function logExchanges(journal: Journal, redact: Redaction, print: (line: string) => void): FollowedJournal {
  return following(
    journal.facts.subscribe((entry) => print(exchangeLine(entry, redact)), {
      from: "held",
      onMissed: (count) => print(pc.dim(`... ${count} exchanges more than the journal keeps`)),
      onError: (error) => console.error(pc.red("an exchange cannot be printed:"), error),
    }),
  );
}

/** Ends a subscription when its listener has had everything. */
export function following(subscription: Subscription): FollowedJournal {
  return {
    end: async () => {
      await subscription.settled();
      subscription.unsubscribe();
    },
  };
}

/** One exchange on one line: time, direction, interface, party, status, code, duration, faults. */
function exchangeLine(entry: JournalEntry, redact: Redaction): string {
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
