/**
 * Characters that have no face or that turn the text around them: control characters, zero-width and bidirectional
 * marks, lone surrogates, non-characters. A SUT chooses what stands in a report, so none of them may act there.
 */
const FACELESS =
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu;

/** Shows faceless characters by their code point, as `‹U+202E›`; line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replace(FACELESS, codePoint);
}

/** `‹U+202E›` for the first character of a text. */
export function codePoint(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `‹U+${point.toString(16).toUpperCase().padStart(4, "0")}›`;
}

/** A JSON document, indented, with the same characters as escapes: programs get every text as it was, people see it. */
export function visibleJson(document: object): string {
  return `${JSON.stringify(document, null, 2).replace(FACELESS, unicodeEscape)}\n`;
}

/** The same on one line, for a program that reads what another printed. */
export function visibleJsonLine(document: object): string {
  return JSON.stringify(document).replace(FACELESS, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
