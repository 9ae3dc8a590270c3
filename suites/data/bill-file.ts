import { tableCodec } from "../../core/codec/table.ts";
import type { Meaning } from "../../core/pack/purpose.ts";
import type { AmountIn, Table } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { decode, isEncoding } from "../../core/table/encoding.ts";
import { withoutPrefix } from "../../core/table/prefix.ts";
import { footerLines, headerLines } from "../../core/table/table.ts";
import type { Entry } from "../laws/history.ts";

/** A bill as its file says it, amounts in minor units. */
export interface BillFile {
  readonly rows: readonly Entry[];
  readonly total: { readonly rows: number; readonly credits: number; readonly debits: number };
}

export type BillReading =
  | { readonly ok: true; readonly bill: BillFile }
  | { readonly ok: false; readonly problem: Bilingual };

/** A bill is a file of any length; what the network gave has been bounded there. */
const BOUNDS = { bytes: Number.POSITIVE_INFINITY, depth: 2, members: Number.POSITIVE_INFINITY };

type Cells = readonly { readonly is?: Meaning; readonly as?: AmountIn }[];

/**
 * Reads a CSV bill strictly as the pack's table says: packing, charset, BOM, line ends, header, number of cells, what
 * stands ahead of them, footer, yuan. Columns and totals are known by what they are (`is`).
 */
export function readBill(bytes: Uint8Array, table: Table, minorUnits: number): BillReading {
  const wrong = (en: string, zh: string): BillReading => ({ ok: false, problem: { en, zh } });
  const file = unpacked(bytes, table);
  if (file === undefined)
    return wrong(
      `the file is not packed as ${JSON.stringify(table.encoding)} says`,
      `文件未按 ${JSON.stringify(table.encoding)} 压缩`,
    );
  const decoded = tableCodec(table).decode(file, BOUNDS);
  if (!decoded.ok) return { ok: false, problem: decoded.message };
  const records = decoded.value as unknown as readonly (readonly string[])[];
  const [written] = headerLines(table);
  if (written !== undefined && records[0]?.join("\n") !== written.join("\n"))
    return wrong(
      `the header is ${JSON.stringify(records[0] ?? [])}, not ${JSON.stringify(written)}`,
      `表头为 ${JSON.stringify(records[0] ?? [])}，应为 ${JSON.stringify(written)}`,
    );
  const body = written === undefined ? records : records.slice(1);
  // The last of these lines is that of the totals; one ahead of it has their titles.
  const last = footerLines(table, () => "");
  const titles = last.length > 1 ? last[0] : undefined;
  if (titles !== undefined && body.at(-2)?.join("\n") !== titles.join("\n"))
    return wrong(
      `the line ahead of the totals is ${JSON.stringify(body.at(-2) ?? [])}, not ${JSON.stringify(titles)}`,
      `合计行之前的一行为 ${JSON.stringify(body.at(-2) ?? [])}，应为 ${JSON.stringify(titles)}`,
    );
  const footer = table.footer === undefined ? undefined : body.at(-1)?.map((cell) => withoutPrefix(cell, table.prefix));
  if (table.footer !== undefined && footer?.length !== table.footer.length)
    return wrong(
      `the last line is no line of ${table.footer.length} totals: ${JSON.stringify(footer ?? [])}`,
      `末行不是含 ${table.footer.length} 项的合计行：${JSON.stringify(footer ?? [])}`,
    );
  const rows: Entry[] = [];
  for (const [index, said] of body.slice(0, body.length - last.length).entries()) {
    const row = rowOf(said, index + 1, table, minorUnits);
    if ("problem" in row) return { ok: false, ...row };
    rows.push(row);
  }
  const total = (meaning: Meaning): string => footer?.[placeOf(table.footer ?? [], meaning)] ?? "";
  const [counted, credits, debits] = [
    total("rows"),
    amountIn(table.footer, "credits", total("credits"), minorUnits),
    amountIn(table.footer, "debits", total("debits"), minorUnits),
  ];
  if (!/^\d+$/.test(counted) || credits === undefined || debits === undefined)
    return wrong(
      `the totals are ${JSON.stringify(footer ?? [])}: a count and two amounts are wanted, ${amountsOf(table.footer, minorUnits).en}`,
      `合计为 ${JSON.stringify(footer ?? [])}：应为行数与两个金额，${amountsOf(table.footer, minorUnits).zh}`,
    );
  return { ok: true, bill: { rows, total: { rows: Number(counted), credits, debits } } };
}

