import { DEFECTS } from "../../simulator/defects/index.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

export const defects: Page = {
  name: "defects",
  title: { en: "Defects", zh: "缺陷" },
  about: {
    en: "Nonconforming variants of the simulator, which try the suites: each is found by the requirement in the last column, and a test holds that. `liantiao serve bank --defect idempotency-race` serves one. To add one: [recipe](../recipes/defect.md).",
    zh: "模拟器的不合规变体，用于检验测试套件自身：每个缺陷都会因最后一列的要求被发现，并有测试保证。启动方式：`liantiao serve bank --defect idempotency-race`。新增方法见[步骤](../recipes/defect.md)。",
  },
  body: (_facts, language) =>
    table(
      language === "en" ? ["defect", "of a", "what is wrong", "found by"] : ["缺陷", "角色", "问题", "由此发现"],
      DEFECTS.map((defect) => [code(defect.name), defect.role, defect.title[language], defect.requirement]),
    ),
};
