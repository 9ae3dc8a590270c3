import { tableCodec } from "../codec/table.ts";
import type { Scope } from "../expression/expression.ts";
import type { Pack } from "../pack/compile.ts";
import type { Table } from "../pack/types.ts";
import { isEncoding } from "./encoding.ts";
import type { Encoding } from "./encoding.ts";
import { withPrefix } from "./prefix.ts";

/** A rendered CSV file and its number of rows, header and footer not counted. */
export interface RenderedTable {
  /** The file itself, not packed: what a hash of it is taken of. */
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/**
 * A table of the pack as CSV: the header line, one line for each row (`$item`), and the line of totals
 * (over `$rows`) with their titles ahead of it, each line where the table has it. A cell is exactly the value unless the
 * table says what stands ahead of cells.
 */
export function renderTable(pack: Pack, table: Table, scope: Scope): RenderedTable {
  const rows: unknown = pack.expression(table.rows)(scope);
  if (!Array.isArray(rows)) throw new Error(`the rows of the table must be a list, not ${JSON.stringify(rows)}`);
  const within = (roots: Readonly<Record<string, unknown>>): Scope => ({
    ...scope,
    roots: { ...scope.roots, ...roots },
  });
  const columns = table.columns.map(({ value }) => pack.expression(value));
  const cell = (value: unknown): string => withPrefix(textOf(value), table.prefix);
  const records = [
    ...headerLines(table),
    ...rows.map((item: unknown) => {
      const inner = within({ item });
      return columns.map((column) => cell(column(inner)));
    }),
    ...footerLines(table, (value) => cell(pack.expression(value)(within({ rows })))),
  ];
  return { bytes: tableCodec(table).encode(records), rows: rows.length };
}

/** How the answer with the table is packed. Throws for an encoding that is none. */
export function encodingOf(pack: Pack, table: Table, scope: Scope): Encoding {
  if (table.encoding === undefined) return "none";
  const encoding = pack.expression(table.encoding)(scope);
  if (!isEncoding(encoding)) throw new Error(`the encoding of the table is ${JSON.stringify(encoding)}, which is none`);
  return encoding;
}

/** The cells of the first line as the table has it; empty where there is no such line. */
export function headerLines({ header = "name", columns }: Table): readonly (readonly string[])[] {
  if (header === "none") return [];
  return [columns.map(({ name, title }) => (header === "name" ? name : title[languageOf(header)]))];
}

/** The lines of totals: their titles where the table has them, and the totals. */
export function footerLines(
  { footer, footerHeader }: Table,
  cell: (value: NonNullable<Table["footer"]>[number]["value"]) => string,
): readonly (readonly string[])[] {
  if (footer === undefined) return [];
  const titles = footerHeader === undefined ? [] : [footer.map(({ title }) => title[languageOf(footerHeader)])];
  return [...titles, footer.map(({ value }) => cell(value))];
}

const languageOf = (title: "title.en" | "title.zh"): "en" | "zh" => (title === "title.en" ? "en" : "zh");

const textOf = (value: unknown): string =>
  value === undefined || value === null ? "" : String(value as string | number);
