import type { Command, Option } from "commander";
import { HELP_IN_CHINESE, SHARED_OPTIONS } from "./help-in-chinese.ts";

const TITLES: Readonly<Record<string, string>> = {
  "Usage:": "用法：",
  "Arguments:": "参数：",
  "Options:": "选项：",
  "Commands:": "命令：",
};

/** Gives a program's help Chinese words. A text that the table lacks stays English. */
export function speakChinese(program: Command): void {
  translate(program, "");
}

function translate(command: Command, words: string): void {
  const texts = HELP_IN_CHINESE[words] ?? {};
  const textOf = ({ long, description }: Option): string =>
    texts.options?.[long ?? ""] ?? SHARED_OPTIONS[long ?? ""] ?? description;
  command.configureHelp({
    styleTitle: (title) => TITLES[title] ?? title,
    optionDescription: (option) =>
      `${textOf(option)}${option.defaultValue === undefined || option.negate ? "" : `（默认 ${String(option.defaultValue)}）`}`,
  });
  if (command.commands.length > 0) command.helpCommand("help [command]", "显示某个命令的帮助");
  if (texts.summary !== undefined) command.summary(texts.summary);
  if (texts.description !== undefined) command.description(texts.description);
  for (const argument of command.registeredArguments)
    argument.description = texts.arguments?.[argument.name()] ?? argument.description;
  for (const inner of command.commands) translate(inner, `${words} ${inner.name()}`.trim());
}

/** Every place of a program's help for which the table has no Chinese text, such as `serve --port`. */
export function untranslated(command: Command, words = ""): readonly string[] {
  const texts = HELP_IN_CHINESE[words];
  const place = (name: string): string => `${words} ${name}`.trim();
  return [
    ...(command.summary() !== "" && texts?.summary === undefined ? [place("(summary)")] : []),
    ...(command.description() !== "" && texts?.description === undefined ? [place("(description)")] : []),
    ...command.registeredArguments
      .filter((argument) => argument.description !== "" && texts?.arguments?.[argument.name()] === undefined)
      .map((argument) => place(argument.name())),
    ...command.options
      .map(({ long, flags }) => long ?? flags)
      .filter((flag) => texts?.options?.[flag] === undefined && SHARED_OPTIONS[flag] === undefined)
      .map(place),
    ...command.commands.flatMap((inner) => untranslated(inner, place(inner.name()))),
  ];
}
