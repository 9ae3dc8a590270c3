import type { Command } from "commander";
import type { Bilingual } from "../../core/run/verdict.ts";
import { UserError } from "../../hosting/user-error.ts";

/** The language in which the program speaks to a person. Reports are in both, and what programs read is in English. */
export type Language = keyof Bilingual;

const LANGUAGES: readonly Language[] = ["en", "zh"];

/** The variables of POSIX that name the language of messages, the strongest first. */
const VARIABLES = ["LC_ALL", "LC_MESSAGES", "LANG"] as const;

/** The language that the environment asks for; English where it names none of ours. */
export function environmentLanguage(environment: Readonly<Record<string, string | undefined>>): Language {
  const named = VARIABLES.map((name) => environment[name]).find((value) => value !== undefined && value !== "");
  return named?.toLowerCase().startsWith("zh") === true ? "zh" : "en";
}

/**
 * The language of a command line, and its words without `--lang`, which may stand anywhere ahead of `--`.
 * @throws UserError for a language that the program does not speak
 */
export function takeLanguage(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { readonly language: Language; readonly words: readonly string[] } {
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const at = words.findIndex((word, index) => index < end && (word === "--lang" || word.startsWith("--lang=")));
  if (at < 0) return { language: environmentLanguage(environment), words };
  const joined = words[at] !== "--lang";
  const named = joined ? (words[at]?.slice("--lang=".length) ?? "") : words[at + 1];
  const language = LANGUAGES.find((one) => one === named);
  if (language === undefined)
    throw new UserError(
      named === undefined
        ? { en: "--lang names no language", zh: "--lang 后缺少语言" }
        : { en: `there is no language "${named}"`, zh: `没有语言“${named}”` },
      {
        where: "--lang",
        allowed: LANGUAGES.join(", "),
        next: {
          en: "give one of them, or leave it away for that of LANG",
          zh: "请给出其中之一；不给则按环境变量 LANG",
        },
      },
    );
  return { language, words: words.toSpliced(at, joined ? 1 : 2) };
}

/** The language in which a verb speaks, which its program was built with. */
export function languageOf(command: Command): Language {
  if (command.parent !== null) return languageOf(command.parent);
  return command.getOptionValue("lang") === "zh" ? "zh" : "en";
}
