import type { Exclusion } from "../core/run/event.ts";
import type { RunJudgement } from "../core/run/judgement.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import { neverBegan } from "./wording.ts";

/** A longer list is better made smaller by judging more. */
const MOST = 40;

/**
 * What the statement would have to exclude for a verdict: what it excludes, and the MUSTs of which nothing was judged, with
 * what kept their checks from running as a first reason. Empty where nothing is missing.
 */
export function exclusionsFor(judgement: RunJudgement, language: keyof Bilingual = "en"): readonly Exclusion[] {
  if (judgement.outcome !== "undecided" || neverBegan(judgement)) return [];
  const open = judgement.requirements.flatMap(({ row, unjudged }) =>
    unjudged === undefined ? [] : [{ requirement: row.id, reason: unjudged[language] }],
  );
  return open.length === 0 ? [] : [...(judgement.head?.exclusions ?? []), ...open.slice(0, MOST)];
}

/** The same as it is pasted into a statement; undefined where nothing is missing. */
export function exclusionsBlock(judgement: RunJudgement, language: keyof Bilingual = "en"): string | undefined {
  const lines = exclusionsFor(judgement, language).map((one) => `      ${JSON.stringify(one)}`);
  if (lines.length === 0) return undefined;
  return `"profile": {\n  "requirements": {\n    "except": [\n${lines.join(",\n")}\n    ]\n  }\n}`;
}
