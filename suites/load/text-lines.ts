import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { constants, createGunzip } from "node:zlib";

/** One line of a text file. */
export interface TextLine {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** Whether it is the last one and lacks its end: what wrote the file was cut off in it. */
  readonly torn: boolean;
}

/**
 * The lines of a text file without empty ones, however large it is. A file that begins as gzip is unpacked, also where
 * its end is missing. Throws what the file system says, and what zlib says of broken bytes.
 */
export async function* textLines(file: string): AsyncGenerator<TextLine> {
  const packed = await isGzip(file);
  const source = createReadStream(file);
  const stream = packed ? source.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })) : source;
  source.once("error", (error) => stream.destroy(error));
  stream.setEncoding("utf8");
  const lines = new LineSplitter();
  try {
    for await (const chunk of stream) yield* lines.take(String(chunk));
    yield* lines.end();
  } finally {
    source.destroy();
  }
}

/** Splits a text that comes in pieces into numbered lines. */
export class LineSplitter {
  #left = "";
  #number = 0;

  *take(piece: string): Generator<TextLine> {
    const lines = (this.#left + piece).split("\n");
    this.#left = lines.pop() ?? "";
    for (const line of lines) yield* this.#line(line, false);
  }

  /** What is left without an end of its line. */
  *end(): Generator<TextLine> {
    const left = this.#left;
    this.#left = "";
    yield* this.#line(left, true);
  }

  *#line(line: string, torn: boolean): Generator<TextLine> {
    this.#number += 1;
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (text !== "") yield { text, number: this.#number, torn };
  }
}

/** RFC 1952, 2.3.1: the first two bytes of a gzip file. */
async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
