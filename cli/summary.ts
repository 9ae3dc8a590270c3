import { join } from "node:path";
import pc from "picocolors";
import { judging } from "../core/run/judge.ts";
import type { CheckJudgement, RunJudgement, WaiverJudgement } from "../core/run/judgement.ts";
import { LOG_FILE } from "../core/run/log.ts";
import { readLogFile } from "../core/run/log-reading.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import type { Finding } from "../core/run/finding.ts";
import { exclusionsBlock, exclusionsFor } from "../reports/exclusions.ts";
import { findingGroups, inShort } from "../reports/grouping.ts";
import { toDo } from "../reports/to-do.ts";
import {
  clauseOf,
  headline,
  limitsOfVerdict,
  neverBegan,
  noticesAhead,
  reasonSentence,
  STANDING_WORDS,
  WAIVER_WORDS,
} from "../reports/wording.ts";
import { consoleLine, consoleText } from "./console-text.ts";
import type { Language } from "./language/language.ts";
import { UserError } from "../hosting/user-error.ts";

const SHOWN_FAILURES = 5;

/** What the end of a run says besides what the run itself says. */
const WORDS = {
  en: {
    toDo: "To do for a verdict:",
    toExclude: "What to exclude in the statement, with your reasons:",
    more: (count: number) => `... and ${count} more in the report`,
    moreNames: (count: number) => `, and ${count} more`,
    waiver: (requirement: string, state: string, owner: string, expires: string, reason: string) =>
      `Waiver ${requirement}: ${state}. ${owner}, until ${expires}: ${reason}`,
    waived: ", waived",
    requires: "requires  ",
    expected: "expected  ",
    seen: "seen      ",
    likely: "likely    ",
    minimal: "minimal   ",
    replay: "replay    ",
    alike: (count: number) => `alike     ${count} more`,
    reproduced: (failures: number, tries: number) => `; came back in ${failures} of ${tries} tries`,
  },
  zh: {
    toDo: "为得出判定请：",
    toExclude: "可排除的要求（写入声明，请改写理由）：",
    more: (count: number) => `…… 报告中另有 ${count} 项`,
    moreNames: (count: number) => `，另有 ${count} 项`,
    waiver: (requirement: string, state: string, owner: string, expires: string, reason: string) =>
      `豁免 ${requirement}：${state}。${owner}，至 ${expires}：${reason}`,
    waived: "，已豁免",
    requires: "要求      ",
    expected: "应为      ",
    seen: "实为      ",
    likely: "可能原因  ",
    minimal: "最小用例  ",
    replay: "复现      ",
    alike: (count: number) => `结果相同  另有 ${count} 项`,
    reproduced: (failures: number, tries: number) => `；重试 ${tries} 次，出现 ${failures} 次`,
  },
} as const;

/** The judgement of a run as its log tells it. @throws UserError when there is no readable log. */
export function readJudgement(folder: string): RunJudgement {
  const file = join(folder, LOG_FILE);
  const judge = judging();
  const reading = readLogFile(file, judge.event);
  if (!reading.ok)
    throw new UserError(
      { en: `the event log is damaged: ${reading.problem.en}`, zh: `事件日志已损坏：${reading.problem.zh}` },
      {
        where: `${file}:${reading.line}`,
        next: { en: "run verify again", zh: "请重新运行 verify" },
      },
    );
  return judge.judgement(reading.torn);
}

