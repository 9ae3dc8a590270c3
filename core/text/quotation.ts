/** What a report quotes of a text that a stranger has made, in characters. */
const MOST = 2_000;

/** A text, or its beginning and its true length where it is long. */
export function quotation(text: string, most = MOST): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}… (${text.length} characters in all)`;
}
