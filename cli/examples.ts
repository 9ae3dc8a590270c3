import { INVOCATION } from "../core/run/invocation.ts";

/** What stands below the options of a verb: command lines that work as they are. */
export function examples(...lines: readonly string[]): string {
  return ["", "Examples:", ...lines.map((line) => `  ${INVOCATION} ${line}`)].join("\n");
}
