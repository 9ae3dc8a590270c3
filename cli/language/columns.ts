const WIDE = /[\p{Script=Han}\u3000-\u303f\uff01-\uff60]/gu;

/** The columns that a text takes on a terminal, where a Chinese character takes two. */
const columnsOf = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

/** A text with spaces behind it, up to so many columns. */
export const padColumns = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - columnsOf(text)));

/** As much of a text as fits into so many columns. */
export function cutColumns(text: string, columns: number): string {
  let cut = text.slice(0, columns);
  while (columnsOf(cut) > columns) cut = cut.slice(0, -1);
  return cut;
}
