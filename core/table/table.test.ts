import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePack } from "../pack/compile.ts";
import { loadPack } from "../pack/load.ts";
import type { Scope } from "../expression/expression.ts";
import type { Table } from "../pack/types.ts";
import { withoutPrefix, withPrefix } from "./prefix.ts";
import { renderTable } from "./table.ts";

const pack = compilePack(loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url))));
const title = { en: "x", zh: "x" };

const table = (more: Partial<Table> = {}): Table =>
  ({
    charset: "utf-8",
    bom: false,
    lineEnd: "\r\n",
    rows: "$entries",
    columns: [
      { name: "name", title, value: "$item.name" },
      { name: "note", title, value: "$item.note" },
    ],
    footer: [{ title, value: { text: [{ count: ["$entries"] }] } }],
    ...more,
  }) as Table;

const render = (
  rows: readonly Readonly<Record<string, unknown>>[],
  more: Partial<Table> = {},
): { text: string; rows: number; bytes: Uint8Array } => {
  const scope = { roots: { entries: rows }, host: {} } as unknown as Scope;
  const rendered = renderTable(pack, table(more), scope);
  return { ...rendered, text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(rendered.bytes) };
};

describe("a table", () => {
  test("a table is a header, a line a row and a footer, each ended alike", () => {
    expect(render([{ name: "a", note: "b" }, { name: "c" }]).text).toBe("name,note\r\na,b\r\nc,\r\n2\r\n");
    expect(render([]).text).toBe("name,note\r\n0\r\n");
    const { footer: _none, ...bare } = table();
    expect(
      new TextDecoder().decode(renderTable(pack, bare, { roots: { entries: [] }, host: {} } as unknown as Scope).bytes),
    ).toBe("name,note\r\n");
  });

  test("a table counts its rows only", () => {
    expect(render([{ name: "甲", note: "b" }]).rows).toBe(1);
  });

  test.each<[NonNullable<Table["header"]>, string]>([
    ["name", "name,note\r\n"],
    ["title.en", "Name,x\r\n"],
    ["title.zh", "名称,x\r\n"],
    ["none", ""],
  ])("the header line of the form %s is %j", (header, written) => {
    const columns = table().columns.map((column, index) =>
      index === 0 ? { ...column, title: { en: "Name", zh: "名称" } } : column,
    );
    expect(render([], { header, columns }).text).toBe(`${written}0\r\n`);
  });

  test("the titles of the totals precede them in a line of their own", () => {
    const footer = [{ title: { en: "Rows", zh: "总笔数" }, value: { text: [{ count: ["$rows"] }] } }];
    expect(render([{ name: "a" }], { footer, footerHeader: "title.zh" }).text).toBe(
      "name,note\r\na,\r\n总笔数\r\n1\r\n",
    );
  });

  test("a table begins with a byte order mark only when the pack says so", () => {
    expect(render([], { bom: true }).text.codePointAt(0)).toBe(0xfeff);
    expect(render([]).text.codePointAt(0)).toBe("n".codePointAt(0));
  });

  test.each([
    ['quotes "inside"', '"quotes ""inside"""'],
    ["a,b", '"a,b"'],
    ["two\nlines", '"two\nlines"'],
    ["two\r\nlines", '"two\r\nlines"'],
    ["plain", "plain"],
    ["-5", "-5"],
    ["", ""],
  ])("cell %j is written %j", (value, written) => {
    expect(render([{ name: value, note: "x" }]).text).toBe(`name,note\r\n${written},x\r\n1\r\n`);
  });

  test.each(["-ABC123", "--------", "-1-2345", "-1234567", "=1+1", "'=1", "`x", "\tx"])(
    "the number %j stays as it is where the pack leaves cells alone",
    (value) => {
      expect(render([{ name: value, note: "x" }]).text).toBe(`name,note\r\n${value},x\r\n1\r\n`);
    },
  );

  test("a prefix ahead of all cells leaves the titles as they are", () => {
    const text = render([{ name: "a", note: "b,c" }, { name: "" }], { prefix: { text: "`", before: "all" } }).text;
    expect(text).toBe('name,note\r\n`a,"`b,c"\r\n`,`\r\n`2\r\n');
  });

  test.each([
    ["-ABC123", "'-ABC123"],
    ["--------", "'--------"],
    ["-1-2345", "'-1-2345"],
    ["-1+cmd", "'-1+cmd"],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["'x", "''x"],
    ["-1234567", "-1234567"],
    ["-5.00", "-5.00"],
    ["A-1", "A-1"],
  ])("a guard of formulas writes %j as %j", (value, written) => {
    const prefix = { text: "'", before: "formulas" } as const;
    expect(render([{ name: value, note: "x" }], { prefix }).text).toContain(`\r\n${written},x\r\n`);
  });

  test("taking a prefix away once restores any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("'", "`", "=", "-", "1", ".", "a") }),
        fc.constantFrom("'", "`"),
        fc.constantFrom("all" as const, "formulas" as const),
        (value, text, before) => withoutPrefix(withPrefix(value, { text, before }), { text, before }) === value,
      ),
    );
  });

  test("rows in another form than a list are an error of the pack", () => {
    expect(() => renderTable(pack, table(), { roots: { entries: "none" }, host: {} } as unknown as Scope)).toThrow(
      /must be a list/,
    );
  });
});
