import type { Bilingual } from "../../core/run/verdict.ts";
import type { Facts, Language } from "./facts.ts";

/** One subject of `docs/catalogue`, written in both languages from what code and pack say. */
export interface Page {
  /** The file's name without its ending. */
  readonly name: string;
  readonly title: Bilingual;
  /** What the page shows, and where to read on; Markdown. */
  readonly about: Bilingual;
  readonly body: (facts: Facts, language: Language) => string;
}

const WRITTEN = "<!-- Written by `npm run docs`; do not edit. -->";
const SUFFIX: Readonly<Record<Language, string>> = { en: ".md", zh: ".zh-CN.md" };
const OTHER: Readonly<Record<Language, readonly [name: string, language: Language]>> = {
  en: ["中文", "zh"],
  zh: ["English", "en"],
};

/** Where a page of the catalogue stands, from the root of the repository. */
export const fileOf = (name: string, language: Language): string => `docs/catalogue/${name}${SUFFIX[language]}`;

/** The text of a page in one language. */
export function render({ name, title, about, body }: Page, facts: Facts, language: Language): string {
  const [other, otherLanguage] = OTHER[language];
  const index = language === "en" ? "All pages" : "目录";
  const links = [
    `[${other}](${name}${SUFFIX[otherLanguage]})`,
    ...(name === "README" ? [] : [`[${index}](README${SUFFIX[language]})`]),
  ];
  return [WRITTEN, `# ${title[language]}`, links.join(" · "), about[language], body(facts, language), ""]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}
