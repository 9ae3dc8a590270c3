import { closeSync, openSync, readSync } from "node:fs";

import type { RunEvent } from "./event.ts";
import type { Bilingual } from "./verdict.ts";
import { eventValidator } from "./event-validation.ts";

/** What a log turned out to be once it was read to its end, or to the first line that is no event. */
export type LogReading =
  | { readonly ok: true; readonly torn: boolean }
  | { readonly ok: false; readonly line: number; readonly pointer: string; readonly problem: Bilingual };

/** Bytes read from a file at a time. */
const PIECE_BYTES = 256 * 1024;

/**
 * Reads an event log in pieces and hands on its events one by one; of the log no more than a line is held. A last line
 * that was cut off (a crash while writing) is left out and reported as `torn`: the run is then partial. Anything else
 * that is not a valid event is refused with its line number (from 1), for a verdict must not rest on a log that is only
 * partly understood: what was made of the events before it is not to be used.
 */
export function readLog(pieces: Iterable<Uint8Array>, take: (event: RunEvent) => void): LogReading {
  const validate = eventValidator();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let finished = false;
  let line = 0;
  for (const { bytes, terminated } of linesOf(pieces)) {
    line += 1;
    const value = parseLine(decoder, bytes);
    if (value === undefined) {
      if (!terminated) return { ok: true, torn: true };
      const problem = { en: "not a JSON document in UTF-8 on one line", zh: "不是单行的 UTF-8 编码 JSON 文档" };
      return { ok: false, line, pointer: "", problem };
    }
    const checked = validate(value.json);
    if (!checked.ok) return { ok: false, line, pointer: checked.pointer, problem: checked.problem };
    const { event } = checked;
    if ((event.type === "run.started") !== (line === 1)) {
      const problem = {
        en: "run.started stands on the first line, and there only",
        zh: "run.started 须在第一行，且只出现一次",
      };
      return { ok: false, line, pointer: "/type", problem };
    }
    if (event.type === "run.finished") {
      const problem = { en: "run.finished stands in a log once", zh: "run.finished 在日志中只能出现一次" };
      if (finished) return { ok: false, line, pointer: "/type", problem };
      finished = true;
    }
    take(event);
  }
  return { ok: true, torn: false };
}

/** Reads an event log from a file; see `readLog`. Throws when the file cannot be read. */
export function readLogFile(file: string, take: (event: RunEvent) => void): LogReading {
  return readLog(piecesOf(file), take);
}

/**
 * Names of the checks that a log tells the end of, whether or not the rest of it can be read. Throws when the file
 * cannot be read.
 */
export function finishedChecks(file: string): ReadonlySet<string> {
  const decoder = new TextDecoder();
  const found = new Set<string>();
  for (const { bytes } of linesOf(piecesOf(file))) {
    // In a text of another event the quotes would be escaped. Most lines are exchanges, and need not be parsed.
    if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('"type":"check.finished"')) continue;
    const { json } = parseLine(decoder, bytes) ?? {};
    const { type, check } = (json ?? {}) as { readonly type?: unknown; readonly check?: unknown };
    if (type === "check.finished" && typeof check === "string") found.add(check);
  }
  return found;
}

/** The bytes of a file, a piece at a time; a piece is valid until the next one is asked for. */
function* piecesOf(file: string): Generator<Uint8Array> {
  const descriptor = openSync(file, "r");
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (;;) {
      const length = readSync(descriptor, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

interface Line {
  /** Without the line feed; valid until the next line is asked for. */
  readonly bytes: Uint8Array;
  /** False for a last line that no line feed ends. */
  readonly terminated: boolean;
}

/** Lines of bytes that come in pieces. What follows the last line feed is a line only where it is not empty. */
function* linesOf(pieces: Iterable<Uint8Array>): Generator<Line> {
  let begun: Uint8Array[] = [];
  for (const piece of pieces) {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(0x0a, start);
      if (end === -1) break;
      const rest = piece.subarray(start, end);
      yield { bytes: begun.length === 0 ? rest : Buffer.concat([...begun, rest]), terminated: true };
      begun = [];
      start = end + 1;
    }
    // The piece is written over by the next one, so what is left of it is copied.
    if (start < piece.length) begun.push(Buffer.from(piece.subarray(start)));
  }
  if (begun.length > 0) yield { bytes: Buffer.concat(begun), terminated: false };
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
