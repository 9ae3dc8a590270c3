import type { Check } from "../../check.ts";
import { nothingSeen } from "../incidents.ts";

/** Every address that any answer of the run gave out. */
export const addresses: Check = {
  id: "data.addresses",
  requirement: "DAT-06",
  title: { en: "No address given out holds anything sensitive", zh: "返回的地址不含敏感信息" },
  effort: "smoke",
  when: "end",
  async run(session) {
    if (session.run.tally.answers === 0) nothingSeen(session, "no answer", "应答");
    session.judged();
    const [first] = session.run.incidents.report(["sensitive-address"]).samples;
    if (first === undefined) return;
    session.fail({
      summary: {
        en: `an address in an answer of ${first.interface} holds a sensitive value`,
        zh: `${first.interface} 应答中的地址含敏感信息`,
      },
      expected: first.expected,
      seen: first.seen,
      evidence: [],
    });
  },
};
