import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Check } from "../../check.ts";

/*
 * What a SUT does as a caller can only be judged where something makes it call: the hook protocol has no such hook.
 * The requirements stand in the plan all the same, so that a report says that nobody has looked.
 */
export const CALLER: readonly Check[] = [
  unseen("transport.caller-certificate", "TLS-03", { en: "A wrong certificate ends the SUT's own call", zh: "证书错误时终止主动调用" }),
  unseen("signature.forged-answer", "SIG-20", { en: "A forged answer is not believed", zh: "伪造应答不被采信" }),
  unseen("signature.old-answer", "SIG-21", { en: "An old answer is not believed", zh: "旧应答不被采信" }),
  unseen("errors.unknown-is-asked", "ERR-06", { en: "After an unknown outcome the SUT asks", zh: "结果未知时主动查询" }),
];

function unseen(id: string, requirement: string, title: Bilingual): Check {
  return {
    id, requirement, title, effort: "standard",
    async run(session) {
      session.skip("no control hook makes the SUT call its peer (docs/hooks.md)", "没有可触发被测系统主动调用的控制钩子（docs/hooks.md）", "capability");
    },
  };
}
