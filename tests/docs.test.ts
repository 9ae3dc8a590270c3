import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AnySchema } from "ajv";
import { describe, expect, test } from "vitest";
import { calendar } from "../core/calendar/calendar.ts";
import { FORM_NAMES, formProblem } from "../core/form/forms.ts";
import { compileExpression } from "../core/expression/expression.ts";
import { OPERATORS } from "../core/expression/registry.ts";
import { schemaValidator } from "../core/pack/annotation.ts";
import type { Expression } from "../core/pack/types.ts";
import { generated, leftover } from "../scripts/generated-regions.ts";
import { listedWords, shownWords } from "../scripts/pack-language/index.ts";
import type { ShownWord } from "../scripts/pack-language/index.ts";
import { LISTS } from "../scripts/pack-language/listed.ts";
import { pathOf } from "../scripts/pack-language/word.ts";
import { documents, textOf } from "./documents.ts";
import { ROOT, sourcesOf } from "./sources.ts";

test("the generated tables of the documents agree with the pack and the registries", () => {
  const written = generated(ROOT);
  expect(written.map(({ file }) => file)).toContain("README.md");
  for (const { file, text } of written) expect(textOf(file), `${file} is stale; run npm run docs`).toBe(text);
});

test("CONTRIBUTING has a row for every recipe", () => {
  const recipes = readdirSync(`${ROOT}docs/recipes`).filter((name) => name.endsWith(".md") && !name.includes(".zh-CN"));
  const linked = [...textOf("CONTRIBUTING.md").matchAll(/\]\(docs\/recipes\/([\w-]+\.md)\)/g)].map(([, name]) => name);
  expect(new Set(linked)).toEqual(new Set(recipes));
});

test("documents call scripts that package.json has", () => {
  const { scripts } = JSON.parse(textOf("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
  const called = documents.flatMap((file) =>
    [...textOf(file).matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = ""]) => ({ file, name })),
  );
  expect(called.length).toBeGreaterThan(0);
  expect(called.filter(({ name }) => scripts[name] === undefined)).toEqual([]);
});

