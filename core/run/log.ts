import { closeSync, fstatSync, openSync, readFileSync, writeSync } from "node:fs";

import type { RunEvent } from "./event.ts";
import { eventValidator } from "./event-validation.ts";

/** Name of the event log in the folder of a run. */
export const LOG_FILE = "events.ndjson";

/** Bytes a log may reach before exchanges are left out, three times what a standard run writes; what decides the verdict is always written. */
export const DEFAULT_LOG_LIMIT_BYTES = 192 * 1024 * 1024;

export interface LogSettings {
  /** Size from which exchanges are dropped and counted. */
  readonly limitBytes?: number;
  /** `refuse` (the default) keeps two runs out of one log; `append` is for a second process of the same run. */
  readonly existing?: "refuse" | "append";
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
      if (!checked.ok) throw new TypeError(`invalid event at ${checked.pointer || "/"}: ${checked.problem}`);
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

export type LogReading =
  | { readonly ok: true; readonly events: readonly RunEvent[]; readonly torn: boolean }
  | { readonly ok: false; readonly line: number; readonly pointer: string; readonly problem: string };

/**
 * Reads an event log from its bytes. A last line that was cut off (a crash while writing) is left out and reported as
 * `torn`: the run is then partial. Anything else that is not a valid event is refused with its line number (from 1),
 * for a verdict must not rest on a log that is only partly understood.
 */
export function readLog(bytes: Uint8Array): LogReading {
  const validate = eventValidator();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const events: RunEvent[] = [];
  let finished = false;
  let line = 0;
  for (let start = 0; start < bytes.length;) {
    line += 1;
    const newline = bytes.indexOf(0x0a, start);
    const terminated = newline !== -1;
    const end = terminated ? newline : bytes.length;
    const value = parseLine(decoder, bytes.subarray(start, end));
    start = end + 1;
    if (value === undefined) {
      if (!terminated) return { ok: true, events, torn: true };
      return { ok: false, line, pointer: "", problem: "not a JSON document in UTF-8 on one line" };
    }
    const checked = validate(value.json);
    if (!checked.ok) return { ok: false, line, pointer: checked.pointer, problem: checked.problem };
    const { event } = checked;
    if ((event.type === "run.started") !== (line === 1)) {
      return { ok: false, line, pointer: "/type", problem: "run.started stands on the first line, and there only" };
    }
    if (event.type === "run.finished") {
      if (finished) return { ok: false, line, pointer: "/type", problem: "run.finished stands in a log once" };
      finished = true;
    }
    events.push(event);
  }
  return { ok: true, events, torn: false };
}

/** Reads an event log from a file. Throws when the file cannot be read. */
export function readLogFile(file: string): LogReading {
  return readLog(readFileSync(file));
}

function parseLine(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Uint8Array,
): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(decoder.decode(bytes)) as unknown };
  } catch {
    return undefined;
  }
}
