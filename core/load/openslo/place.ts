import type { Bilingual } from "../../run/verdict.ts";

/** One thing wrong with a file of service levels. */
export interface SloProblem {
  /** The file with the line, as editors open it. */
  readonly file: string;
  /** JSON Pointer inside the document; empty for the whole of it. */
  readonly pointer: string;
  readonly message: Bilingual;
}

/** A document and where it stands. */
export interface Placed<D> {
  readonly document: D;
  /** A problem at a place in the document. */
  problem(pointer: string, en: string, zh: string): SloProblem;
}
