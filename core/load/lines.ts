import { closeSync, openSync, readSync } from "node:fs";

const READ_BYTES = 1 << 20;

/** Reads a file line by line, however large it is. A last line without its end is left out. */
export function readLines(file: string, each: (line: string) => void): void {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(READ_BYTES);
    let left = Buffer.alloc(0);
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      const bytes = Buffer.concat([left, buffer.subarray(0, read)]);
      const end = bytes.lastIndexOf(10);
      for (const line of bytes.subarray(0, Math.max(0, end)).toString("utf8").split("\n")) if (line !== "") each(line);
      left = Buffer.from(bytes.subarray(end + 1));
    }
  } finally {
    closeSync(descriptor);
  }
}
