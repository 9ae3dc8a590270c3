import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Accelerated } from "./accelerated.ts";
import type { Interval } from "./interval.ts";
import type { Level } from "./level.ts";
import { readLines } from "./lines.ts";
import type { LoadProfile } from "./profile.ts";

/** Files of a load in its run folder, beside the event log and the orders. */
const HEAD_FILE = "load.json";
export const INTERVALS_FILE = "intervals.ndjson";

/** What a load was, so that another process can go on with it, merge it with others, compare or draw it. */
export interface LoadHead {
  readonly version: 1;
  readonly role: "bank" | "platform";
  /** Which engine made its samples. */
  readonly engine: string;
  readonly pack: { readonly name: string; readonly version: string; readonly digest: string };
  readonly seed: number;
  /** Milliseconds since 1970 of its begin. */
  readonly startedAt: number;
  /** At the rate and length that it was run at. */
  readonly profile: LoadProfile;
  readonly journeys: Readonly<Record<string, readonly string[]>>;
  readonly levels: readonly Level[];
  readonly intervalSeconds: number;
  /** Present where the SUT's clock was led through business days. */
  readonly accelerated?: Accelerated;
  /** The class that the pack gives each of its codes. */
  readonly codeClasses?: Readonly<Record<string, string>>;
  /** Which part of the schedule it made: each `of`-th arrival, from the `index`-th on. */
  readonly segment: { readonly index: number; readonly of: number };
  /** Where it went on after it was stopped or killed; times in milliseconds since 1970. */
  readonly parts?: readonly {
    readonly startedAt: number;
    /** The first interval of this part. */
    readonly first: number;
    /** When the part before had written its last. */
    readonly stoppedAt: number;
  }[];
  /** What it was put together from. */
  readonly merged?: readonly { readonly engine: string; readonly startedAt: number; readonly segment: number }[];
}

export function writeHead(folder: string, head: LoadHead): void {
  writeFileSync(join(folder, HEAD_FILE), `${JSON.stringify(head, null, 2)}\n`, { mode: 0o600 });
}

/** Throws what the file system says, and a SyntaxError for what is no JSON. */
export function readHead(folder: string): LoadHead {
  // It was written by `writeHead`; what a person has made of it since is checked where it is used.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(readFileSync(join(folder, HEAD_FILE), "utf8")) as LoadHead;
}

/** The intervals of a load, a line each, appended as they end. */
export class IntervalsFile {
  readonly #descriptor: number;

  constructor(folder: string) {
    this.#descriptor = openSync(join(folder, INTERVALS_FILE), "a", 0o600);
  }

  append(interval: Interval): void {
    const bytes = Buffer.from(`${JSON.stringify(interval)}\n`);
    for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#descriptor, bytes, offset);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Reads the intervals of a load one by one. A last line that was cut off is left out. */
export function readIntervals(folder: string, each: (interval: Interval) => void): void {
  // Each line was written by `append`.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  readLines(join(folder, INTERVALS_FILE), (line) => each(JSON.parse(line) as Interval));
}
