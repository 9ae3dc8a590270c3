import { readFileSync, readdirSync } from "node:fs";
import { mistakes, wishes } from "./catalogue/explanations.ts";
import { exitCodes } from "./catalogue/outcomes.ts";
import { readFacts } from "./catalogue/facts.ts";
import type { Facts, Language } from "./catalogue/facts.ts";
import { cataloguePages } from "./catalogue/index.ts";
import { coverage } from "./catalogue/requirements.ts";
import { table } from "./catalogue/table.ts";
import { decisionRecords } from "./decision-records.ts";
import { PACK_LANGUAGE_REGIONS } from "./pack-language/index.ts";

type Region = (facts: Facts, language: Language) => string;

/** What a document may show between `<!-- generated:NAME -->` and `<!-- /generated -->`. */
const REGIONS: Readonly<Record<string, Region>> = {
  coverage,

  "exit-codes": (_facts, language) => exitCodes(language),

  mistakes: (_facts, language) => mistakes(language),

  wishes: (_facts, language) => wishes(language),

  decisions: ({ root }) =>
    table(
      ["number", "title", "date", "status"],
      decisionRecords(`${root}docs/decisions`).map(({ number, file, title, date, status }) => [
        number,
        `[${title.replaceAll(/[[\]]/g, "")}](${file})`,
        date,
        status,
      ]),
    ),

  ...Object.fromEntries(
    Object.entries(PACK_LANGUAGE_REGIONS).map(([name, region]) => [name, ({ root }: Facts) => region(root)]),
  ),
};

const PAGES = "docs/catalogue/";

/** Documents that are written by hand, regions in them apart. */
const writtenByHand = (root: string): readonly string[] => [
  "README.md",
  "README.zh-CN.md",
  ...readdirSync(`${root}docs`, { recursive: true, encoding: "utf8" })
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".md") && !name.startsWith(PAGES)),
];

/** The document with its generated regions as they should be. Throws for a region that there is not. */
function withRegions(file: string, text: string, facts: Facts): string {
  const language: Language = file.endsWith(".zh-CN.md") ? "zh" : "en";
  return text.replaceAll(/<!-- generated:([\w-]+) -->[\s\S]*?<!-- \/generated -->/g, (_all, name: string) => {
    const region = REGIONS[name];
    if (region === undefined)
      throw new Error(`${file}: there is no generated region "${name}"; there are: ${Object.keys(REGIONS).join(", ")}`);
    return `<!-- generated:${name} -->\n${region(facts, language)}\n<!-- /generated -->`;
  });
}

/** Every document that is generated or has a generated region, as it should be. */
export function generated(root: string): readonly { readonly file: string; readonly text: string }[] {
  const facts = readFacts(root);
  return [
    ...writtenByHand(root).flatMap((file) => {
      const before = readFileSync(root + file, "utf8");
      return before.includes("<!-- generated:") ? [{ file, text: withRegions(file, before, facts) }] : [];
    }),
    ...cataloguePages(facts),
  ];
}

/** Files in the folder of generated pages that no page is written to: what a page that was removed has left. */
export function leftover(root: string): readonly string[] {
  const written = new Set(cataloguePages(readFacts(root)).map(({ file }) => file));
  return readdirSync(root + PAGES)
    .map((name) => PAGES + name)
    .filter((file) => !written.has(file));
}
