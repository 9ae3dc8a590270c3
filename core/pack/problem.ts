import type { Bilingual } from "../run/verdict.ts";

/** One thing wrong with a pack: where, which rule, and what to do. */
export interface Problem {
  /** Path inside the pack's folder, `/` between parts. */
  readonly file: string;
  /** JSON Pointer (RFC 6901) inside the file; empty for the whole of it. */
  readonly pointer: string;
  /** Id of the broken rule, e.g. `error.unknown`. */
  readonly rule: string;
  readonly message: Bilingual;
  readonly remedy: Bilingual;
}

/** A pack that cannot be read or compiled; `problems` holds everything that is wrong, not the first thing only. */
export class PackProblems extends Error {
  readonly problems: readonly Problem[];
  constructor(what: string, problems: readonly Problem[]) {
    const shown = problems
      .slice(0, 20)
      .map(
        ({ file, pointer, rule, message, remedy }) =>
          `  ${file}${pointer === "" ? "" : `#${pointer}`} [${rule}] ${message.en} ${remedy.en}`,
      );
    const rest = problems.length > shown.length ? `\n  ... and ${problems.length - shown.length} more` : "";
    super(
      `${what} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${shown.join("\n")}${rest}`,
    );
    this.name = "PackProblems";
    this.problems = problems;
  }
}
