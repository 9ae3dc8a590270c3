import { expect, test } from "vitest";
import { englishRuns } from "./english-runs.ts";

test.each([
  "声明有误：缺少“base url of it”",
  '现为 "a text of three words"，而应为文本',
  "请运行 `liantiao serve bank` 生成一份",
  "下一步：liantiao verify bank --help",
  "MUST 的要求：json、html，见 docs/statement.zh-CN.md，以及 JSON Pointer 与 X.509 证书",
  "允许：bank, platform",
])("%s has no English prose", (text) => {
  expect(englishRuns(text)).toEqual([]);
});

test.each([
  ["声明有误：the file is missing", ["the file is missing"]],
  ["无法读取：ENOENT: no such file or directory", ["no such file or directory"]],
  ["Give a PEM file. 请更正取值，it isn't a private-key", ["it isn't a private-key"]],
])("%s has English prose", (text, runs) => {
  expect(englishRuns(text)).toEqual(runs);
});
