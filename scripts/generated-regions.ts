import { existsSync, readFileSync, readdirSync } from "node:fs";
import { compilePack } from "../core/pack/compile.ts";
import { loadPack } from "../core/pack/load.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import { DEFECTS } from "../simulator/defects/index.ts";
import { FAULTS } from "../simulator/faults/index.ts";
import { listChecks } from "../suites/verify.ts";
import { FORMATS } from "../reports/formats.ts";
import { decisionRecords } from "./decision-records.ts";

type Language = keyof Bilingual;
type Region = (root: string, language: Language) => string;

const HEADS: Readonly<Record<string, Bilingual>> = {
  interface: { en: "interface", zh: "接口" },
  call: { en: "call", zh: "调用" },
  provider: { en: "provided by", zh: "提供方" },
  what: { en: "what it is for", zh: "用途" },
  area: { en: "area", zh: "领域" },
  requirements: { en: "requirements", zh: "要求数" },
  judged: { en: "judged", zh: "已检验" },
  cases: { en: "cases", zh: "用例数" },
  ids: { en: "judged ids", zh: "已检验编号" },
  fault: { en: "fault", zh: "故障" },
  settings: { en: "settings (default)", zh: "参数（默认值）" },
  defect: { en: "defect", zh: "缺陷" },
  found: { en: "found by", zh: "由此发现" },
  code: { en: "exit code", zh: "退出码" },
  meaning: { en: "meaning", zh: "含义" },
  format: { en: "format", zh: "格式" },
  file: { en: "file", zh: "文件" },
  number: { en: "number", zh: "编号" },
  title: { en: "title", zh: "标题" },
  date: { en: "date", zh: "日期" },
  status: { en: "status", zh: "状态" },
};

/** Exit codes of the command line, in their precedence. */
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

const table = (heads: readonly string[], rows: readonly (readonly string[])[], language: Language): string =>
  [
    `| ${heads.map((head) => HEADS[head]?.[language] ?? head).join(" | ")} |`,
    `|${heads.map(() => "---|").join("")}`,
    ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`),
  ].join("\n");

const cooperation = (root: string): ReturnType<typeof compilePack> => compilePack(loadPack(`${root}specs/cooperation`));

const REGIONS: Readonly<Record<string, Region>> = {
  interfaces: (root, language) =>
    table(
      ["interface", "call", "provider", "what"],
      cooperation(root).source.interfaces.map((one) => [
        `\`${one.id}\``,
        `\`${one.http.method} ${one.http.path}\``,
        one.provider,
        one.title[language],
      ]),
      language,
    ),

  requirements: (root, language) => {
    const { source } = cooperation(root);
    const checks = [...listChecks({ source }, "bank"), ...listChecks({ source }, "platform")];
    const judged = new Set(checks.map(({ requirement }) => requirement));
    const areas = [...new Set(source.requirements.map(({ area }) => area))];
    const total = table(
      ["area", "requirements", "judged", "cases", "ids"],
      areas.map((area) => {
        const ids = source.requirements.filter((one) => one.area === area).map(({ id }) => id);
        return [
          area,
          String(ids.length),
          String(ids.filter((id) => judged.has(id)).length),
          String(new Set(checks.filter(({ requirement }) => ids.includes(requirement)).map(({ id }) => id)).size),
          ids.filter((id) => judged.has(id)).join(" "),
        ];
      }),
      language,
    );
    const sum = source.requirements.filter(({ id }) => judged.has(id)).length;
    return `${total}\n\n${language === "en" ? `${sum} of ${source.requirements.length} requirements are judged; \`verify --list\` prints every case.` : `共 ${source.requirements.length} 条要求，已检验 ${sum} 条；\`verify --list\` 列出全部用例。`}`;
  },

  faults: (_root, language) =>
    table(
      ["fault", "what", "settings"],
      FAULTS.map((fault) => [
        `\`${fault.name}\``,
        fault.title[language],
        Object.entries(fault.settings)
          .map(([name, rule]) => `\`${name}\` (${rule.default})`)
          .join(", "),
      ]),
      language,
    ),

  defects: (_root, language) =>
    table(
      ["defect", "what", "found"],
      DEFECTS.map((defect) => [`\`${defect.name}\``, defect.title[language], defect.requirement]),
      language,
    ),

  decisions: (root, language) =>
    table(
      ["number", "title", "date", "status"],
      decisionRecords(`${root}docs/decisions`).map(({ number, file, title, date, status }) => [
        number,
        `[${title.replaceAll(/[[\]]/g, "")}](${file})`,
        date,
        status,
      ]),
      language,
    ),

  "exit-codes": (_root, language) =>
    table(
      ["code", "meaning"],
      EXIT_CODES.map(([code, meaning]) => [String(code), meaning[language]]),
      language,
    ),

  formats: (_root, language) =>
    table(
      ["format", "file"],
      FORMATS.map(({ name, file }) => [`\`${name}\``, `\`${file}\``]),
      language,
    ),
};

/** Every document with a generated region, as it should be. Throws for an unknown region. */
export function generated(root: string): readonly { readonly file: string; readonly text: string }[] {
  const documents = [
    "README.md",
    "README.zh-CN.md",
    ...readdirSync(`${root}docs`, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  return documents
    .filter((file) => existsSync(root + file))
    .flatMap((file) => {
      const before = readFileSync(root + file, "utf8");
      const language: Language = file.endsWith(".zh-CN.md") ? "zh" : "en";
      const text = before.replaceAll(
        /<!-- generated:([\w-]+) -->[\s\S]*?<!-- \/generated -->/g,
        (_all, name: string) => {
          const region = REGIONS[name];
          if (region === undefined)
            throw new Error(
              `${file}: there is no generated region "${name}"; there are: ${Object.keys(REGIONS).join(", ")}`,
            );
          return `<!-- generated:${name} -->\n${region(root, language)}\n<!-- /generated -->`;
        },
      );
      return before.includes("<!-- generated:") ? [{ file, text }] : [];
    });
}
