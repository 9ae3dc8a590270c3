import type { RequirementRow, RunStarted } from "./event.ts";
import { isExcused } from "./judgement.ts";
import type { CheckJudgement } from "./judgement.ts";
import type { Bilingual } from "./verdict.ts";

const UNCHECKED: Bilingual = { en: "no check judges it", zh: "没有检查项检验该要求" };

/**
 * Why nothing was judged of a MUST that the run was to judge; undefined where something was, or where nothing was
 * demanded. What kept its checks from running for want of effort or test data is told as a skip.
 */
export function whyUnjudged(
  row: RequirementRow,
  own: readonly CheckJudgement[],
  head: RunStarted | undefined,
): Bilingual | undefined {
  if (row.level !== "MUST" || head?.exclusions === undefined) return undefined;
  if (own.length === 0) {
    // A narrowed run was asked for what it planned.
    const asked = head.only === undefined && row.unclaimed !== true && row.judgedBy === undefined;
    return asked && row.unobservable === undefined ? UNCHECKED : undefined;
  }
  return own.every(isExcused) ? own.find(({ skipCause }) => skipCause === "capability")?.reason : undefined;
}
