import { FAULTS } from "../../simulator/faults/index.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

export const faults: Page = {
  name: "faults",
  title: { en: "Faults", zh: "故障" },
  about: {
    en: "Misbehaviour that a tester switches on in a running simulator: `liantiao faults on latency --set delayMs=2000 --percent 10`, or from the start with `liantiao serve bank --fault latency`. To add one: [recipe](../recipes/fault.md).",
    zh: "可在运行中的模拟器上开启的异常行为：`liantiao faults on latency --set delayMs=2000 --percent 10`，或启动时开启：`liantiao serve bank --fault latency`。新增方法见[步骤](../recipes/fault.md)。",
  },
  body: (_facts, language) =>
    table(
      language === "en" ? ["fault", "what happens", "settings (default)"] : ["故障", "现象", "参数（默认值）"],
      FAULTS.map((fault) => [
        code(fault.name),
        fault.title[language],
        Object.entries(fault.settings)
          .map(([name, rule]) => `${code(name)} (${rule.default})`)
          .join(", "),
      ]),
    ),
};
