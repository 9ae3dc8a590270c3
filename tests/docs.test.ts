import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileExpression } from "../core/expression/expression.ts";
import { OPERATORS } from "../core/expression/registry.ts";
import type { Expression } from "../core/pack/types.ts";
import { generated } from "../scripts/generated-regions.ts";
import { documents, textOf } from "./documents.ts";
import { ROOT } from "./sources.ts";

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

test("the changelog speaks of the version that is being made", () => {
  const { version } = JSON.parse(textOf("package.json")) as { readonly version: string };
  expect(textOf("CHANGELOG.md")).toMatch(/^## \[Unreleased\]$/m);
  expect(textOf("CHANGELOG.md")).toContain(version);
});

test("the package that the READMEs name is the one that `npm pack` makes", () => {
  const { name, version } = JSON.parse(textOf("package.json")) as { readonly name: string; readonly version: string };
  for (const file of ["README.md", "README.zh-CN.md"]) {
    expect(new Set([...textOf(file).matchAll(/liantiao-[\w.]+\.tgz/g)].map(([one]) => one)), file).toEqual(
      new Set([`${name}-${version}.tgz`]),
    );
    // A name that nobody has on the registry may be anybody's tomorrow.
    expect(textOf(file), file).not.toMatch(/npx --yes liantiao/);
  }
});

test("both READMEs have the same sections in the same order", () => {
  const headings = (file: string): readonly string[] =>
    [...textOf(file).matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);
  expect(headings("README.md")).toEqual([
    "What a pass does not prove, and what is not there yet",
    "Two commands",
    "Who plays what",
    "Integrate against the bank in five minutes",
    "Judge your bank",
    "The reference pack",
    "Replaying",
    "Extending",
  ]);
  expect(headings("README.zh-CN.md")).toEqual([
    "“通过”不能证明什么，以及尚未具备的能力",
    "两条命令",
    "角色",
    "五分钟对接模拟银行",
    "检验您的银行",
    "参考规范包",
    "复现",
    "扩展",
  ]);
});

test("every operator of expressions is documented with an example that can be read", () => {
  const rows = textOf("docs/pack-words.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word),
  );
  expect([...OPERATORS.keys()].filter((name) => !named.includes(name))).toEqual([]);
  const examples = rows.flatMap((row) => [...row.matchAll(/`(\{"[^`]*\})`/g)].map(([, text = ""]) => text));
  expect(examples.length).toBeGreaterThan(20);
  for (const text of examples) expect(() => compileExpression(JSON.parse(text) as Expression), text).not.toThrow();
});

describe.each(documents)("%s", (file) => {
  test("a document links to existing files", () => {
    const targets = [...textOf(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, target = ""]) => target);
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(file), target)))).toEqual([]);
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
