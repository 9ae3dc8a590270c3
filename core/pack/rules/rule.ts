import type { Problem } from "../problem.ts";
import type { PackSource } from "../types.ts";

/** One rule that the files of a pack keep together, beyond each satisfying its meta-schema. */
export interface Rule {
  readonly id: string;
  readonly check: (source: PackSource) => readonly Problem[];
}

/** A problem of the rule `rule`; texts as `[en, zh]`. */
export function problem(
  rule: string,
  file: string,
  pointer: string,
  message: readonly [string, string],
  remedy: readonly [string, string],
): Problem {
  return { rule, file, pointer, message: { en: message[0], zh: message[1] }, remedy: { en: remedy[0], zh: remedy[1] } };
}

/** `a, b, c` for a remedy that lists what is allowed. */
export function names(all: Iterable<string>): string {
  const list = [...all];
  return list.length === 0 ? "(none)" : list.join(", ");
}
