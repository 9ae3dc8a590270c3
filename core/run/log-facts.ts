import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import { FactStream } from "../facts/facts.ts";
import type { FactReader, Facts } from "../facts/facts.ts";
import type { RunEvent } from "./event.ts";

/** The events of a log as they are written, by this process or by another thread. */
export interface FollowedLog {
  /** The file holds all that was ever published, so that no subscriber misses an event, however late or slow. */
  readonly events: Facts<RunEvent>;
  /** To be called when the log has grown: nothing asks the file by itself. */
  grown(): void;
}

export interface FollowSettings {
  /** `Runtime.yield`. */
  readonly turn: () => Promise<void>;
  /** Events of other types are passed over, and not even parsed. */
  readonly wanted?: (type: string) => boolean;
}

/** Follows the log in a file, which need not be there yet. */
export function followLog(file: string, { turn, wanted }: FollowSettings): FollowedLog {
  const stream = new FactStream<RunEvent>({ reader: (from) => lineReader(file, from, wanted) }, turn);
  return { events: stream, grown: () => stream.published() };
}

/** Bytes read at a time. */
const PIECE_BYTES = 64 * 1024;

/** Long enough for the type of an event, with which its line begins. */
const BEGINNING_BYTES = 64;

const LINE_END = 0x0a;

/** Whole lines of a file, from its beginning or from its present end. */
function lineReader(
  file: string,
  from: "oldest" | "newest",
  wanted: ((type: string) => boolean) | undefined,
): FactReader<RunEvent> {
  let descriptor = openIfThere(file);
  let offset = from === "newest" && descriptor !== undefined ? fstatSync(descriptor).size : 0;
  // One buffer for all that is ever read: the log grows by thousands of events, and each is looked for.
  let buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let begin = 0;
  let end = 0;
  /** Whether there was more to read. The unread part goes to the front, and the buffer grows for a longer line only. */
  const readMore = (): boolean => {
    descriptor ??= openIfThere(file);
    if (descriptor === undefined) return false;
    const longer = begin === 0 && end === buffer.length ? Buffer.allocUnsafeSlow(2 * buffer.length) : buffer;
    buffer.copy(longer, 0, begin, end);
    buffer = longer;
    end -= begin;
    begin = 0;
    const length = readSync(descriptor, buffer, end, buffer.length - end, offset);
    offset += length;
    end += length;
    return length > 0;
  };
  return {
    next: () => {
      for (;;) {
        const at = buffer.subarray(0, end).indexOf(LINE_END, begin);
        if (at === -1) {
          if (readMore()) continue;
          return undefined;
        }
        const line = buffer.subarray(begin, at);
        begin = at + 1;
        const type = /^\{"type":"([a-z.-]+)"/.exec(line.toString("latin1", 0, BEGINNING_BYTES))?.[1];
        if (type !== undefined && wanted?.(type) === false) continue;
        return { fact: JSON.parse(line.toString("utf8")) as RunEvent };
      }
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
}
