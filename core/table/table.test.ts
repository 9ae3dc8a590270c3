import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compilePack } from "../pack/compile.ts";
import { loadPack } from "../pack/load.ts";
import type { Scope } from "../expression/expression.ts";
import type { Table } from "../pack/types.ts";
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
): { text: string; rows: number; sha256: string; bytes: Uint8Array } => {
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

  test("a table counts its rows only, and hashes its exact bytes", () => {
    const { rows, sha256, bytes } = render([{ name: "甲", note: "b" }]);
    expect(rows).toBe(1);
    expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
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

  test.each(["=1+1", "+1", "@SUM(A1)", "-cmd", "\tx", "\rx"])(
    "a cell that a spreadsheet would calculate (%j) is made harmless",
    (value) => {
      expect(render([{ name: value, note: "x" }]).text).toMatch(/\r\n"?'/);
    },
  );

  test("rows in another form than a list are an error of the pack", () => {
    expect(() => renderTable(pack, table(), { roots: { entries: "none" }, host: {} } as unknown as Scope)).toThrow(
      /must be a list/,
    );
  });
});
