import type { Table } from "../pack/types.ts";

/** A text ahead of cells, for programs that would read a number or a formula where a text is meant. */
export type CellPrefix = NonNullable<Table["prefix"]>;

/** What a spreadsheet takes for a formula: `=1+1`, `-1-2`, `@SUM(A1)`. A plain number, also a negative one, is none. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** The cell as it is written. `formulas` covers texts that begin like the prefix itself too, so that it can be undone. */
export function withPrefix(text: string, prefix: CellPrefix | undefined): string {
  if (prefix === undefined) return text;
  const wanted = prefix.before === "all" || (FORMULA.test(text) && !NUMBER.test(text)) || text.startsWith(prefix.text);
  return wanted ? prefix.text + text : text;
}

/** The text of a written cell; undefined for a cell that lacks a prefix which all have. */
export function withoutPrefix(cell: string, prefix: CellPrefix | undefined): string | undefined {
  if (prefix === undefined) return cell;
  if (cell.startsWith(prefix.text)) return cell.slice(prefix.text.length);
  return prefix.before === "all" ? undefined : cell;
}
