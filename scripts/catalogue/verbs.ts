import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

export const verbs: Page = {
  name: "verbs",
  title: { en: "Verbs of the command line", zh: "命令" },
  about: {
    en: "`liantiao serve --help` and the like explain every option with its unit and default, and give examples. `--lang zh`, or LANG, chooses Chinese.",
    zh: "`liantiao serve --help` 等会给出每个参数的单位、默认值与示例；`--lang zh` 或环境变量 LANG 选择中文。",
  },
  body: ({ verbs: printed }, language) =>
    table(
      language === "en" ? ["verb", "what it does", "options"] : ["命令", "作用", "参数"],
      printed.map((verb) => [
        code([verb.name, ...verb.arguments].join(" ")),
        verb.purpose[language],
        verb.options.map(code).join(" "),
      ]),
    ),
};
