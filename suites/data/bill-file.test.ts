import { describe, expect, test } from "vitest";
import type { Meaning } from "../../core/pack/purpose.ts";
import type { Table } from "../../core/pack/types.ts";
import { encode } from "../../core/table/encoding.ts";
import { minor, readBill } from "./bill-file.ts";

const column = ([name, is]: readonly [string, Meaning]): Table["columns"][number] => ({
  name,
  title: { en: name, zh: name },
  value: "",
  is,
});
const total = (en: string, is: Meaning): NonNullable<Table["footer"]>[number] => ({
  title: { en, zh: en },
  value: "",
  is,
});
const COLUMNS: readonly (readonly [string, Meaning])[] = [
  ["entry_id", "entry"],
  ["transfer_id", "transfer"],
  ["at", "booked"],
  ["kind", "kind"],
  ["reference", "reference"],
  ["direction", "direction"],
  ["amount", "amount"],
  ["currency", "currency"],
  ["balance_after", "balance"],
];
const table: Table = {
  charset: "utf-8",
  bom: false,
  lineEnd: "\r\n",
  rows: "$entries.items",
  columns: COLUMNS.map(column),
  footer: [total("Rows", "rows"), total("Credits, yuan", "credits"), total("Debits, yuan", "debits")],
};
const head = "entry_id,transfer_id,at,kind,reference,direction,amount,currency,balance_after";
const row = "E1,T1,2026-11-22T21:00:00+08:00,payment,A,credit,1.05,CNY,1001.05";
const read = (text: string): ReturnType<typeof readBill> => readBill(new TextEncoder().encode(text), table, 2);

