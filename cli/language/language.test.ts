import { describe, expect, test } from "vitest";
import { UserError } from "../../hosting/user-error.ts";
import { sourcesOf } from "../../tests/sources.ts";
import { buildProgram } from "../program.ts";
import { inChinese } from "../testing/in-chinese.ts";
import { untranslated } from "./chinese-help.ts";
import { HELP_IN_CHINESE, SHARED_OPTIONS } from "./help-in-chinese.ts";
import { environmentLanguage, takeLanguage } from "./language.ts";

describe("takeLanguage", () => {
  test.each([
    [["--lang", "zh", "serve", "bank"], {}, "zh", ["serve", "bank"]],
    [["serve", "bank", "--lang=en"], { LANG: "zh_CN.UTF-8" }, "en", ["serve", "bank"]],
    [["serve", "bank"], { LANG: "zh_CN.UTF-8" }, "zh", ["serve", "bank"]],
    [["call", "echo", "--", "--lang", "zh"], {}, "en", ["call", "echo", "--", "--lang", "zh"]],
  ] as const)("takes the language out of %j in %j", (words, environment, language, left) => {
    expect(takeLanguage(words, environment)).toEqual({ language, words: left });
  });

  test.each([[["--lang", "fr"]], [["serve", "--lang"]]])("%j is refused with the languages there are", (words) => {
    expect(() => takeLanguage(words, {})).toThrow(UserError);
  });
});

test.each([
  [{ LC_ALL: "en_GB.UTF-8", LANG: "zh_CN.UTF-8" }, "en"],
  [{ LC_ALL: "", LC_MESSAGES: "zh_TW", LANG: "C" }, "zh"],
  [{ LANG: "de_DE" }, "en"],
  [{}, "en"],
] as const)("the environment %j asks for %s", (environment, language) => {
  expect(environmentLanguage(environment)).toBe(language);
});

test("every verb, argument and option has Chinese help, and none is left over", async () => {
  const program = await buildProgram({ complain: () => {} });
  expect(untranslated(program)).toEqual([]);
  const paths = new Set([""]);
  const flags = new Set<string>(["--help"]);
  const visit = (command: typeof program, before: string): void => {
    for (const { long } of command.options) flags.add(`${before} ${long ?? ""}`.trim()).add(long ?? "");
    for (const inner of command.commands) {
      const path = `${before} ${inner.name()}`.trim();
      paths.add(path);
      visit(inner, path);
    }
  };
  visit(program, "");
  expect(Object.keys(HELP_IN_CHINESE).filter((path) => !paths.has(path))).toEqual([]);
  expect(Object.keys(SHARED_OPTIONS).filter((flag) => !flags.has(flag))).toEqual([]);
  const named = Object.entries(HELP_IN_CHINESE).flatMap(([path, { options = {} }]) =>
    Object.keys(options).map((flag) => `${path} ${flag}`),
  );
  expect(named.filter((flag) => !flags.has(flag))).toEqual([]);
});

test.each([
  [["verfy"], "没有命令“verfy”"],
  [["verify"], "缺少参数“bank|platform”"],
  [["serve", "bank", "--prot", "1"], "没有选项“--prot”"],
  [["serve", "bank", "--port"], "选项“--port <n>”缺少取值"],
  [["serve", "bank", "--port", "x"], "选项“--port <n>”的取值“x”无效。请给出 0 至 65535 的整数。"],
  [["call", "echo"], "必须给出选项“--sut <statement>”"],
  [["pack", "openapi", "a", "b"], "参数过多，应为 1 个，实为 2 个"],
  [["clock", "--set", "now"], "请给出带时区的时刻，如 2026-11-22T23:59:50+08:00。"],
])("the complaint of %j is in Chinese", async (words, complaint) => {
  const text = await inChinese(...words);
  expect(text).toContain(complaint);
  expect(text).toContain("下一步：liantiao");
});

test("help in Chinese has Chinese titles, defaults and examples", async () => {
  const text = await inChinese("serve", "--help");
  for (const words of ["用法：", "选项：", "示例：", "（默认 8080）", "显示本帮助"]) expect(text).toContain(words);
  for (const english of ["Usage:", "Options:", "(default:", "Examples:"]) expect(text).not.toContain(english);
});

test.each([
  [["serve", "bnak"], "没有角色“bnak”", "是否要写“bank”？请在命令之后首先写明角色"],
  [["verify", "bank"], "verify 需要被测系统的检验声明", "docs/statement.zh-CN.md"],
  [["faults", "on", "latncy"], "没有故障“latncy”", "是否要写“latency”？"],
  [["explain", "IDM-99"], "规范包中没有名为“IDM-99”的", "`liantiao explain` 列出接口与错误码"],
])("the mistake in %j is explained in Chinese", async (words, what, next) => {
  const text = await inChinese(...words);
  for (const part of [what, next, "下一步："]) expect(text).toContain(part);
});

test("every error of command line and hosting has its words in both languages", () => {
  const said = sourcesOf(["cli", "hosting"]).flatMap(({ file, text }) =>
    [...text.matchAll(/new UserError\(\s*("[^"]* [^"]*"|`[^`]* [^`]*`)/g)].map(([, words]) => `${file}: ${words}`),
  );
  expect(said).toEqual([]);
});
