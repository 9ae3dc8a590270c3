import type { Bilingual } from "../../../core/run/verdict.ts";
import { LoadError } from "../plan.ts";

/** Where in a file of results something stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A line of results that cannot be understood. */
export function resultsError(
  { file, line }: Place,
  said: Bilingual,
  details: { readonly allowed?: readonly string[]; readonly named?: string } = {},
): LoadError {
  return new LoadError(said, {
    where: `${file}:${line}`,
    ...details,
    remedy: {
      en: "correct that line, or the program that wrote it; docs/recipes/load-import.md has the form",
      zh: "请更正该行或生成该文件的程序；格式见 docs/recipes/load-import.zh-CN.md",
    },
  });
}
