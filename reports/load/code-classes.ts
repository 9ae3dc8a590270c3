import { ENDINGS } from "../../core/load/sample.ts";
import type { Ending } from "../../core/load/sample.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { LoadRecord } from "./load-record.ts";

export const ENDING_WORDS: Readonly<Record<Ending, Bilingual>> = {
  success: { en: "carried out", zh: "成功" },
  refused: { en: "refused as the pack says", zh: "按规范拒绝" },
  "server-error": { en: "error of the server (5xx)", zh: "服务端错误（5xx）" },
  malformed: { en: "none of the pack's answers", zh: "应答不合规范" },
  unanswered: { en: "without an answer", zh: "无应答" },
};

/** What the classes of a pack's codes tell a caller to do. Those that are not here are shown by their name. */
export const CLASS_WORDS: Readonly<Record<string, Bilingual>> = {
  "final-fail": { en: "failed for good", zh: "明确失败" },
  "query-first": { en: "ask for the outcome first", zh: "结果未明，须先查询" },
  "retry-same": { en: "send the same again", zh: "可原样重发" },
  "fix-and-resend": { en: "mend and send again", zh: "更正后重发" },
  "not of the pack": { en: "no code of the pack", zh: "规范包之外的错误码" },
};

/** How often calls ended in one way, and the share of all calls, 0 to 1. */
export interface EndingShare {
  readonly ending: Ending;
  readonly calls: number;
  readonly share: number;
}

/** Answers whose code is of one class, and the share of all calls. */
export interface CodeClass {
  readonly name: string;
  readonly calls: number;
  readonly share: number;
  /** The codes that were seen, the most frequent first. */
  readonly codes: readonly { readonly code: string; readonly times: number }[];
}

const callsOf = ({ totals: { sum } }: LoadRecord): number =>
  Object.values(sum.endings).reduce((all, one) => all + one, 0);

/** All endings with their shares; of a load without a call every share is 0. */
export function endingShares(record: LoadRecord): readonly EndingShare[] {
  const all = callsOf(record);
  return ENDINGS.map((ending) => {
    const calls = record.totals.sum.endings[ending];
    return { ending, calls, share: all === 0 ? 0 : calls / all };
  });
}

/** The codes that answers carried, by the class that the pack gives them; an error of the server can carry one too. */
export function codeClasses(record: LoadRecord): readonly CodeClass[] {
  const all = callsOf(record);
  const classes = new Map(Object.entries(record.head.codeClasses ?? {}));
  const byClass = Map.groupBy(
    Object.entries(record.totals.sum.codes),
    ([code]) => classes.get(code) ?? "not of the pack",
  );
  return [...byClass]
    .map(([name, codes]): CodeClass => {
      const calls = codes.reduce((sum, [, times]) => sum + times, 0);
      return {
        name,
        calls,
        share: all === 0 ? 0 : calls / all,
        codes: codes.map(([code, times]) => ({ code, times })).toSorted((one, other) => other.times - one.times),
      };
    })
    .toSorted((one, other) => other.calls - one.calls);
}

/** A share for people: `99.95 %`. */
export const percent = (share: number): string => `${Number((100 * share).toFixed(3))} %`;
