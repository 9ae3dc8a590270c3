import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

const FILE = "vitals.ndjson";

/** Bytes that the readings of a load may fill; what comes beyond is judged, and not kept. */
const LIMIT_BYTES = 64 * 1024 ** 2;

/** The readings of a load in its run folder, a line each. */
export class VitalsFile {
  readonly #descriptor: number;
  #bytes = 0;

  constructor(folder: string) {
    this.#descriptor = openSync(join(folder, FILE), "a", 0o600);
  }

  append(reading: { readonly second: number; readonly values: Readonly<Record<string, number>> }): void {
    const bytes = Buffer.from(`${JSON.stringify(reading)}\n`);
    if (this.#bytes + bytes.length > LIMIT_BYTES) return;
    for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#descriptor, bytes, offset);
    this.#bytes += bytes.length;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
