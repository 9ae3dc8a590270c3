import { closeSync, fstatSync, openSync, writeSync } from "node:fs";

import type { RunEvent } from "./event.ts";
import { eventValidator } from "./event-validation.ts";

/** Name of the event log in the folder of a run. */
export const LOG_FILE = "events.ndjson";

/** Bytes a log may reach before exchanges are left out, three times what a standard run writes; what decides the verdict is always written. */
const DEFAULT_LOG_LIMIT_BYTES = 192 * 1024 * 1024;

export interface LogSettings {
  /** Size from which exchanges are dropped and counted. */
  readonly limitBytes?: number;
  /** `refuse` (the default) keeps two runs out of one log; `append` is for a second process of the same run. */
  readonly existing?: "refuse" | "append";
  /** Called whenever an event was written; who follows the log reads it then. */
  readonly onWritten?: () => void;
}

/** The event log, open for appending. Events are redacted before they come here. */
export interface RunLog {
  /** Writes one event and hands it to the operating system before it returns. Throws TypeError for an invalid event. */
  append(event: RunEvent): void;
  /** Exchanges left out so far by this writer because of the size bound. */
  exchangesDropped(): number;
  /** Writes what is still to be noted and closes the file. Closing twice does nothing. */
  close(): void;
}

/**
 * Opens an event log for one run. Throws when the file exists already (unless told to append) or cannot be written.
 *
 * Exchanges beyond the bound are dropped. The first drop is noted at once, so that a crash cannot hide it; the rest is
 * noted when the run finishes or the log closes.
 */
export function openLog(file: string, settings: LogSettings = {}): RunLog {
  const limitBytes = settings.limitBytes ?? DEFAULT_LOG_LIMIT_BYTES;
  const descriptor = openForAppending(file, settings.existing ?? "refuse");
  const validate = eventValidator();
  let sizeBytes = fstatSync(descriptor).size;
  let droppedTotal = 0;
  let droppedUnnoted = 0;
  let lastAt = 0;
  let open = true;

  const write = (line: Buffer): void => {
    // A write may take fewer bytes than it was given; half a line would make the log unreadable.
    for (let offset = 0; offset < line.length;) offset += writeSync(descriptor, line, offset);
    sizeBytes += line.length;
    settings.onWritten?.();
  };
  const noteDropped = (): void => {
    if (droppedUnnoted === 0) return;
    write(lineOf({ type: "log.truncated", at: lastAt, exchangesDropped: droppedUnnoted, limitBytes }));
    droppedUnnoted = 0;
  };

  return {
    append(event) {
      if (!open) throw new Error(`the event log ${file} is closed; an event of type ${event.type} came too late`);
      const checked = validate(event);
      if (!checked.ok) throw new TypeError(`invalid event at ${checked.pointer || "/"}: ${checked.problem.en}`);
      lastAt = event.at;
      const line = lineOf(event);
      if (event.type === "exchange" && sizeBytes + line.length > limitBytes) {
        droppedTotal += 1;
        droppedUnnoted += 1;
        if (droppedTotal === 1) noteDropped();
        return;
      }
      if (event.type === "run.finished") noteDropped();
      write(line);
    },
    exchangesDropped: () => droppedTotal,
    close() {
      if (!open) return;
      open = false;
      noteDropped();
      closeSync(descriptor);
    },
  };
}

function openForAppending(file: string, existing: "refuse" | "append"): number {
  try {
    return openSync(file, existing === "refuse" ? "ax" : "a");
  } catch (cause) {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    if (!exists) throw cause;
    throw new Error(`${file} holds a run already; a log holds one run, so give this one another folder (--out DIR)`, {
      cause,
    });
  }
}

function lineOf(event: RunEvent): Buffer {
  return Buffer.from(`${JSON.stringify(event)}\n`, "utf8");
}
