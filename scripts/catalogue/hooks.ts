import type { Bilingual } from "../../core/run/verdict.ts";
import { CHECKS } from "../../suites/checks/index.ts";
import type { HookName } from "../../suites/statement/statement.ts";
import type { Page } from "./page.ts";
import { code, table } from "./table.ts";

const PURPOSES: Readonly<Record<HookName, Bilingual>> = {
  reset: { en: "goes back to the seeded state", zh: "恢复到预置状态" },
  restart: { en: "restarts the system, in good order or without warning", zh: "重启系统，正常停止或强制终止" },
  clock: { en: "sets or advances the clock of the system", zh: "设置或拨快系统时钟" },
  "sms-code": { en: "tells the code that a customer was sent", zh: "返回客户收到的短信验证码" },
  fixtures: { en: "makes a situation anew, and copies of customers", zh: "重新准备场景数据，并可提供多份客户副本" },
  keys: { en: "enrols one more key of a party, for a time", zh: "为参与方登记一把限时密钥" },
  rotate: { en: "has the system rotate its own keys", zh: "使系统轮换自身密钥" },
  pause: { en: "has the system stand still for some seconds", zh: "使系统停顿数秒" },
  network: { en: "troubles the network ahead of the system", zh: "使系统前端网络出现故障" },
  dependency: { en: "takes down what the system relies on", zh: "使系统的依赖服务中断" },
  disk: { en: "fills the disk of the system", zh: "使系统磁盘写满" },
  vitals: { en: "tells memory, handles and queues of the system", zh: "返回系统的内存、句柄与队列数" },
  decide: { en: "has the system's people take a decision", zh: "使系统方的人员作出审批等决定" },
  call: { en: "has the system call its peer and say what it concluded", zh: "使系统调用对端并返回其结论" },
};

const neededBy = (hook: HookName): string =>
  [...new Set(CHECKS.filter((one) => one.needs?.hooks?.includes(hook)).map(({ requirement }) => requirement))]
    .toSorted()
    .join(" ");

export const hooks: Page = {
  name: "hooks",
  title: { en: "Control hooks", zh: "控制钩子" },
  about: {
    en: "Services that a system under test may offer to the suites ([protocol](../hooks.md)). Without one, the checks that need it are skipped, and say so; the last column lists their requirements.",
    zh: "被测系统可选提供给测试套件的控制服务（[协议](../hooks.zh-CN.md)）。未提供时，依赖它的检查会被跳过并注明；最后一列为相应要求。",
  },
  body: (_facts, language) =>
    table(
      language === "en" ? ["hook", "what it does", "needed for"] : ["钩子", "作用", "涉及要求"],
      (Object.keys(PURPOSES) as HookName[]).map((name) => [code(name), PURPOSES[name][language], neededBy(name)]),
    ),
};
