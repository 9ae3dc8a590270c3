import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { englishRuns } from "./english-runs.ts";
import { ROOT, sourcesOf } from "./sources.ts";

/** Chinese, beside the name of the project, which stands in English texts too. */
const isChinese = (text: string): boolean => /[\u4e00-\u9fff]/.test(text.replaceAll("联调", ""));

/** Literals of one line; a template may hold others in its places. */
const LITERAL = /"(?:[^"\\]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^`{}]|`[^`]*`)*\})*`/g;
const PLACE = /\$\{(?:[^`{}]|`[^`]*`)*\}/g;

/** Documents whose lines say each thing in both languages at once. */
const IN_BOTH = ["core/pack/openapi.ts", "reports/markdown.ts"];

/** Texts with English prose in them, each with its file. */
const mixed = (file: string, texts: readonly string[]): readonly string[] =>
  texts.filter((text) => englishRuns(text).length > 0).map((text) => `${file}: ${text}`);

test("no Chinese text of the sources has English prose in it", () => {
  const sources = sourcesOf(["cli", "core", "hosting", "reports", "simulator", "suites"]);
  const texts = sources
    .filter(({ file }) => !IN_BOTH.includes(file))
    .flatMap(({ file, text }) =>
      mixed(
        file,
        text
          .split("\n")
          .flatMap((line) => [...line.matchAll(LITERAL)].map(([literal]) => literal.slice(1, -1)))
          .map((literal) => literal.replaceAll(PLACE, "、").replaceAll('\\"', '"'))
          .filter(isChinese),
      ),
    );
  expect(texts).toEqual([]);
});

test("no Chinese text of the packs has English prose in it", () => {
  const chinese = (value: unknown): readonly string[] => {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
      name === "zh" && typeof inner === "string" ? [inner] : chinese(inner),
    );
  };
  const files = readdirSync(`${ROOT}specs`, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  const texts = files.flatMap((file) => mixed(file, chinese(JSON.parse(readFileSync(`${ROOT}specs/${file}`, "utf8")))));
  expect(texts).toEqual([]);
});