/** One row of the file as an entry, or what is wrong with it. */
function rowOf(
  said: readonly string[],
  number: number,
  table: Table,
  minorUnits: number,
): Entry | { readonly problem: Bilingual } {
  const wrong = (en: string, zh: string) => ({ problem: { en, zh } });
  if (said.length !== table.columns.length)
    return wrong(
      `row ${number} has ${said.length} cells, not ${table.columns.length}: ${JSON.stringify(said)}`,
      `第 ${number} 行有 ${said.length} 格，应为 ${table.columns.length} 格：${JSON.stringify(said)}`,
    );
  const cells = said.map((one) => withoutPrefix(one, table.prefix));
  if (cells.includes(undefined))
    return wrong(
      `row ${number} has a cell without ${JSON.stringify(table.prefix?.text)} ahead of it`,
      `第 ${number} 行有一格缺少前缀 ${JSON.stringify(table.prefix?.text)}`,
    );
  const cell = (meaning: Meaning): string => cells[placeOf(table.columns, meaning)] ?? "";
  const balance = placeOf(table.columns, "balance") < 0 ? undefined : cell("balance");
  const balanceAfter = amountIn(table.columns, "balance", balance ?? "", minorUnits);
  if (balance !== undefined && balanceAfter === undefined)
    return wrong(
      `row ${number}: balance ${JSON.stringify(balance)} must be ${amountsOf(table.columns, minorUnits).en}`,
      `第 ${number} 行：余额 ${JSON.stringify(balance)} ${amountsOf(table.columns, minorUnits).zh}`,
    );
  const moved = movedIn(cell, table.columns, minorUnits);
  if ("problem" in moved) return wrong(`row ${number}: ${moved.problem.en}`, `第 ${number} 行：${moved.problem.zh}`);
  const bookedAt = timeOf(cell("booked"));
  if (bookedAt === undefined && placeOf(table.columns, "booked") >= 0)
    return wrong(
      `row ${number}: ${JSON.stringify(cell("booked"))} must be a time with its offset`,
      `第 ${number} 行：${JSON.stringify(cell("booked"))} 须为带时区偏移的时间`,
    );
  return {
    ...(bookedAt === undefined ? {} : { bookedAt }),
    id: cell("entry"),
    transfer: cell("transfer"),
    type: cell("kind"),
    ...moved,
    currency: cell("currency"),
    ...(balanceAfter === undefined ? {} : { balanceAfter }),
    reference: cell("reference"),
  };
}

/** What moved, and which way: an amount with its direction, or one of two amounts, of which that of the other way is empty. */
function movedIn(
  cell: (meaning: Meaning) => string,
  columns: Cells,
  minorUnits: number,
): Pick<Entry, "direction" | "amount"> | { readonly problem: Bilingual } {
  const wanted = amountsOf(columns, minorUnits);
  const wrong = (what: Bilingual, said: readonly string[]) => ({
    problem: {
      en: `${what.en} ${said.map((one) => JSON.stringify(one)).join(" and ")} must be ${wanted.en}`,
      zh: `${what.zh} ${said.map((one) => JSON.stringify(one)).join("、")} ${wanted.zh}`,
    },
  });
  if (placeOf(columns, "amount") < 0) {
    const sides = [
      ["credit", cell("credits"), amountIn(columns, "credits", cell("credits"), minorUnits)],
      ["debit", cell("debits"), amountIn(columns, "debits", cell("debits"), minorUnits)],
    ] as const;
    const [side, other] = sides.filter(([, said]) => said !== "");
    // Some files write what leaves with a minus sign.
    return side?.[2] === undefined || other !== undefined
      ? wrong({ en: "of what came in and what went out exactly one", zh: "收入与支出金额须恰有一项，" }, [
          sides[0][1],
          sides[1][1],
        ])
      : { direction: side[0], amount: Math.abs(side[2]) };
  }
  const amount = amountIn(columns, "amount", cell("amount"), minorUnits);
  const direction = cell("direction");
  if (amount === undefined) return wrong({ en: "amount", zh: "金额" }, [cell("amount")]);
  if (direction !== "debit" && direction !== "credit")
    return {
      problem: {
        en: `direction ${JSON.stringify(direction)} must be debit or credit`,
        zh: `方向 ${JSON.stringify(direction)} 须为 debit 或 credit`,
      },
    };
  return { direction, amount };
}

/** An amount in the column or total that is so, in minor units; undefined for another form, or where there is none. */
function amountIn(cells: Cells | undefined, meaning: Meaning, text: string, minorUnits: number): number | undefined {
  const place = cells?.[placeOf(cells, meaning)];
  if (place === undefined) return undefined;
  return minor(text, place.as === "fen" ? 0 : minorUnits);
}

/** How amounts are written there, for people. */
function amountsOf(cells: Cells | undefined, minorUnits: number): Bilingual {
  return cells?.some(({ as }) => as === "fen") === true
    ? { en: "digits alone, in minor units", zh: "须为仅含数字的最小货币单位金额" }
    : { en: `yuan with ${minorUnits} decimals`, zh: `须为带 ${minorUnits} 位小数的元` };
}

/** The index of the column or total that is so; -1 where there is none. */
function placeOf(cells: Cells, meaning: Meaning): number {
  return cells.findIndex(({ is }) => is === meaning);
}

/** The file as it is before it is packed; undefined when it is packed otherwise than the table says. */
export function unpacked(bytes: Uint8Array, { encoding = "none" }: Table): Uint8Array | undefined {
  if (isEncoding(encoding)) return decode(bytes, encoding);
  // What the request asked for decides, and that is known by how the bytes begin.
  const [first, second] = bytes;
  const seen = first === 0x1f && second === 0x8b ? "gzip" : first === 0x78 ? "deflate" : "none";
  return decode(bytes, seen);
}

/** A time as RFC 3339 has it, in milliseconds; undefined for anything else. */
function timeOf(text: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Yuan as text, to fen, without floating point; undefined for anything but plain digits and the right number of decimals. */
export function minor(text: string, minorUnits: number): number | undefined {
  const pattern = minorUnits === 0 ? /^(-?)(0|[1-9]\d*)()$/ : new RegExp(`^(-?)(0|[1-9]\\d*)\\.(\\d{${minorUnits}})$`);
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const value = Number(`${match[2]}${match[3]}`);
  return Number.isSafeInteger(value) ? (match[1] === "-" ? -value : value) : undefined;
}
