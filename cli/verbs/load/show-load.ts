import pc from "picocolors";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { RunJudgement } from "../../../core/run/judgement.ts";
import { visibleJsonLine } from "../../../core/text/visible-text.ts";
import { UserError } from "../../../hosting/user-error.ts";
import { alertWords } from "../../../reports/load/alert-words.ts";
import { writeReports } from "../../../reports/report.ts";
import { lengthOf } from "../../../core/load/profile.ts";
import type { LoadOutcome } from "../../../suites/load/run-load.ts";
import type { Language } from "../../language/language.ts";
import { explainingWriteErrors } from "../../run-folder.ts";
import { summaryLines, summaryOf } from "../../summary.ts";
import { kneeLines } from "./show-knee.ts";

/** Writes the reports of a load, prints what it showed, and sets the exit code. */
export async function showLoad(
  out: string,
  outcome: LoadOutcome,
  { json }: { readonly json?: true },
  language: Language,
): Promise<void> {
  const reports = await explainingWriteErrors(out, () => writeReports(out));
  if (!reports.ok)
    throw new UserError(reports.problem, { where: out, next: { en: "run load again", zh: "请重新运行 load" } });
  const { judgement, files, exitCode } = reports;
  process.exitCode = exitCode;
  for (const notice of reports.notices) console.error(pc.yellow(notice[language]));
  if (json === true) {
    console.log(
      visibleJsonLine({
        ...summaryOf(judgement, out, files),
        latencies: outcome.latencies,
        orders: outcome.orders,
        ...(judgement.knee === undefined ? {} : { knee: judgement.knee }),
      }),
    );
    return;
  }
  console.log(
    [
      ...latencyLines(outcome, language),
      ...levelLines(judgement, language),
      ...kneeLines(judgement, language),
      ...summaryLines(judgement, language),
      "",
      ...files,
    ].join("\n"),
  );
}

/** The latencies of each interface from when its call was to begin, and how many calls there were. */
function latencyLines(
  { plan, latencies, totals: { sum }, orders }: LoadOutcome,
  language: Language,
): readonly string[] {
  const length = lengthOf(plan.profile.phases);
  const begun = sum.due - sum.dropped;
  const counted: Bilingual = {
    en: `${begun} journeys in ${length} s, ${orders} orders`,
    zh: `${length} 秒内 ${begun} 次业务流程，${orders} 笔订单`,
  };
  return [
    "",
    counted[language],
    ...Object.entries(latencies).map(
      ([
        id,
        {
          sinceScheduled: { count, ms, largestMs },
        },
      ]) =>
        `  ${id.padEnd(24)} ${String(count).padStart(7)}  ${Object.entries(ms)
          .map(([name, value]) => `p${name} ${value.toFixed(1)} ms`)
          .join("  ")}  max ${largestMs.toFixed(1)} ms`,
    ),
  ];
}

function levelLines({ serviceLevels }: RunJudgement, language: Language): readonly string[] {
  const words = { en: { met: "met   ", missed: "MISSED" }, zh: { met: "达标  ", missed: "未达标" } }[language];
  return serviceLevels.flatMap(({ level, met }) => {
    const alerts = alertWords(level.burn);
    const { target, seen } = language === "zh" && level.inChinese !== undefined ? level.inChinese : level;
    return [
      `  ${met ? pc.green(words.met) : pc.red(words.missed)} ${level.title[language]}: ${seen} (${target})`,
      ...(alerts === undefined ? [] : [`         ${pc.yellow(alerts[language])}`]),
    ];
  });
}
