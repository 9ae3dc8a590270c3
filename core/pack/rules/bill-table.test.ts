import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadPack } from "../load.ts";
import type { PackSource, Table } from "../types.ts";
import { billTable } from "./bill-table.ts";

const reference = loadPack(fileURLToPath(new URL("../../../specs/cooperation", import.meta.url)));

/** The reference pack with another table in the file of its bill. */
const having = (change: (table: Table) => Table): PackSource => ({
  ...reference,
  interfaces: reference.interfaces.map((one) =>
    one.response.table === undefined
      ? one
      : { ...one, response: { ...one.response, table: change(one.response.table) } },
  ),
});
const found = (source: PackSource): readonly string[] =>
  billTable.check(source).map(({ file, pointer, message }) => `${file}#${pointer} ${message.en}`);

test("the file of the reference pack's bill says what its columns and totals are", () => {
  expect(found(reference)).toEqual([]);
});

test("a bill whose amount is said nowhere is found, with its place", () => {
  const silent = having((table) => ({
    ...table,
    columns: table.columns.map(({ is, ...one }) => (is === undefined || is === "amount" ? one : { ...one, is })),
  }));
  expect(found(silent)).toEqual([
    "interfaces/bill.download.json#/response/table/columns bill.download files a bill, and nothing in its columns says that it is amount.",
  ]);
});

test("a bill whose totals say nothing is found, and one without totals is sound", () => {
  const silent = having(({ footer, ...table }) => ({
    ...table,
    footer: (footer ?? []).map(({ is: _is, ...one }) => one),
  }));
  expect(found(silent)).toHaveLength(3);
  expect(found(having(({ footer: _footer, ...table }) => table))).toEqual([]);
});
