import type { Check } from "../../check.ts";
import { expectNoIncident } from "../incidents.ts";

export const answers: Check = {
  id: "signature.answers",
  requirement: "SIG-25",
  title: { en: "Every answer of the run was signed", zh: "全程每个应答均有签名" },
  effort: "smoke",
  when: "end",
  async run(session) {
    expectNoIncident(session, ["answer-signature", "answer-clock-or-key"], {
      en: "an answer had no valid signature",
      zh: "存在没有有效签名的应答",
    });
  },
};
