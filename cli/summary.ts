import { join } from "node:path";
import pc from "picocolors";
import { judging } from "../core/run/judge.ts";
import type { CheckJudgement, RunJudgement, WaiverJudgement } from "../core/run/judgement.ts";
import { LOG_FILE } from "../core/run/log.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import { inShort } from "../reports/grouping.ts";
import { toDo } from "../reports/to-do.ts";
import {
  clauseOf,
  headline,
  limitsOfVerdict,
  neverBegan,
  noticesAhead,
  reasonSentence,
  WAIVER_WORDS,
} from "../reports/wording.ts";
import { consoleLine } from "./console-text.ts";
import { UserError } from "../hosting/user-error.ts";

const SHOWN_FAILURES = 5;

/** The judgement of a run as its log tells it. @throws UserError when there is no readable log. */
export function readJudgement(folder: string): RunJudgement {
  const file = join(folder, LOG_FILE);
  const judge = judging();
  const reading = readLogFile(file, judge.event);
  if (!reading.ok)
    throw new UserError(`the event log is damaged: ${reading.problem}`, {
      where: `${file}:${reading.line}`,
      next: "run verify again",
    });
  return judge.judgement(reading.torn);
}

/** What a person reads at the end of a run. */
export function summaryLines(judgement: RunJudgement): readonly string[] {
  const sentence = headline(judgement);
  const colour = judgement.exitCode === 0 ? pc.green : judgement.exitCode === 1 ? pc.red : pc.yellow;
  const { MUST, SHOULD } = judgement.counts;
  const count = (counts: typeof MUST): string =>
    Object.entries(counts)
      .filter(([, number]) => number > 0)
      .map(([name, number]) => `${number} ${name}`)
      .join(", ");
  const rest = judgement.failures.length - SHOWN_FAILURES;
  return [
    "",
    ...noticesAhead(judgement).flatMap(({ en, zh }) => [
      pc.yellow(pc.bold(consoleLine(en))),
      pc.yellow(consoleLine(zh)),
    ]),
    colour(pc.bold(sentence.en)),
    colour(sentence.zh),
    ...(neverBegan(judgement) ? [] : [`MUST: ${count(MUST)}. SHOULD: ${count(SHOULD)}.`]),
    ...(neverBegan(judgement)
      ? []
      : judgement.reasons.map((reason) =>
          pc.dim(`${reasonSentence(reason, judgement).en}${subjectsOf(reason.subjects)}`),
        )),
    ...toDoLines(judgement),
    ...judgement.waivers.map(waiverLine),
    ...judgement.failures
      .slice(0, SHOWN_FAILURES)
      .flatMap((check) => findingLines(check, clauseOf(judgement, check.requirement))),
    ...(rest > 0 ? ["", `... and ${rest} more in the report`] : []),
    "",
    ...limitsOfVerdict(judgement).map(({ en }) => pc.dim(consoleLine(en))),
  ];
}

/** What to do for a verdict, a line each. */
function toDoLines(judgement: RunJudgement): readonly string[] {
  const lines = toDo(judgement);
  if (lines.length === 0) return [];
  return [
    "",
    pc.bold("To do for a verdict / 为得出判定请："),
    ...lines.flatMap(({ en, zh }) => [`- ${en}`, pc.dim(`  ${zh}`)]),
  ];
}

function subjectsOf(subjects: readonly string[]): string {
  if (subjects.length === 0) return "";
  const { shown, rest } = inShort(subjects);
  return ` (${shown.join(", ")}${rest === 0 ? "" : `, and ${rest} more`})`;
}

/** The waivers of a run with their owners and ends, printed with every verdict. */
function waiverLine({ waiver: { requirement, owner, reason, expires }, state }: WaiverJudgement): string {
  return pc.yellow(
    `Waiver ${requirement}: ${WAIVER_WORDS[state].en} / ${WAIVER_WORDS[state].zh}. ${owner}, until ${expires}: ${reason}`,
  );
}

function findingLines(
  { check, requirement, level, finding, waiver }: CheckJudgement,
  clause: Bilingual | undefined,
): readonly string[] {
  if (finding === undefined) return ["", `${pc.red("FAIL")} ${requirement} ${check}`];
  const { minimal } = finding;
  return [
    "",
    `${pc.red("FAIL")} ${pc.bold(requirement)} (${level}${waiver === undefined ? "" : ", waived"}) ${check}`,
    `  ${consoleLine(finding.summary.en)}`,
    `  ${consoleLine(finding.summary.zh)}`,
    ...(clause === undefined ? [] : [`  requires  ${clause.en}`, `            ${clause.zh}`]),
    `  expected  ${consoleLine(finding.expected)}`,
    `  seen      ${consoleLine(finding.seen)}`,
    ...(finding.likelyCause === undefined
      ? []
      : [`  likely    ${consoleLine(finding.likelyCause.en)}`, `            ${consoleLine(finding.likelyCause.zh)}`]),
    ...(minimal === undefined
      ? []
      : [
          `  minimal   ${consoleLine(minimal.description)}${minimal.reproduced === undefined ? "" : `; came back in ${minimal.reproduced.failures} of ${minimal.reproduced.tries} tries`}`,
        ]),
    `  replay    ${finding.replay}`,
  ];
}

/** What `--json` prints: enough for a script to decide and to find the rest. */
export function summaryOf(judgement: RunJudgement, folder: string, files: readonly string[]): object {
  return {
    outcome: judgement.outcome,
    exitCode: judgement.exitCode,
    partial: judgement.partial,
    folder,
    files,
    seed: judgement.head?.seed,
    counts: judgement.counts,
    reasons: judgement.reasons,
    toDo: toDo(judgement),
    failures: judgement.failures.map(({ check, requirement, level, finding }) => ({
      check,
      requirement,
      level,
      summary: finding?.summary,
      expected: finding?.expected,
      seen: finding?.seen,
      likelyCause: finding?.likelyCause,
      minimal: finding?.minimal,
      replay: finding?.replay,
      exchanges: finding?.evidence.length ?? 0,
    })),
  };
}
