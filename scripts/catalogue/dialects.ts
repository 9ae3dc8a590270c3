import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPack } from "../../core/pack/load.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

const SPECS = fileURLToPath(new URL("../../specs", import.meta.url));

/** What a pack does not say of itself: clients that others wrote and tests run against it, and what is left out of it. */
interface Tried {
  readonly clients: readonly string[];
  readonly leftOut?: Bilingual;
}

/** By pack; one line for each that has any. */
const TRIED: Readonly<Record<string, Tried>> = {
  cooperation: { clients: ["wechatpay-axios-plugin"] },
  "alipay-v2": {
    clients: ["alipay-sdk"],
    leftOut: {
      en: "trade bills, an address of a bill that is signed itself (the file is fetched by a signed POST), zip and GBK of its file; content encryption, certificates",
      zh: "交易账单，自带签名的账单地址（文件以签名 POST 下载），账单文件的 zip 与 GBK；内容加密与证书模式",
    },
  },
  "unionpay-acp": {
    clients: [],
    leftOut: {
      en: "pages in the payer's browser, pre-authorisation, payouts, encrypted fields; `settleDate` has its year, the file is CSV",
      zh: "前台跳转页面、预授权、代付、加密字段；`settleDate` 含年份，对账文件为 CSV",
    },
  },
  "epcc-like": {
    clients: [],
    leftOut: {
      en: "signing of agreements, envelopes of encrypted fields; close, refund, bill and most codes are defaults of this project",
      zh: "协议签约、敏感字段数字信封；关单、退款、账单与多数代码为本项目默认值",
    },
  },
  "wechat-v3": {
    clients: ["wechatpay-java", "wechatpayv3", "wechatpay-axios-plugin"],
    leftOut: {
      en: "JSAPI, H5 and app orders, partners, coupons, fees, encrypted fields of requests; refunds by `transaction_id`; `amount.total` of a refund is not compared with the order",
      zh: "JSAPI、H5、App 下单，服务商模式，代金券，手续费，请求中的加密字段；按 `transaction_id` 退款；不校验退款请求的 `amount.total` 与订单金额一致",
    },
  },
};

const packs = (): readonly string[] =>
  readdirSync(SPECS)
    .filter((name) => existsSync(`${SPECS}/${name}/pack.json`))
    .toSorted();

export const dialects: Page = {
  name: "dialects",
  title: { en: "Packs and dialects", zh: "规范包与方言" },
  about: {
    en: "The packs that come with the project: serve one by `liantiao serve bank --pack NAME`. Those in the style of a published interface are written from public documents, and are no official specification. All are judged by the same checks. To add one: [recipe](../recipes/dialect.md).",
    zh: "随项目提供的规范包，以 `liantiao serve bank --pack 名称` 启动。仿照公开接口的规范包依据公开文档编写，并非官方规范。所有规范包由同一套检查评判。新增方法见[步骤](../recipes/dialect.zh-CN.md)。",
  },
  body: (_facts, language) => {
    const heads =
      language === "en"
        ? ["pack", "what it is", "envelope", "signatures", "interfaces", "clients that others wrote", "left out"]
        : ["规范包", "名称", "报文封装", "签名算法", "接口", "已验证的第三方客户端", "未包含"];
    const rows = packs().map((name) => {
      const { manifest, interfaces } = loadPack(`${SPECS}/${name}`);
      const { envelope } = manifest.policies;
      const { clients = [], leftOut } = TRIED[name] ?? {};
      return [
        code(name),
        manifest.title[language],
        code(envelope.style),
        [...new Set(Object.values(envelope.algorithms))].map(code).join(", "),
        interfaces.length > 12 ? String(interfaces.length) : interfaces.map(({ id }) => code(id)).join(", "),
        clients.map(code).join(", "),
        leftOut?.[language] ?? "",
      ];
    });
    return table(heads, rows);
  },
};
