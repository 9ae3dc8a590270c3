import { PROBES } from "../../suites/preflight/preflight.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

export const probes: Page = {
  name: "probes",
  title: { en: "Pre-flight probes", zh: "预检项" },
  about: {
    en: "What a run looks at before any check, in this order. The first thing that is wrong ends the run before the system is judged: with exit code 2 when it is configuration, with 3 when it is the network, the harness or a system that is not ready. To add one: [recipe](../recipes/probe.md).",
    zh: "每次运行在检查开始之前依次核对的内容。首个异常即终止运行，不对被测系统作判定：配置问题退出码为 2，网络、测试工具或被测系统未就绪为 3。新增方法见[步骤](../recipes/probe.md)。",
  },
  body: (_facts, language) =>
    table(
      language === "en" ? ["probe", "what it looks at"] : ["预检项", "检查内容"],
      PROBES.map(({ name, title }) => [code(name), title[language]]),
    ),
};
