import type { ErrorCode } from "../pack/types.ts";
import type { ApiOperation } from "./document.ts";

/** Codes that a skeleton needs beside those of the reference pack. */
export class SkeletonCodes {
  readonly #needed = new Map<string, ErrorCode>();

  /** The code for what is read and not there. */
  notFound(): string {
    return this.#need({
      code: "NOT_FOUND",
      status: 404,
      class: "final-fail",
      stage: "guards",
      rank: 10,
      title: { en: "Nothing has this number", zh: "编号不存在" },
      remedy: { en: "Check the number.", zh: "请核对编号。" },
      reason: "not-found",
    });
  }

  /** The code for the same number with other content. */
  mismatch(): string {
    return this.#need({
      code: "NUMBER_CONFLICT",
      status: 409,
      class: "final-fail",
      stage: "idempotency",
      rank: 10,
      title: { en: "Same number, other content", zh: "同一编号内容不一致" },
      remedy: { en: "Take another number.", zh: "请更换编号。" },
    });
  }

  /** Those that were needed, and those that the document has for troubles of the provider's own. */
  all(operations: readonly ApiOperation[]): readonly ErrorCode[] {
    const found = new Map(this.#needed);
    for (const { status, codes } of operations.flatMap(({ refusals }) => refusals))
      for (const code of status >= 500 ? codes : [])
        if (!found.has(code))
          found.set(code, {
            code,
            status,
            class: "query-first",
            stage: "system",
            rank: 100 + found.size,
            title: { en: code, zh: code },
            remedy: { en: "The outcome is unknown: query first.", zh: "结果未知：请先查询。" },
          });
    return [...found.values()];
  }

  #need(code: ErrorCode): string {
    this.#needed.set(code.code, code);
    return code.code;
  }
}
