import { quotation } from "../core/text/quotation.ts";
import { codePoint, visible } from "../core/text/visible-text.ts";

/** What is printed of a body at most, in characters. */
const MOST_OF_A_BODY = 16_384;

/** Words with which a line tells a CI system to do something: GitHub's `::error::` and `##[`, Azure's `##vso[`, TeamCity's. */
const COMMAND = /^(\s*)::|##(?=(?:\[|vso\[|teamcity\[))/gmu;

/** A text that a stranger has made, as it may stand on a terminal or in the log of a CI system: nothing in it acts there. */
export function consoleText(text: string): string {
  return visible(text).replace(COMMAND, (_found, blanks: string | undefined) =>
    blanks === undefined ? `${codePoint("#")}#` : `${blanks}${codePoint(":")}:`,
  );
}

/** The same for what is to stay on one line. */
export function consoleLine(text: string): string {
  return consoleText(text.replaceAll("\n", codePoint("\n")));
}

/** A body, or its beginning and its true length. */
export function consoleBody(text: string): string {
  return consoleText(quotation(text, MOST_OF_A_BODY));
}
