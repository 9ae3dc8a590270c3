import { STANDINGS } from "../core/run/judgement.ts";
import type { CheckJudgement, RunJudgement } from "../core/run/judgement.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import type { ReportFormat } from "./format.ts";
import { exclusionsBlock } from "./exclusions.ts";
import { findingGroups, inShort, openGroups, skipGroups } from "./grouping.ts";
import { toDo } from "./to-do.ts";
import { formatMs } from "./latency.ts";
import { alertWords } from "./load/alert-words.ts";
import { CLASS_WORDS, codeClasses, ENDING_WORDS, endingShares, percent } from "./load/code-classes.ts";
import type { LoadReading } from "./load/load-record.ts";
import { visible } from "../core/text/visible-text.ts";
import {
  clauseOf,
  COVERABLE_WORDS,
  COVERAGE_WORDS,
  headline,
  limitsOfVerdict,
  noticesAhead,
  OUTCOME_WORDS,
  reachOfVerdict,
  reasonSentence,
  reasonsToSay,
  STANDING_WORDS,
  WAIVER_WORDS,
} from "./wording.ts";

/** Findings shown in full; CI services cut summaries that are too long, and then at any place. */
const FINDINGS_SHOWN = 20;

/** A summary for CI pages: what happened and what to do. Details are left to the HTML page. */
export const markdown: ReportFormat = {
  name: "markdown",
  file: "summary.md",
  begin: (load) => ({ render: (judgement) => render(judgement, load) }),
};

