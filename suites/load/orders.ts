import { closeSync, openSync, writeSync } from "node:fs";
import { readLines } from "../../core/load/lines.ts";

/** What the caller meant to do, written before the request leaves. */
export interface Intent {
  readonly kind: "intent";
  readonly number: string;
  /** The resource that it makes, such as a payment. */
  readonly resource: string;
  /** Minor units. */
  readonly amount: number;
  /** The account by the name that laws use; undefined where the request names none. */
  readonly account?: string;
  /** For what gives back: the number of the order that it gives back of. */
  readonly of?: string;
  /** Whether the SUT was told of it by a notification, rather than asked to carry it out. */
  readonly notified?: true;
}

/** No answer came, and the request is sent again under the same number; written before it leaves. */
export interface Again {
  readonly kind: "again";
  readonly number: string;
}

/** What its answer said, or that none came. */
export interface Told {
  readonly kind: "told";
  readonly number: string;
  /** The outcome of the state that the answer shows; `refused` for a refusal of the pack, else `unknown`. */
  readonly outcome: string;
  readonly code?: string;
}

export type OrderLine = Intent | Again | Told;

/** Bytes that are gathered before they are written. */
const CHUNK_BYTES = 65_536;

/** The orders of one generator, appended to a file that has a largest size. */
export class OrdersFile {
  readonly #descriptor: number;
  readonly #limitBytes: number;
  #pending: string[] = [];
  #pendingBytes = 0;
  #bytes = 0;

  constructor(file: string, limitBytes: number) {
    this.#descriptor = openSync(file, "ax", 0o600);
    this.#limitBytes = limitBytes;
  }

  /** Whether the file has room for further orders: what has none must not be sent. */
  get hasRoom(): boolean {
    return this.#bytes + this.#pendingBytes < this.#limitBytes;
  }

  append(line: OrderLine): void {
    const text = `${JSON.stringify(line)}\n`;
    this.#pending.push(text);
    this.#pendingBytes += Buffer.byteLength(text);
    // What was sent is on file even where this process is killed a moment later.
    if (line.kind === "intent" || this.#pendingBytes >= CHUNK_BYTES) this.flush();
  }

  /** Hands what was gathered to the operating system. Throws what the disk says. */
  flush(): void {
    const bytes = Buffer.from(this.#pending.join(""));
    for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#descriptor, bytes, offset);
    this.#bytes += bytes.length;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#descriptor);
  }
}

/** Reads a file of orders line by line. A last line that was cut off is left out. */
export function readOrders(file: string, each: (line: OrderLine) => void): void {
  // Each line was written by `append`.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  readLines(file, (line) => each(JSON.parse(line) as OrderLine));
}
