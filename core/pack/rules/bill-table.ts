import { interfaceFile } from "../file.ts";
import type { Meaning } from "../purpose.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** What a judge reads of a bill's totals. */
const OF_TOTALS: readonly Meaning[] = ["rows", "credits", "debits"];

/** What a judge reads of its lines: an amount and which way it went, or a column for each way. */
const ofLines = (columns: readonly { readonly is?: Meaning }[]): readonly Meaning[] => [
  "reference",
  ...(columns.some(({ is }) => is === "credits" || is === "debits")
    ? (["credits", "debits"] as const)
    : (["direction", "amount"] as const)),
];

/** The file of a bill says what its columns and its totals are. */
export const billTable: Rule = {
  id: "purpose.bill",
  check: (source) =>
    source.interfaces.flatMap((one) => {
      const { table } = one.response;
      if (one.purpose?.files !== "bill" || table === undefined) return [];
      const lack = (part: "columns" | "footer", meaning: Meaning): ReturnType<typeof problem> =>
        problem(
          "purpose.bill",
          interfaceFile(one),
          `/response/table/${part}`,
          [
            `${one.id} files a bill, and nothing in its ${part} says that it is ${meaning}.`,
            `${one.id} 提供账单文件,但其 ${part} 中没有声明为 ${meaning} 的项。`,
          ],
          [`Write "is": "${meaning}" at it.`, `请在相应项写 "is": "${meaning}"。`],
        );
      const missing = (
        part: "columns" | "footer",
        cells: readonly { readonly is?: Meaning }[],
        wanted: readonly Meaning[],
      ): readonly ReturnType<typeof problem>[] =>
        wanted.filter((meaning) => !cells.some(({ is }) => is === meaning)).map((meaning) => lack(part, meaning));
      return [
        ...missing("columns", table.columns, ofLines(table.columns)),
        ...(table.footer === undefined ? [] : missing("footer", table.footer, OF_TOTALS)),
      ];
    }),
};
