import { CHECKS } from "../../suites/checks/index.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

const neededBy = (scenario: string): string =>
  [...new Set(CHECKS.filter((one) => one.needs?.fixtures?.includes(scenario)).map(({ requirement }) => requirement))]
    .toSorted()
    .join(" ");

export const scenarios: Page = {
  name: "scenarios",
  title: { en: "Scenarios", zh: "场景" },
  about: {
    en: "Situations for which a statement names test data of the system under test, under `fixtures` ([how](../statement.md)). The simulator seeds each of them for every party. The last column lists the requirements that are judged only with it.",
    zh: "声明须在 `fixtures` 中为这些场景指定被测系统的测试数据（[写法](../statement.zh-CN.md)）。模拟器为每个参与方预置全部场景。最后一列为缺少该场景便无法检验的要求。",
  },
  body: ({ source }, language) =>
    table(
      language === "en"
        ? ["scenario", "of a", "situation", "values to give", "needed for"]
        : ["场景", "角色", "情形", "须给出的值", "涉及要求"],
      source.scenarios.map((one) => [
        code(one.id),
        one.role,
        one.title[language],
        Object.keys(one.gives).map(code).join(", "),
        neededBy(one.id),
      ]),
    ),
};
