import { STAGES } from "../../core/pack/types.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

export const errorCodes: Page = {
  name: "error-codes",
  title: { en: "Error codes", zh: "错误码" },
  about: {
    en: "Codes of the reference pack, in the order of the stages in which a call is looked at: of two mistakes the earlier stage's code is answered. The class says what a caller does next. `liantiao explain INSUFFICIENT_FUNDS` shows the remedy of one.",
    zh: "参考规范包的错误码，按处理阶段排列：同时存在两处错误时，返回较早阶段的错误码。类别决定调用方的后续动作。`liantiao explain INSUFFICIENT_FUNDS` 给出处理办法。",
  },
  body: ({ source }, language) =>
    table(
      language === "en"
        ? ["code", "status", "stage", "class", "meaning"]
        : ["错误码", "状态码", "阶段", "类别", "含义"],
      source.errors
        .toSorted((left, right) => STAGES.indexOf(left.stage) - STAGES.indexOf(right.stage) || left.rank - right.rank)
        .map((one) => [code(one.code), String(one.status), one.stage, one.class, one.title[language]]),
    ),
};
