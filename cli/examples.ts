import type { Command } from "commander";
import { INVOCATION } from "../core/run/invocation.ts";
import { languageOf } from "./language/language.ts";

/** What stands below the options of a verb: command lines that work as they are. */
export function examples(...lines: readonly string[]): (context: { readonly command: Command }) => string {
  return ({ command }) =>
    [
      "",
      { en: "Examples:", zh: "示例：" }[languageOf(command)],
      ...lines.map((line) => `  ${INVOCATION} ${line}`),
    ].join("\n");
}