describe("a bill's file", () => {
  test("a bill's file is read to the fen", () => {
    expect(read(`${head}\r\n${row}\r\n1,1.05,0.00\r\n`)).toEqual({
      ok: true,
      bill: {
        rows: [
          {
            bookedAt: Date.parse("2026-11-22T13:00:00Z"),
            id: "E1",
            transfer: "T1",
            type: "payment",
            direction: "credit",
            amount: 105,
            currency: "CNY",
            balanceAfter: 100_105,
            reference: "A",
          },
        ],
        total: { rows: 1, credits: 105, debits: 0 },
      },
    });
    expect(read(`${head}\r\n0,0.00,0.00\r\n`)).toMatchObject({ ok: true, bill: { rows: [], total: { rows: 0 } } });
  });

  test.each([
    ["a BOM", `\uFEFF${head}\r\n0,0.00,0.00\r\n`],
    ["bare line feeds", `${head}\n0,0.00,0.00\n`],
    ["an unfinished last line", `${head}\r\n0,0.00,0.00`],
    ["no header", `${row}\r\n0,0.00,0.00\r\n`],
    ["no totals", `${head}\r\n`],
    ["a cell too many", `${head}\r\n${row},x\r\n1,1.05,0.00\r\n`],
    ["a tenth of a yuan without its zero", `${head}\r\n${row.replace("1.05,", "1.5,")}\r\n1,1.50,0.00\r\n`],
    ["a row broken by a line break", `${head}\r\n${row.replace(",A,", ",A\r\nB,")}\r\n1,1.05,0.00\r\n`],
    ["a time without its offset", `${head}\r\n${row.replace("+08:00", "")}\r\n1,1.05,0.00\r\n`],
    ["fen in the totals", `${head}\r\n${row}\r\n1,105,0\r\n`],
  ])("a bill's file with %s is refused", (_what, text) => {
    expect(read(text)).toMatchObject({ ok: false });
  });

  const titled: Table = {
    ...table,
    header: "title.zh",
    columns: table.columns.map((one) => ({ ...one, title: { en: one.name, zh: `${one.name}甲` } })),
    footerHeader: "title.en",
    prefix: { text: "`", before: "all" },
    encoding: "gzip",
  };
  const titles = titled.columns.map(({ title }) => title.zh).join(",");
  const ticked = row.split(",").map((cell) => `\`${cell}`);
  const packed = (lines: readonly string[], from: Table = titled): ReturnType<typeof readBill> =>
    readBill(encode(new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join("")), "gzip"), from, 2);

  test("a bill's file is read in the form that the table gives it", () => {
    const { footerHeader: _none, ...untitled } = titled;
    const bare: Table = { ...untitled, header: "none" };
    expect(packed([titles, ticked.join(","), 'Rows,"Credits, yuan","Debits, yuan"', "`1,`1.05,`0.00"])).toMatchObject({
      ok: true,
      bill: { rows: [{ id: "E1", reference: "A", amount: 105 }], total: { rows: 1, credits: 105 } },
    });
    expect(packed(["`0,`0.00,`0.00"], bare)).toMatchObject({
      ok: true,
      bill: { rows: [], total: { rows: 0 } },
    });
  });

  test.each([
    ["names for titles", [head, 'Rows,"Credits, yuan","Debits, yuan"', "`0,`0.00,`0.00"]],
    ["totals without their titles", [titles, ticked.join(","), "`1,`1.05,`0.00"]],
    ["a cell without its prefix", [titles, row, 'Rows,"Credits, yuan","Debits, yuan"', "`1,`1.05,`0.00"]],
  ])("a bill's file with %s is refused by a table of another form", (_what, lines) => {
    expect(packed(lines)).toMatchObject({ ok: false });
  });

  describe("with a column for each way", () => {
    const columns = (["reference", "credits", "debits"] as const).map((is) => column([is, is]));
    const sided: Table = { ...table, columns };
    const inFen: Table = {
      ...sided,
      columns: columns.map((one) => ({ ...one, as: "fen" })),
      footer: table.footer?.map((one) => ({ ...one, as: "fen" as const })) ?? [],
    };
    const lines = (from: Table, ...rows: readonly string[]): ReturnType<typeof readBill> =>
      readBill(new TextEncoder().encode(["reference,credits,debits", ...rows, ""].join("\r\n")), from, 2);

    test("the column with an amount says which way it went", () => {
      const seen = [
        { reference: "A", direction: "credit", amount: 105 },
        { reference: "B", direction: "debit", amount: 5 },
      ];
      const total = { rows: 2, credits: 105, debits: 5 };
      expect(lines(sided, "A,1.05,", "B,,-0.05", "2,1.05,0.05")).toMatchObject({
        ok: true,
        bill: { rows: seen, total },
      });
      expect(lines(inFen, "A,105,", "B,,5", "2,105,5")).toMatchObject({ ok: true, bill: { rows: seen, total } });
    });

    test.each([
      ["amounts both ways", sided, "A,1.05,1.05"],
      ["no amount", sided, "A,,"],
      ["fen for yuan", sided, "A,105,"],
      ["yuan for fen", inFen, "A,1.05,"],
    ])("a row with %s is refused", (_what, from, row) => {
      expect(lines(from, row, from === inFen ? "1,105,0" : "1,1.05,0.00")).toMatchObject({ ok: false });
    });
  });

  test("an unpacked file is refused by a table that packs it", () => {
    expect(readBill(new TextEncoder().encode(`${titles}\r\n`), titled, 2)).toMatchObject({ ok: false });
  });

  test("a number keeps an apostrophe that is outside the table's form", () => {
    const reading = read(`${head}\r\n${row.replace(",A,", ",'-A,")}\r\n1,1.05,0.00\r\n`);
    expect(reading).toMatchObject({ ok: true, bill: { rows: [{ reference: "'-A" }] } });
  });

  test("yuan become fen exactly, by integers", () => {
    expect([minor("90071992547409.91", 2), minor("0.29", 2), minor("-1.10", 2), minor("100", 0)]).toEqual([
      9_007_199_254_740_991, 29, -110, 100,
    ]);
    expect([
      minor("90071992547409.92", 2),
      minor("01.00", 2),
      minor("1.005", 2),
      minor("1e2", 2),
      minor("1,000.00", 2),
    ]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
