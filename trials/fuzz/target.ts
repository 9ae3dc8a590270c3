import type { RandomStream } from "../../core/runtime/runtime.ts";

/** Something that is put to broken input. */
export interface Target {
  readonly name: string;
  open(): Promise<OpenTarget>;
}

export interface OpenTarget {
  /** One input, drawn from the stream. @throws Broken when the program did what it never may */
  round(random: RandomStream): Promise<void>;
  close(): Promise<void>;
}

/** What a round found: the input, shortened, and what came of it. */
export class Broken extends Error {
  constructor(what: string, input: string) {
    super(`${what}\n  input: ${JSON.stringify(input.slice(0, 600))}`);
    this.name = "Broken";
  }
}
