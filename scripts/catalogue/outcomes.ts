import type { Bilingual } from "../../core/run/verdict.ts";
import { FORMATS } from "../../reports/formats.ts";
import type { Language } from "./facts.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

/** Exit codes of `verify`, in their precedence. */
const EXIT_CODES: readonly (readonly [number, Bilingual])[] = [
  [
    2,
    {
      en: "configuration: a flag, file, pack, statement or key is wrong; nothing was judged",
      zh: "配置错误：参数、文件、规范包、声明或密钥有误，未作判定",
    },
  ],
  [1, { en: "a MUST of the declared profile failed", zh: "声明范围内有必测要求未通过" }],
  [
    3,
    {
      en: "undecided: harness error, inconclusive, nothing judged, or the run was cut short",
      zh: "无法判定：工具出错、结果不确定、未判定任何项或运行中断",
    },
  ],
  [99, { en: "only a service level was missed", zh: "仅服务水平未达标" }],
  [0, { en: "every MUST of the declared profile passed", zh: "声明范围内的必测要求全部通过" }],
];

export const exitCodes = (language: Language): string =>
  table(
    language === "en" ? ["exit code", "meaning"] : ["退出码", "含义"],
    EXIT_CODES.map(([number, meaning]) => [String(number), meaning[language]]),
  );

export const outcomes: Page = {
  name: "outcomes",
  title: { en: "Exit codes and report formats", zh: "退出码与报告格式" },
  about: {
    en: "How a run of `liantiao verify` ends. Where several exit codes would fit, the first of the table is the one. `liantiao report runs/today` writes the reports of a run again.",
    zh: "`liantiao verify` 的运行结果。同时符合多个退出码时，取表中靠前者。`liantiao report runs/today` 可重新生成报告。",
  },
  body: (_facts, language) =>
    [
      exitCodes(language),
      table(
        language === "en" ? ["format", "file"] : ["格式", "文件"],
        FORMATS.map(({ name, file }) => [code(name), code(file)]),
      ),
    ].join("\n\n"),
};
