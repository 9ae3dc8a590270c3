import { defects } from "./defects.ts";
import { dialects } from "./dialects.ts";
import { errorCodes } from "./error-codes.ts";
import type { Facts, Language } from "./facts.ts";
import { faults } from "./faults.ts";
import { hooks } from "./hooks.ts";
import { interfaces } from "./interfaces.ts";
import { outcomes } from "./outcomes.ts";
import { fileOf, render } from "./page.ts";
import type { Page } from "./page.ts";
import { probes } from "./probes.ts";
import { coverage, requirements } from "./requirements.ts";
import { scenarios } from "./scenarios.ts";
import { code, table } from "./table.ts";
import { verbs } from "./verbs.ts";

/** One page a subject; a new one is a file here and a line in this list. */
const SUBJECTS: readonly Page[] = [
  interfaces,
  errorCodes,
  scenarios,
  requirements,
  hooks,
  probes,
  outcomes,
  verbs,
  faults,
  defects,
  dialects,
];

const LANGUAGES: readonly Language[] = ["en", "zh"];

const index: Page = {
  name: "README",
  title: { en: "Catalogue", zh: "目录" },
  about: {
    en: "What the reference pack, the suites and the simulator have, written by `npm run docs` from pack and code.",
    zh: "参考规范包、测试套件与模拟器的全部条目，由 `npm run docs` 根据规范包与代码生成。",
  },
  body: (facts, language) => {
    const suffix = language === "en" ? ".md" : ".zh-CN.md";
    const rows = SUBJECTS.map((page) => {
      const entries = page.body(facts, language).match(/^\| `/gm)?.length ?? 0;
      return [`[${page.title[language]}](${page.name}${suffix})`, entries === 0 ? "" : String(entries)];
    });
    return [
      table(language === "en" ? ["page", "entries"] : ["页面", "条目数"], rows),
      `${coverage(facts, language)} ${language === "en" ? "The pack is" : "规范包："} ${code(`${facts.source.manifest.name} ${facts.source.manifest.version}`)}${language === "en" ? "." : "。"}`,
    ].join("\n\n");
  },
};

/** Every page of `docs/catalogue` in both languages, as it should be. */
export function cataloguePages(facts: Facts): readonly { readonly file: string; readonly text: string }[] {
  return [index, ...SUBJECTS].flatMap((page) =>
    LANGUAGES.map((language) => ({ file: fileOf(page.name, language), text: render(page, facts, language) })),
  );
}
