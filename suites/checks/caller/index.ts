import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Check } from "../../check.ts";
import { forgedAnswer } from "./forged-answer.ts";
import { oldAnswer } from "./old-answer.ts";
import { unknownIsAsked } from "./unknown-is-asked.ts";

/** What a SUT does as a caller, made to call its peer by the hook `call`. */
export const CALLER: readonly Check[] = [
  forgedAnswer,
  oldAnswer,
  unknownIsAsked,
  unseen("transport.caller-certificate", "TLS-03", { en: "A wrong certificate ends the SUT's own call", zh: "证书错误时终止主动调用" }),
];

/** Stands in the plan all the same, so that a report says that nobody has looked. */
function unseen(id: string, requirement: string, title: Bilingual): Check {
  return {
    id, requirement, title, effort: "standard",
    async run(session) {
      session.skip("no control hook makes the SUT call its peer (docs/hooks.md)", "没有可触发被测系统主动调用的控制钩子（docs/hooks.md）", "capability");
    },
  };
}
