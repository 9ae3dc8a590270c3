import { textLines } from "../text-lines.ts";
import { resultsError } from "./results-error.ts";
import type { Place } from "./results-error.ts";

/** A line of results by the names of its columns; what is empty is left out. */
export interface Row {
  readonly place: Place;
  readonly cells: Readonly<Record<string, unknown>>;
}

/**
 * The rows of a file of results: NDJSON where it begins with `{`, else CSV (RFC 4180, a row a line) whose first line
 * names the columns. A last line that was cut off is told, not given. @throws LoadError with the line
 */
export async function* rowsOf(file: string, onTorn: () => void): AsyncGenerator<Row> {
  let columns: readonly string[] | undefined;
  let json: boolean | undefined;
  for await (const { text, number, torn } of textLines(file)) {
    const place = { file, line: number };
    json ??= text.trimStart().startsWith("{");
    if (torn && (json ? jsonObject(text) === undefined : true)) {
      onTorn();
      return;
    }
    if (json) {
      yield { place, cells: jsonRow(text, place) };
      continue;
    }
    const cells = csvCells(text.replace(/^\uFEFF/, ""), place);
    if (columns === undefined) columns = cells;
    else yield { place, cells: csvRow(columns, cells, place) };
  }
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function jsonRow(text: string, place: Place): Row["cells"] {
  const row = jsonObject(text);
  if (row === undefined) throw resultsError(place, { en: "the line is no JSON object", zh: "该行不是 JSON 对象" });
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

function csvRow(columns: readonly string[], cells: readonly string[], place: Place): Row["cells"] {
  if (cells.length !== columns.length)
    throw resultsError(place, {
      en: `the row has ${cells.length} cells, and the first line names ${columns.length} columns`,
      zh: `该行有 ${cells.length} 个单元格，而首行有 ${columns.length} 列`,
    });
  return Object.fromEntries(
    columns.flatMap((column, index) => {
      const cell = cells[index] ?? "";
      return cell === "" ? [] : [[column, cell] as const];
    }),
  );
}

function csvCells(text: string, place: Place): readonly string[] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  const cells: string[] = [];
  for (let more = true; more;) {
    const match = cell.exec(text);
    if (match === null)
      throw resultsError(place, {
        en: `cell ${cells.length + 1} is no CSV: a cell with a comma or a quote stands in quotes and ends on its line`,
        zh: `第 ${cells.length + 1} 个单元格不是有效的 CSV：含逗号或引号的内容须加引号，且不得跨行`,
      });
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    more = match[3] === ",";
  }
  return cells;
}
