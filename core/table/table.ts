import { sha256 } from "@noble/hashes/sha2.js";
import { tableCodec } from "../codec/table.ts";
import type { Scope } from "../expression/expression.ts";
import type { Pack } from "../pack/compile.ts";
import type { Table } from "../pack/types.ts";

/** A rendered CSV file and its number of rows, header and footer not counted. */
export interface RenderedTable {
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** SHA-256 of the bytes, lower-case hex. */
  readonly sha256: string;
}

/**
 * A table of the pack as CSV (RFC 4180 quoting): one header line of column names, one line for each row (`$item`),
 * one footer line when the table has one. Cells that a spreadsheet would take for a formula get a leading apostrophe.
 */
export function renderTable(pack: Pack, table: Table, scope: Scope): RenderedTable {
  const rows = pack.expression(table.rows)(scope);
  if (!Array.isArray(rows)) throw new Error(`the rows of the table must be a list, not ${JSON.stringify(rows)}`);
  const columns = table.columns.map(({ value }) => pack.expression(value));
  const records = [
    table.columns.map(({ name }) => harmless(name)),
    ...rows.map((item) => {
      const inner: Scope = { ...scope, roots: { ...scope.roots, item: item as unknown } };
      return columns.map((column) => cell(column(inner)));
    }),
    ...(table.footer === undefined ? [] : [table.footer.map(({ value }) => cell(pack.expression(value)(scope)))]),
  ];
  const bytes = tableCodec(table).encode(records);
  return {
    bytes,
    rows: rows.length,
    sha256: Array.from(sha256(bytes), (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

const cell = (value: unknown): string =>
  value === undefined || value === null ? "" : harmless(String(value as string | number));

/** A text that no spreadsheet takes for a formula. */
const harmless = (text: string): string => (/^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text);