function render(judgement: RunJudgement, load: LoadReading | undefined): string {
  const blocks = [
    ...opening(judgement),
    countsTable(judgement),
    ...section("Findings 发现", findings(judgement)),
    ...section("Preflight 预检", preflight(judgement)),
    ...section("Not decided 未能判定", undecided(judgement)),
    ...section("Load 负载", loadTables(load)),
    ...section("Service levels 服务水平", serviceLevels(judgement)),
    ...section("Waivers 豁免", waiverTable(judgement)),
    ...section("Skipped 跳过", skipped(judgement)),
    ...section("Untested requirements 未测要求", untested(judgement)),
    ...section("Modules covered 模块覆盖", moduleTable(judgement)),
    ...section("Error codes 错误码", errorCodes(judgement)),
    ...section(
      "What this does not prove 本结论不能证明的",
      limitsOfVerdict(judgement).map((limit) => `- ${both(limit)}`),
    ),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** What a reader has to know first: the outcome, of what, and why. */
function opening(judgement: RunJudgement): readonly string[] {
  const { head } = judgement;
  const block = exclusionsBlock(judgement);
  const reasons = reasonsToSay(judgement).map(
    (reason) =>
      `- ${both(reasonSentence(reason, judgement))}${reason.subjects.length === 0 ? "" : ` ${shortly(reason.subjects)}`}`,
  );
  return [
    `# ${both(OUTCOME_WORDS[judgement.outcome])}: ${plain(head?.sut.name ?? "no run")}`,
    ...noticesAhead(judgement).map((notice) => both(notice, "\n\n")),
    both(headline(judgement), "\n\n"),
    ...reachOfVerdict(judgement).map((reach) => both(reach)),
    ...(head === undefined
      ? []
      : [
          `${plain(head.pack.name)} ${plain(head.pack.version)}, role ${head.role}, seed \`${head.seed}\`, effort ${head.effort}, exit code \`${judgement.exitCode}\``,
        ]),
    ...(reasons.length === 0 ? [] : [reasons.join("\n")]),
    ...section(
      "To do for a verdict 为得出判定请",
      toDo(judgement).map((line) => `- ${both(line)}`),
    ),
    ...(block === undefined ? [] : [`\`\`\`json\n${visible(block)}\n\`\`\``]),
  ];
}

function findings(judgement: RunJudgement): readonly string[] {
  const groups = findingGroups(judgement);
  return [
    ...groups.slice(0, FINDINGS_SHOWN).map(({ first, alike }) => {
      const block = findingBlock(first, clauseOf(judgement, first.requirement));
      return alike.length === 0
        ? block
        : `${block}\n\nSeen alike in ${alike.length} more 另有 ${alike.length} 项结果相同: ${shortly(alike.map(({ check }) => check))}`;
    }),
    ...(groups.length > FINDINGS_SHOWN ? [`… and ${groups.length - FINDINGS_SHOWN} more in report.html.`] : []),
  ];
}

function preflight(judgement: RunJudgement): readonly string[] {
  return judgement.preflight
    .filter((result) => !result.ok)
    .map(
      (result) =>
        `- **${plain(result.name)}** (${result.attribution ?? "unattributed"}): ${both(result.message)}${result.remedy === undefined ? "" : ` → ${both(result.remedy)}`}`,
    );
}

function undecided(judgement: RunJudgement): readonly string[] {
  return openGroups(judgement).map(
    ({ standing, reason, checks: group }) =>
      `- ${both(STANDING_WORDS[standing])}: ${reason === undefined ? plain(group[0]?.error ?? "planned, and not finished") : both(reason)} ${shortly(group.map(({ check }) => check))}`,
  );
}

function serviceLevels(judgement: RunJudgement): readonly string[] {
  return judgement.serviceLevels.map(({ level, met }) => {
    const alerts = alertWords(level.burn);
    return `- ${met ? "met 达标" : "**missed 未达标**"}: ${both(level.title)}, ${plain(level.target)}, ${plain(level.seen)} (n = ${level.samples})${alerts === undefined ? "" : `; ${both(alerts)}`}`;
  });
}

/** Latencies by interface, and how calls ended. */
function loadTables(load: LoadReading | undefined): readonly string[] {
  if (load === undefined) return [];
  if ("problem" in load) return [both(load.problem)];
  const { record } = load;
  const names = ["50", "95", "99", "99.9"];
  return [
    table(
      ["ms", "n", ...names.map((name) => `p${name}`)],
      Object.entries(record.latencies).map(([id, { sinceScheduled }]) => [
        plain(id),
        String(sinceScheduled.count),
        ...names.map((name) => formatMs(sinceScheduled.ms[name] ?? 0)),
      ]),
    ),
    [
      ...endingShares(record)
        .filter(({ calls }) => calls > 0)
        .map(({ ending, calls, share }) => `- ${both(ENDING_WORDS[ending])}: ${calls}, ${percent(share)}`),
      ...codeClasses(record).map(
        ({ name, calls, share, codes }) =>
          `- ${both(CLASS_WORDS[name] ?? { en: name, zh: name })}: ${calls}, ${percent(share)} (${codes.map(({ code }) => plain(code)).join(", ")})`,
      ),
    ].join("\n"),
  ];
}

function waiverTable({ waivers }: RunJudgement): readonly string[] {
  if (waivers.length === 0) return [];
  return [
    table(
      ["requirement", "state", "owner", "expires", "reason"],
      waivers.map(({ waiver, state }) => [
        plain(waiver.requirement),
        both(WAIVER_WORDS[state]),
        plain(waiver.owner),
        plain(waiver.expires),
        plain(waiver.reason),
      ]),
    ),
  ];
}

function skipped(judgement: RunJudgement): readonly string[] {
  return skipGroups(judgement).map(
    (group) =>
      `- ${both(group.reason)} (${group.cause}${group.excused ? "" : ", **leaves its requirements unproved 相关要求未获证明**"}): ${shortly(group.checks.map(({ check }) => check))}`,
  );
}

function untested({ head, requirements }: RunJudgement): readonly string[] {
  const left = requirements.filter(({ standing }) => standing === "untested");
  if (head?.only === undefined && head?.modules === undefined)
    return left.map(({ row }) => `- **${plain(row.id)}** ${row.level}: ${both(row.title)}`);
  return left.length === 0 ? [] : [left.map(({ row }) => plain(row.id)).join(" ")];
}

/** How much of each module was seen to work; what was not stands on the HTML page. */
function moduleTable({ modules }: RunJudgement): readonly string[] {
  if (modules.length === 0) return [];
  const kinds = ["called", "told", "codes", "moves"] as const;
  return [
    table(
      ["", ...kinds.map((kind) => both(COVERABLE_WORDS[kind]))],
      modules.map((one) => [both(one.title), ...kinds.map((kind) => `${one[kind].covered} / ${one[kind].of}`)]),
    ),
  ];
}

function errorCodes({ codes }: RunJudgement): readonly string[] {
  if (codes.length === 0) return [];
  const lines = (["state", "fixture", "seen", "never"] as const).map(
    (coverage) =>
      `- ${both(COVERAGE_WORDS[coverage])}: ${codes.filter((code) => code.coverage === coverage).length} / ${codes.length}`,
  );
  return [lines.join("\n")];
}

function section(title: string, blocks: readonly string[]): readonly string[] {
  if (blocks.length === 0) return [];
  const listed = blocks.every((block) => block.startsWith("- "));
  return [`## ${title}`, ...(listed ? [blocks.join("\n")] : blocks)];
}

function countsTable({ counts }: RunJudgement): string {
  const shown = STANDINGS.filter(
    (standing) => counts.MUST[standing] + counts.SHOULD[standing] > 0 || standing === "pass" || standing === "fail",
  );
  return table(
    ["", ...shown.map((standing) => both(STANDING_WORDS[standing]))],
    (["MUST", "SHOULD"] as const).map((level) => [level, ...shown.map((standing) => String(counts[level][standing]))]),
  );
}

function findingBlock(check: CheckJudgement, clause: Bilingual | undefined): string {
  const { finding, waiver } = check;
  const mark =
    waiver === undefined
      ? check.level
      : `${check.level}, waived by ${plain(waiver.owner)} until ${plain(waiver.expires)}`;
  const lines = [
    `### ${plain(check.requirement)} (${mark}) ${plain(check.check)}`,
    "",
    ...(clause === undefined ? [] : [`> ${both(clause)}`, ""]),
  ];
  if (finding === undefined)
    return [...lines, check.reason === undefined ? "No evidence was recorded." : both(check.reason)].join("\n");
  const reproduced = finding.minimal?.reproduced;
  return [
    ...lines,
    both(finding.summary, "\n\n"),
    "",
    `- expected 应为: ${once(finding.expected, finding.inChinese?.expected)}`,
    `- seen 实际: ${once(finding.seen, finding.inChinese?.seen)}`,
    ...(finding.likelyCause === undefined ? [] : [`- likely cause 可能原因: ${both(finding.likelyCause)}`]),
    ...(reproduced === undefined ? [] : [`- reproduced 重现: ${reproduced.failures} / ${reproduced.tries}`]),
    "",
    fenced(finding.replay),
  ].join("\n");
}

/** Ids of checks by their kind; a list of hundreds says less. */
function shortly(checks: readonly string[]): string {
  const { shown, rest } = inShort(checks, 8);
  return `${shown.map(plain).join(", ")}${rest === 0 ? "" : `, … and ${rest} more 等另外 ${rest} 项`}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function both({ en, zh }: Bilingual, between = " "): string {
  return `${plain(en)}${between}${plain(zh)}`;
}

/** What may be the same in both languages, which then stands once. */
function once(en: string, zh = en): string {
  return en === zh ? plain(en) : both({ en, zh });
}

/** Text as text: nothing in it may become markup, a link or another row of a table. */
function plain(text: string): string {
  return (
    visible(text)
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replace(/[\\`*_{}[\]#!|~@]/g, "\\$&")
      // GitHub makes links of bare addresses too.
      .replaceAll("://", "&#58;//")
      .replace(/www\./gi, (found) => found.replace(".", "&#46;"))
      .replace(/\s+/g, " ")
  );
}

/** A fence longer than any run of backticks inside cannot be closed by what it holds. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${visible(text)}\n${fence}`;
}
