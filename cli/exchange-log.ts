import pc from "picocolors";
import type { Subscription } from "../core/facts/facts.ts";
import type { Redaction } from "../core/redaction/redaction.ts";
import type { JournalView } from "../simulator/control/journal-view.ts";
import { consoleLine } from "./console-text.ts";
import { explanationLines } from "./explain/explanation-lines.ts";
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
  const line = lineOf({
    ...entry,
    status: entry.response?.status,
    failure: redact.line(entry.failure ?? "no answer"),
    method: entry.request.method,
    target: redact.target(entry.request.url ?? entry.request.target),
  });
  return [line, ...explanationLines(entry.explanation)].join("\n");
}

/** The same of an exchange that the control plane showed. */
export function shownExchangeLine(view: JournalView): string {
  const line = lineOf({
    ...view,
    status: view.response?.status,
    failure: view.failure ?? "no answer",
    durationMs: view.duration_ms,
    method: view.request.method,
    target: view.request.url ?? view.request.target,
  });
  return [line, ...explanationLines(view.explanation)].join("\n");
}

interface Line extends Pick<JournalEntry, "at" | "direction" | "interface" | "party" | "code" | "faults"> {
  readonly status: number | undefined;
  readonly failure: string;
  readonly durationMs: number;
  readonly method: string;
  readonly target: string;
}

function lineOf(line: Line): string {
  const { status } = line;
  const target = consoleLine(line.target);
  const outcome =
    status === undefined
      ? pc.red(consoleLine(line.failure))
      : status < 400
        ? pc.green(String(status))
        : pc.yellow(String(status));
  const faults = line.faults.length === 0 ? "" : ` ${pc.magenta(`[${line.faults.join(" ")}]`)}`;
  const text = [
    pc.dim(new Date(line.at).toISOString().slice(11, 23)),
    line.direction === "in" ? "<-" : "->",
    (line.interface ?? "(no interface)").padEnd(22),
    consoleLine(line.party ?? "-").padEnd(8),
    `${outcome}${line.code === undefined ? "" : ` ${pc.yellow(line.code)}`}`,
    pc.dim(`${line.durationMs} ms`),
    pc.dim(`${line.method} ${target.length > 80 ? `${target.slice(0, 79)}…` : target}`),
  ].join(" ");
  return text + faults;
}
