import { nearName } from "../../names/near-name.ts";
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

/** What to do about a name that there is not, in both languages: the one that was probably meant, and all there are. */
export function instead(name: string, known: Iterable<string>): readonly [string, string] {
  const all = [...known];
  const near = nearName(name, all);
  return [
    `${near === undefined ? "" : `Did you mean ${JSON.stringify(near)}? `}Use one of: ${names(all)}.`,
    `${near === undefined ? "" : `是否指 ${JSON.stringify(near)}？`}请使用：${names(all)}。`,
  ];
}

/** `a, b, c` for a remedy that lists what is allowed. */
export function names(all: Iterable<string>): string {
  const list = [...all];
  return list.length === 0 ? "(none)" : list.join(", ");
}

/** A name that there is not, of the rule `reference.unknown`. */
export function unknown(
  file: string,
  pointer: string,
  en: string,
  zh: string,
  name: string,
  known: readonly string[],
): Problem {
  return problem(
    "reference.unknown",
    file,
    pointer,
    [`There is no ${en} ${JSON.stringify(name)}.`, `没有${zh} ${JSON.stringify(name)}。`],
    instead(name, known),
  );
}
