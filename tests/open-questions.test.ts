import { expect, test } from "vitest";
import { atPointer } from "../core/json/pointer.ts";
import type { Json } from "../core/unit/unit.ts";
import type { Requirement } from "../core/pack/types.ts";
import { textOf } from "./documents.ts";
import { OPEN_QUESTIONS } from "./open-questions.ts";
import type { Answer } from "./open-questions.ts";

/** The text under a heading, up to the next one of its level or above; of the first heading, up to the next of any level. */
function sectionOf(text: string, heading: string): string | undefined {
  const lines = text.split("\n");
  const begin = lines.findIndex((line) => line.replace(/^#+ /, "") === heading && line.startsWith("#"));
  if (begin < 0) return undefined;
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => /^##? /.test(line));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .join("\n")
    .replaceAll(/\n(?!\n|\||- |\d+\. )/g, " ");
}

/** The text of a place in both languages; a text of a pack that has both in one stands for either. */
function said({ file, at, atZh = "" }: Answer): { readonly en: string | undefined; readonly zh: string | undefined } {
  if (file.endsWith(".md"))
    return { en: sectionOf(textOf(file), at), zh: sectionOf(textOf(file.replace(".md", ".zh-CN.md")), atZh) };
  const document = JSON.parse(textOf(file)) as Json;
  if (/^[A-Z]{3}-\d\d$/.test(at)) {
    const { requirements } = document as unknown as { readonly requirements: readonly Requirement[] };
    const text = requirements.find(({ id }) => id === at)?.text;
    return { en: text?.en, zh: text?.zh };
  }
  const value = atPointer(document, at);
  return typeof value === "string"
    ? { en: value, zh: value }
    : ((value as { readonly en: string; readonly zh: string } | undefined) ?? { en: undefined, zh: undefined });
}

test("each open question is asked once", () => {
  const questions = OPEN_QUESTIONS.map(({ question }) => question);
  expect(new Set(questions).size).toBe(questions.length);
  expect(questions.length).toBeGreaterThan(28);
});

test.each([...OPEN_QUESTIONS])("the documents answer, in both languages: $question", ({ answers }) => {
  expect(answers.length).toBeGreaterThan(0);
  for (const answer of answers) {
    const { en, zh } = said(answer);
    const place = `${answer.file} ${answer.at}`;
    expect(en, `${place} is not there`).toBeDefined();
    expect(zh, `${place} is not there in Chinese`).toBeDefined();
    for (const words of answer.says) expect(en, place).toContain(words);
    for (const words of answer.zh) expect(zh, `${place} in Chinese`).toContain(words);
  }
});