/** What a person reads at the end of a run. */
export function summaryLines(judgement: RunJudgement, language: Language): readonly string[] {
  const words = WORDS[language];
  const colour = judgement.exitCode === 0 ? pc.green : judgement.exitCode === 1 ? pc.red : pc.yellow;
  const { MUST, SHOULD } = judgement.counts;
  const count = (counts: typeof MUST): string =>
    Object.entries(counts)
      .filter(([, number]) => number > 0)
      .map(([name, number]) => `${number} ${wordFor(name, language)}`)
      .join(language === "zh" ? "，" : ", ");
  const groups = findingGroups(judgement);
  const rest = groups.length - SHOWN_FAILURES;
  return [
    "",
    ...noticesAhead(judgement).map((notice) => pc.yellow(pc.bold(consoleLine(notice[language])))),
    colour(pc.bold(consoleLine(headline(judgement)[language]))),
    ...(neverBegan(judgement)
      ? []
      : [
          language === "zh"
            ? `MUST：${count(MUST)}。SHOULD：${count(SHOULD)}。`
            : `MUST: ${count(MUST)}. SHOULD: ${count(SHOULD)}.`,
        ]),
    ...(neverBegan(judgement)
      ? []
      : judgement.reasons.map((reason) =>
          pc.dim(`${consoleLine(reasonSentence(reason, judgement)[language])}${subjectsOf(reason.subjects, language)}`),
        )),
    ...toDoLines(judgement, language),
    ...toExclude(judgement, language),
    ...judgement.waivers.map((waiver) => waiverLine(waiver, language)),
    ...groups.slice(0, SHOWN_FAILURES).flatMap(({ first, alike }) => [
      ...findingLines(first, clauseOf(judgement, first.requirement), language),
      ...(alike.length === 0
        ? []
        : [
            `  ${words.alike(alike.length)}${subjectsOf(
              alike.map(({ check }) => check),
              language,
            )}`,
          ]),
    ]),
    ...(rest > 0 ? ["", words.more(rest)] : []),
    "",
    ...limitsOfVerdict(judgement).map((limit) => pc.dim(consoleLine(limit[language]))),
  ];
}

/** A verdict or a count of verdicts in words. */
const wordFor = (name: string, language: Language): string =>
  language === "zh" ? (STANDING_WORDS[name as keyof typeof STANDING_WORDS]?.zh ?? name) : name;

/** What to do for a verdict, a line each. */
function toDoLines(judgement: RunJudgement, language: Language): readonly string[] {
  const lines = toDo(judgement);
  return lines.length === 0
    ? []
    : ["", pc.bold(WORDS[language].toDo), ...lines.map((line) => `- ${consoleLine(line[language])}`)];
}

/** What the statement has to exclude for a verdict, ready to be pasted into it. */
function toExclude(judgement: RunJudgement, language: Language): readonly string[] {
  const block = exclusionsBlock(judgement, language);
  return block === undefined ? [] : ["", pc.bold(WORDS[language].toExclude), consoleText(block)];
}

function subjectsOf(subjects: readonly string[], language: Language): string {
  if (subjects.length === 0) return "";
  const { shown, rest } = inShort(subjects);
  return ` (${consoleLine(shown.join(", "))}${rest === 0 ? "" : WORDS[language].moreNames(rest)})`;
}

/** The waivers of a run with their owners and ends, printed with every verdict. */
function waiverLine({ waiver, state }: WaiverJudgement, language: Language): string {
  const { requirement, owner, reason, expires } = waiver;
  return pc.yellow(
    consoleLine(WORDS[language].waiver(requirement, WAIVER_WORDS[state][language], owner, expires, reason)),
  );
}

function findingLines(
  { check, requirement, level, finding, waiver }: CheckJudgement,
  clause: Bilingual | undefined,
  language: Language,
): readonly string[] {
  const failed = pc.red(language === "zh" ? "未通过" : "FAIL");
  if (finding === undefined) return ["", `${failed} ${consoleLine(`${requirement} ${check}`)}`];
  const words = WORDS[language];
  const { minimal, likelyCause } = finding;
  const said = inLanguage(finding, language);
  const row = (label: string, text: string): string => `  ${label}${consoleLine(text)}`;
  return [
    "",
    `${failed} ${pc.bold(consoleLine(requirement))} (${level}${waiver === undefined ? "" : words.waived}) ${consoleLine(check)}`,
    `  ${consoleLine(finding.summary[language])}`,
    ...(clause === undefined ? [] : [row(words.requires, clause[language])]),
    row(words.expected, said.expected),
    row(words.seen, said.seen),
    ...(likelyCause === undefined ? [] : [row(words.likely, likelyCause[language])]),
    ...(minimal === undefined
      ? []
      : [
          row(
            words.minimal,
            `${said.minimal ?? minimal.description}${minimal.reproduced === undefined ? "" : words.reproduced(minimal.reproduced.failures, minimal.reproduced.tries)}`,
          ),
        ]),
    row(words.replay, finding.replay),
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
    exclude: exclusionsFor(judgement),
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

/** What was expected and seen, and the description of the minimal case, in Chinese where that differs. */
function inLanguage(
  { expected, seen, inChinese }: Finding,
  language: Language,
): { readonly expected: string; readonly seen: string; readonly minimal?: string } {
  return language === "zh" && inChinese !== undefined ? inChinese : { expected, seen };
}
