import type { Json } from "../unit/unit.ts";
import { mediaTypeIn, undecodable } from "./codec.ts";
import type { Bounds, Codec, Decoding } from "./codec.ts";

/** How a table is written, as the pack's table says. */
export interface TableForm {
  readonly bom: boolean;
  readonly lineEnd: "\r\n" | "\n";
}

const BYTE_ORDER_MARK = "\uFEFF";

/** CSV (RFC 4180) in UTF-8: a list of records, each a list of texts. A cell with a quote, a comma or a line break is quoted. */
export function tableCodec({ bom, lineEnd }: TableForm): Codec {
  return {
    name: "table",
    title: "CSV",
    contentType: "text/csv; charset=utf-8",
    mediaType: "text/csv",
    textual: true,
    flat: false,
    accepts: mediaTypeIn("text/csv"),

    decode(bytes: Uint8Array, bounds: Bounds): Decoding {
      if (bytes.length > bounds.bytes)
        return undecodable(
          bounds.bytes,
          `the file has ${bytes.length} bytes, allowed: ${bounds.bytes}`,
          `文件 ${bytes.length} 字节，上限 ${bounds.bytes} 字节`,
        );
      let text: string;
      try {
        text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        return undecodable(0, "the file is not valid UTF-8", "文件不是合法的 UTF-8");
      }
      if (text.startsWith(BYTE_ORDER_MARK) !== bom)
        return undecodable(
          0,
          bom ? "the file has no byte order mark" : "the file begins with a byte order mark",
          bom ? "文件缺少字节顺序标记（BOM）" : "文件以字节顺序标记（BOM）开头",
        );
      return records(text, bom ? BYTE_ORDER_MARK.length : 0, lineEnd, bounds);
    },

    encode(value: unknown): Uint8Array {
      if (!Array.isArray(value) || !value.every((record) => Array.isArray(record) && record.length > 0))
        throw new TypeError("a table is made of a list of records, each a list of at least one cell");
      const lines = (value as readonly (readonly unknown[])[]).map(
        (record) => record.map((cell) => quoted(cell)).join(",") + lineEnd,
      );
      return Buffer.from((bom ? BYTE_ORDER_MARK : "") + lines.join(""));
    },
  };
}

function quoted(cell: unknown): string {
  if (typeof cell !== "string") throw new TypeError(`a cell is a text, and no ${cell === null ? "null" : typeof cell}`);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Every record ends in `lineEnd`; a quoted cell may hold anything, quotes doubled. */
function records(text: string, start: number, lineEnd: string, bounds: Bounds): Decoding {
  const wrong = (at: number, en: string, zh: string): Decoding =>
    undecodable(
      Buffer.byteLength(text.slice(0, at)),
      `line ${found.length + 1}: ${en}`,
      `第 ${found.length + 1} 行：${zh}`,
    );
  const found: Json[] = [];
  const plain = /[^",\r\n]*/y;
  let cells: string[] = [];
  let members = 0;
  for (let at = start; at < text.length;) {
    let cell = "";
    members += 1;
    if (members > bounds.members)
      return wrong(at, `the file has more than ${bounds.members} cells`, `文件超过 ${bounds.members} 个单元格`);
    if (text[at] === '"') {
      const open = at;
      for (at += 1; ; at += 1) {
        const close = text.indexOf('"', at);
        if (close < 0) return wrong(open, "a quoted cell does not end", "带引号的单元格没有结束引号");
        cell += text.slice(at, close);
        at = close + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
    } else {
      plain.lastIndex = at;
      cell = plain.exec(text)?.[0] ?? "";
      at += cell.length;
    }
    cells.push(cell);
    if (text.startsWith(lineEnd, at)) {
      at += lineEnd.length;
      found.push(cells);
      cells = [];
    } else if (text[at] !== ",") {
      return at === text.length
        ? wrong(
            at,
            `the last line does not end in ${JSON.stringify(lineEnd)}`,
            `末行未以 ${JSON.stringify(lineEnd)} 结尾`,
          )
        : wrong(
            at,
            `a comma or ${JSON.stringify(lineEnd)} is wanted here`,
            `此处应为逗号或 ${JSON.stringify(lineEnd)}`,
          );
    } else {
      at += 1;
      if (at === text.length) return wrong(at, "the file ends within a line", "文件在一行中间结束");
    }
  }
  return { ok: true, value: found };
}