test("the changelog has a section for the version being made", () => {
  const { version } = JSON.parse(textOf("package.json")) as { readonly version: string };
  expect(textOf("CHANGELOG.md")).toMatch(/^## \[Unreleased\]$/m);
  expect(textOf("CHANGELOG.md")).toContain(version);
});

test("the package that the READMEs name is the one that `npm pack` makes", () => {
  const { name, version } = JSON.parse(textOf("package.json")) as { readonly name: string; readonly version: string };
  const archives = (file: string): ReadonlySet<string> =>
    new Set([...textOf(file).matchAll(/liantiao-[\w.]+\.tgz/g)].map(([one]) => one));
  for (const file of ["README.md", "README.zh-CN.md"])
    expect(archives(file), file).toEqual(new Set([`${name}-${version}.tgz`]));
  for (const file of documents)
    expect([...archives(file)].filter((one) => one !== `${name}-${version}.tgz`)).toEqual([]);
});

test("documents and program take the package from a file, not from a registry", () => {
  const said = [
    ...documents.map((file) => ({ file, text: textOf(file) })),
    ...sourcesOf(["core", "simulator", "suites", "reports", "hosting", "cli"]),
  ];
  const fetching =
    /npx (?:(?!--no |--package=\.\/)-\S+ )*(?:--package[ =])?liantiao\b|--package[ =]liantiao\b|npm (?:install|i|add|exec|x) (?:-\S+ )*liantiao\b/;
  expect(said.filter(({ text }) => fetching.test(text)).map(({ file }) => file)).toEqual([]);
});

const README_SECTIONS: readonly (readonly [en: string, zh: string])[] = [
  ["What a pass does not prove", "“通过”不能证明什么"],
  ["Two commands", "两条命令"],
  ["Five minutes: integrate your platform against the simulated bank", "五分钟：平台对接模拟银行"],
  ["Five minutes: integrate your bank against the simulated platform", "五分钟：银行对接模拟平台"],
  ["Five minutes: judge your bank", "五分钟：检验您的银行"],
  ["Five minutes: judge your platform", "五分钟：检验您的平台"],
  ["Who plays what", "角色分工"],
  ["Extend", "扩展"],
  ["Licence and links", "许可证与链接"],
];

test("both READMEs have the same sections in the same order", () => {
  const headings = (file: string): readonly string[] =>
    [...textOf(file).matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);
  expect(headings("README.md")).toEqual(README_SECTIONS.map(([en]) => en));
  expect(headings("README.zh-CN.md")).toEqual(README_SECTIONS.map(([, zh]) => zh));
});

test("the catalogue holds the pages that are written to it, and those alone", () => {
  expect(leftover(ROOT)).toEqual([]);
});

test("every operator of expressions is documented with an example that can be read", () => {
  const [, section = ""] = textOf("docs/pack-language.md").split("## Expressions");
  const rows = (section.split("### Views")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word),
  );
  expect([...OPERATORS.keys()].filter((name) => !named.includes(name))).toEqual([]);
  const examples = rows.flatMap((row) => [...row.matchAll(/`(\{"[^`]*\})`/g)].map(([, text = ""]) => text));
  expect(examples.length).toBeGreaterThan(20);
  for (const text of examples) expect(() => compileExpression(JSON.parse(text) as Expression), text).not.toThrow();
});

test("every form of a field is documented with texts that it reads and refuses", () => {
  const context = { minorUnits: 2, currency: "CNY", calendar: calendar("Asia/Shanghai", "00:00:00") };
  const cells = textOf("docs/pack-language.md")
    .split("\n")
    .map((line) => line.split("|").map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word)));
  for (const name of FORM_NAMES) {
    const row = cells.find((each) => each[1]?.[0] === name) ?? [];
    const [text = ""] = row[3] ?? [];
    const refused = row[4] ?? [];
    // What is packed is not written out.
    if (name !== "gzip-base64") expect(formProblem({ "x-as": name }, text, context), text).toBeUndefined();
    expect(refused.length, name).toBeGreaterThan(0);
    for (const wrong of refused) expect(formProblem({ "x-as": name }, wrong, context), wrong).toBeDefined();
  }
});

describe("docs/pack-language.md", () => {
  const words = shownWords(ROOT);
  const named = ({ part, steps, form }: ShownWord): string =>
    `${part} ${pathOf(steps)}${form === undefined ? "" : ` (${form.join()})`}`;

  test("every word of the language of packs is explained and has an example", () => {
    expect(words.length).toBeGreaterThan(250);
    expect(words.filter(({ description }) => description === "").map(named)).toEqual([]);
    expect(words.filter(({ example }) => example === undefined).map(named)).toEqual([]);
  });

  test("every word of a list is explained and used by a pack of this project", () => {
    const listed = Object.keys(LISTS).flatMap((name) => listedWords(name, ROOT));
    expect(listed.length).toBeGreaterThan(80);
    expect(listed.filter(({ meaning, user }) => meaning === "" || user === undefined)).toEqual([]);
  });

  test("an example of a meta-schema satisfies it", () => {
    const ajv = schemaValidator();
    ajv.addKeyword("x-expression");
    ajv.addSchema(JSON.parse(textOf("specs/meta/shared.schema.json")) as AnySchema, "shared.schema.json");
    for (const word of words.filter(({ schema }) => schema.examples !== undefined)) {
      const satisfies = ajv.compile(
        JSON.parse(JSON.stringify(word.schema).replaceAll('"#/$defs', '"shared.schema.json#/$defs')) as AnySchema,
      );
      for (const example of word.schema.examples ?? [])
        expect(satisfies(example) ? [] : satisfies.errors, named(word)).toEqual([]);
    }
  });
});

/** What users read, beside the READMEs and the catalogue, and therefore in both languages. */
const FOR_USERS = [
  "control-plane",
  "hooks",
  "inspect",
  "load",
  "statement",
  "verify",
  "recipes/check",
  "recipes/client",
  "recipes/dialect",
  "recipes/pack",
  "recipes/provider",
  "recipes/serve-tls",
];

const CHINESE = ".zh-CN.md";
const codeBlocksOf = (text: string): readonly string[] =>
  [...text.matchAll(/^ *```(\S*)\n([\s\S]*?)^ *```$/gm)].map(([, language = "", block = ""]) =>
    // A comment of a command is for people, and in their language.
    language === "" ? block.replaceAll(/ +# .*$/gm, "") : block,
  );
/** The text without its blocks of code, in which brackets mean something else. */
const proseOf = (text: string): string => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
const outline = (text: string): readonly string[] => {
  const prose = proseOf(text);
  const links = [...prose.matchAll(/\]\(([^)\s#]*)/g)].map(([, target = ""]) => target.replace(CHINESE, ".md"));
  return [
    ...[...prose.matchAll(/^#+(?= )/gm)].map(([level]) => `heading ${level}`),
    `${[...prose.matchAll(/^\|/gm)].length} lines of tables`,
    `${[...prose.matchAll(/^(?:- |\d+\. )/gm)].length} items of lists`,
    ...links.toSorted().map((target) => `link to ${target}`),
  ];
};
const pairs = documents
  .filter((file) => file.endsWith(CHINESE))
  .map((chinese) => ({ chinese, english: chinese.replace(CHINESE, ".md") }));

test("documents for users are in both languages", () => {
  const english = pairs.map((pair) => pair.english);
  expect(english).toEqual(expect.arrayContaining(["README.md", ...FOR_USERS.map((name) => `docs/${name}.md`)]));
  expect(english.filter((file) => !documents.includes(file))).toEqual([]);
});

test.each(pairs)("$chinese has the headings, tables, lists and links of $english", ({ chinese, english }) => {
  expect(outline(textOf(chinese))).toEqual(outline(textOf(english)));
});

test.each(pairs)("$chinese has the code of $english", ({ chinese, english }) => {
  expect(codeBlocksOf(textOf(chinese))).toEqual(codeBlocksOf(textOf(english)));
});

test("statements that documents show satisfy the schema of statements", () => {
  const schema = JSON.parse(textOf("specs/meta/statement.schema.json")) as AnySchema & { readonly $id: string };
  const validator = schemaValidator();
  for (const name of ["shared.schema.json", "loads.schema.json"])
    validator.addSchema(JSON.parse(textOf(`specs/meta/${name}`)) as AnySchema, new URL(name, schema.$id).href);
  const satisfies = validator.compile(schema);
  const shown = documents.flatMap((file) =>
    [...textOf(file).matchAll(/^```json\n([\s\S]*?"sutPartyId"[\s\S]*?)^```$/gm)].map(([, text = ""]) => ({
      file,
      text,
    })),
  );
  expect(shown.length).toBeGreaterThan(2);
  for (const { file, text } of shown) expect(satisfies(JSON.parse(text)) ? [] : satisfies.errors, file).toEqual([]);
});

/** Anchors of a document's headings, as GitHub makes them. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}

describe.each(documents)("%s", (file) => {
  test("a document links to existing files", () => {
    const targets = [...proseOf(textOf(file)).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(
      ([, target = ""]) => target,
    );
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(file), target)))).toEqual([]);
  });

  test("a document links to existing headings", () => {
    const targets = [...proseOf(textOf(file)).matchAll(/\]\((?!https?:)([^)#\s]*\.md)?#([^)\s]+)\)/g)];
    expect(
      targets
        .filter(([, target, anchor = ""]) => {
          const linked = target === undefined ? file : join(dirname(file), target);
          return !anchorsOf(textOf(linked)).includes(decodeURIComponent(anchor));
        })
        .map(([link]) => link),
    ).toEqual([]);
  });

  test("a document names existing files", () => {
    // A name in capitals, a star or a dot in place of letters stands for what the reader puts there.
    const named = [
      ...textOf(file)
        .replaceAll(/```[\s\S]*?```/g, "")
        .matchAll(
          /`((?:cli|core|docs|examples|hosting|reports|scripts|simulator|specs|suites|tests|trials|bench)\/[^`\s]*)`/g,
        ),
    ].map(([, path = ""]) => path);
    expect(
      named.filter((path) => !/[A-Z*…]|\.\.\./.test(path.replace(/README\.md$/, "")) && !existsSync(ROOT + path)),
    ).toEqual([]);
  });
});
