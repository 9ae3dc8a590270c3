import { tableCodec } from "../../core/codec/table.ts";
import type { Table } from "../../core/pack/types.ts";
import type { Entry } from "../laws/history.ts";

/** A bill as its file says it, amounts in minor units. */
export interface BillFile {
  readonly rows: readonly Entry[];
  readonly total: { readonly rows: number; readonly credits: number; readonly debits: number };
}

export type BillReading =
  | { readonly ok: true; readonly bill: BillFile }
  | { readonly ok: false; readonly problem: string };

/** A bill is a file of any length; what the network gave has been bounded there. */
const BOUNDS = { bytes: Number.POSITIVE_INFINITY, depth: 2, members: Number.POSITIVE_INFINITY };

/**
 * Reads a CSV bill strictly as the pack's table says: charset, BOM, line ends, header, number of cells, footer, yuan.
 * `word` is how the pack writes a column's name.
 */
export function readBill(
  bytes: Uint8Array,
  table: Table,
  minorUnits: number,
  word: (name: string) => string = (name) => name,
): BillReading {
  const wrong = (problem: string): BillReading => ({ ok: false, problem });
  const decoded = tableCodec(table).decode(bytes, BOUNDS);
  if (!decoded.ok) return wrong(decoded.message.en);
  const records = decoded.value as unknown as readonly (readonly string[])[];
  const header = table.columns.map(({ name }) => name);
  const written = header.map(word);
  if (records[0]?.join("\n") !== written.join("\n"))
    return wrong(`the header is ${JSON.stringify(records[0] ?? [])}, not ${JSON.stringify(written)}`);
  const footer = table.footer === undefined ? undefined : records.at(-1);
  if (table.footer !== undefined && (records.length < 2 || footer?.length !== table.footer.length))
    return wrong(`the last line is no line of ${table.footer.length} totals: ${JSON.stringify(footer ?? [])}`);
  const rows: Entry[] = [];
  for (const [index, cells] of records.slice(1, table.footer === undefined ? undefined : -1).entries()) {
    if (cells.length !== header.length)
      return wrong(`row ${index + 1} has ${cells.length} cells, not ${header.length}: ${JSON.stringify(cells)}`);
    const cell = (name: string): string => cells[header.indexOf(name)] ?? "";
    const [amount, balanceAfter] = [minor(cell("amount"), minorUnits), minor(cell("balance_after"), minorUnits)];
    const direction = cell("direction");
    if (amount === undefined || balanceAfter === undefined)
      return wrong(
        `row ${index + 1}: amount ${JSON.stringify(cell("amount"))} and balance ${JSON.stringify(cell("balance_after"))} must be yuan with ${minorUnits} decimals`,
      );
    if (direction !== "debit" && direction !== "credit")
      return wrong(`row ${index + 1}: direction ${JSON.stringify(direction)} must be debit or credit`);
    const bookedAt = timeOf(cell("at"));
    if (bookedAt === undefined && header.includes("at"))
      return wrong(`row ${index + 1}: ${JSON.stringify(cell("at"))} must be a time with its offset`);
    rows.push({
      ...(bookedAt === undefined ? {} : { bookedAt }),
      id: cell("entry_id"),
      transfer: cell("transfer_id"),
      type: cell("kind"),
      direction,
      amount,
      currency: cell("currency"),
      balanceAfter,
      reference: cell("reference").replace(/^'/, ""),
    });
  }
  const titled = (word: RegExp): string =>
    footer?.[(table.footer ?? []).findIndex(({ title }) => word.test(title.en))] ?? "";
  const [counted, credits, debits] = [
    titled(/^rows/i),
    minor(titled(/^credits/i), minorUnits),
    minor(titled(/^debits/i), minorUnits),
  ];
  if (!/^\d+$/.test(counted) || credits === undefined || debits === undefined)
    return wrong(
      `the totals are ${JSON.stringify(footer ?? [])}: a count and two amounts in yuan with ${minorUnits} decimals are wanted`,
    );
  return { ok: true, bill: { rows, total: { rows: Number(counted), credits, debits } } };
}

/** A time as RFC 3339 has it, in milliseconds; undefined for anything else. */
export function timeOf(text: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Yuan as text, to fen, without floating point; undefined for anything but plain digits and the right number of decimals. */
export function minor(text: string, minorUnits: number): number | undefined {
  const pattern = minorUnits === 0 ? /^(-?)(\d+)()$/ : new RegExp(`^(-?)(0|[1-9]\\d*)\\.(\\d{${minorUnits}})$`);
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const value = Number(`${match[2]}${match[3]}`);
  return Number.isSafeInteger(value) ? (match[1] === "-" ? -value : value) : undefined;
}
