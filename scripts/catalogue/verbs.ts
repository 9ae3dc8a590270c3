import type { Language, PrintedVerb } from "./facts.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

/** The help of the command line is in English; the Chinese page has its own words. */
const PURPOSES_ZH: Readonly<Record<string, string>> = {
  serve: "扮演银行或平台",
  call: "发起一次签名调用，验签并解释应答",
  verify: "检验银行或平台",
  report: "由事件日志重新生成报告",
  enrol: "向运行中的模拟器登记参与方公钥",
  "faults list": "列出全部故障及其参数",
  "faults on": "开启故障",
  "faults off": "关闭某个或全部故障",
  clock: "查看或调整运行中模拟器的时钟",
  reset: "复原运行中模拟器的测试数据、时钟与故障",
  fixtures: "查看运行中模拟器的测试数据，或构造某个场景",
  journal: "查看运行中模拟器的报文往来",
  notifications: "查看待发送与已放弃的通知",
  operate: "代操作员执行业务状态变更",
  "pack check": "检查规范包中的全部错误",
  "pack openapi": "将规范包导出为 OpenAPI 3.1",
  explain: "说明接口、业务对象、错误码或要求的含义",
  demo: "演示：一家银行通过，另一家的并发缺陷被发现",
};

function purposeOf({ name, purpose }: PrintedVerb, language: Language): string {
  if (language === "en") return purpose;
  const chinese = PURPOSES_ZH[name];
  if (chinese === undefined)
    throw new Error(`the verb "${name}" has no Chinese purpose; add it to PURPOSES_ZH in scripts/catalogue/verbs.ts`);
  return chinese;
}

export const verbs: Page = {
  name: "verbs",
  title: { en: "Verbs of the command line", zh: "命令" },
  about: {
    en: "`liantiao serve --help` and the like explain every option with its unit and default, and give examples.",
    zh: "`liantiao serve --help` 等会给出每个参数的单位、默认值与示例（英文）。",
  },
  body: ({ verbs: printed }, language) =>
    table(
      language === "en" ? ["verb", "what it does", "options"] : ["命令", "作用", "参数"],
      printed.map((verb) => [
        code([verb.name, ...verb.arguments].join(" ")),
        purposeOf(verb, language),
        verb.options.map(code).join(" "),
      ]),
    ),
};
