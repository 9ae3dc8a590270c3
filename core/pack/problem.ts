import type { Bilingual } from "../run/verdict.ts";
import { SaidError } from "../text/said-error.ts";

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
export class PackProblems extends SaidError {
  readonly problems: readonly Problem[];
  constructor(what: Bilingual, problems: readonly Problem[]) {
    super({ en: english(what.en, problems), zh: chinese(what.zh, problems) });
    this.problems = problems;
  }
}

const SHOWN = 20;

const places = (problems: readonly Problem[], language: keyof Bilingual): string =>
  problems
    .slice(0, SHOWN)
    .map(
      ({ file, pointer, rule, message, remedy }) =>
        `\n  ${file}${pointer === "" ? "" : `#${pointer}`} [${rule}] ${message[language]}${language === "en" ? " " : ""}${remedy[language]}`,
    )
    .join("");

function english(what: string, problems: readonly Problem[]): string {
  const rest = problems.length > SHOWN ? `\n  ... and ${problems.length - SHOWN} more` : "";
  return `${what} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:${places(problems, "en")}${rest}`;
}

function chinese(what: string, problems: readonly Problem[]): string {
  const rest = problems.length > SHOWN ? `\n  …… 另有 ${problems.length - SHOWN} 处` : "";
  return `${what}有 ${problems.length} 处问题：${places(problems, "zh")}${rest}`;
}
