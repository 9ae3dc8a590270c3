import { addressOf } from "../../core/pack/selection.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

export const interfaces: Page = {
  name: "interfaces",
  title: { en: "Interfaces", zh: "接口" },
  about: {
    en: "Interfaces of the reference pack `cooperation`. `liantiao explain payment.create` shows one with its fields and error codes; `liantiao pack openapi` writes all of them as OpenAPI 3.1.",
    zh: "参考规范包 `cooperation` 的全部接口。`liantiao explain payment.create` 给出单个接口的字段与错误码，`liantiao pack openapi` 导出 OpenAPI 3.1。",
  },
  body: ({ source }, language) =>
    table(
      language === "en" ? ["interface", "call", "provided by", "what it is for"] : ["接口", "调用", "提供方", "用途"],
      source.interfaces.map((one) => [code(one.id), code(addressOf(one)), one.provider, one.title[language]]),
    ),
};
