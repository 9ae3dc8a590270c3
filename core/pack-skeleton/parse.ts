import { parseDocument } from "yaml";
import { DocumentProblem } from "./document.ts";

/** What a document may not exceed. The largest published ones of payments have two megabytes. */
export const DOCUMENT_LIMITS = { bytes: 16 * 1024 * 1024, depth: 100, values: 1_000_000, aliases: 100 } as const;

/** A document of JSON or YAML as a value. @throws DocumentProblem for what is neither, and what exceeds the limits. */
export function parseText(text: string): unknown {
  if (Buffer.byteLength(text) > DOCUMENT_LIMITS.bytes) throw tooLarge("bytes", "字节", DOCUMENT_LIMITS.bytes);
  const value = valueOf(text.replace(/^\uFEFF/u, ""));
  measure(value);
  return value;
}

function valueOf(text: string): unknown {
  if (/^\s*[{[]/u.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // A flow of YAML begins like JSON too.
    }
  }
  try {
    const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true, logLevel: "silent" });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS({ maxAliasCount: DOCUMENT_LIMITS.aliases }) as unknown;
  } catch (cause) {
    if (cause instanceof RangeError && cause.message.includes("call stack"))
      throw tooLarge("levels", "层", DOCUMENT_LIMITS.depth);
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new DocumentProblem(
      { en: `it is neither JSON nor YAML: ${why}`, zh: `既不是 JSON 也不是 YAML：${why}` },
      "",
      {
        en: "correct the file there",
        zh: "请在所指之处更正文件",
      },
    );
  }
}

/** Level by level, since a deep document would exceed the stack. */
function measure(value: unknown): void {
  let level: readonly unknown[] = [value];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    if (depth > DOCUMENT_LIMITS.depth) throw tooLarge("levels", "层", DOCUMENT_LIMITS.depth);
    if (values > DOCUMENT_LIMITS.values) throw tooLarge("values", "个值", DOCUMENT_LIMITS.values);
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
}

function tooLarge(en: string, zh: string, limit: number): DocumentProblem {
  return new DocumentProblem({ en: `it has more than ${limit} ${en}`, zh: `超过 ${limit} ${zh}` }, "", {
    en: "cut it down to the interfaces that you need",
    zh: "请删减至所需的接口",
  });
}
