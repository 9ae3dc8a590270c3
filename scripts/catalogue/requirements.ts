import { inOrder } from "../../core/pack/requirement-order.ts";
import { casesOf, judgedIn } from "./facts.ts";
import type { Facts, Language } from "./facts.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

/** How many requirements of the pack some check judges, in one sentence. */
export function coverage(facts: Facts, language: Language): string {
  const { requirements } = facts.source;
  const judged = judgedIn(facts);
  const sum = requirements.filter(({ id }) => judged.has(id)).length;
  return language === "en"
    ? `${sum} of ${requirements.length} requirements are judged.`
    : `共 ${requirements.length} 条要求，已检验 ${sum} 条。`;
}

const byArea = (facts: Facts, language: Language): string => {
  const { requirements } = facts.source;
  const judged = judgedIn(facts);
  return table(
    language === "en"
      ? ["area", "requirements", "judged", "cases for a bank", "cases for a platform"]
      : ["领域", "要求数", "已检验", "银行用例数", "平台用例数"],
    [...new Set(requirements.map(({ area }) => area))].map((area) => {
      const own = requirements.filter((one) => one.area === area);
      const cases = (role: "bank" | "platform"): number =>
        own.reduce((sum, { id }) => sum + casesOf(facts, role, id), 0);
      return [
        area,
        String(own.length),
        String(own.filter(({ id }) => judged.has(id)).length),
        String(cases("bank")),
        String(cases("platform")),
      ];
    }),
  );
};

const each = (facts: Facts, language: Language): string =>
  table(
    language === "en" ? ["id", "level", "requirement", "bank", "platform"] : ["编号", "级别", "要求", "银行", "平台"],
    inOrder(facts.source.requirements).map(({ id, level, role, title, judgedBy }) => [
      code(id),
      level,
      title[language],
      ...(["bank", "platform"] as const).map((one) => {
        const cases = casesOf(facts, one, id);
        if (cases > 0) return String(cases);
        if (role !== "both" && role !== one) return "";
        return judgedBy === undefined ? "–" : { en: "load", zh: "负载" }[language];
      }),
    ]),
  );

export const requirements: Page = {
  name: "requirements",
  title: { en: "Requirements", zh: "要求" },
  about: {
    en: "What the reference pack demands of a bank and of a platform. The last two columns say how many cases judge it; a dash means that none does yet, and `load` that [a load](../load.md) does. `liantiao explain IDM-03` shows the text and the source of one; `liantiao verify bank --list` prints every case.",
    zh: "参考规范包对银行与平台的要求。最后两列为检验该要求的用例数，“–”表示尚无用例，“负载”表示由[负载](../load.zh-CN.md)检验。`liantiao explain IDM-03` 给出要求正文与出处，`liantiao verify bank --list` 列出全部用例。",
  },
  body: (facts, language) => [coverage(facts, language), byArea(facts, language), each(facts, language)].join("\n\n"),
};
