import { caseOf, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { acknowledgedIn, beginTrials, eachTried, NEEDS, trial, trials, wires } from "./arranged.ts";

export const acknowledged: Check = {
  id: "notification.acknowledged",
  requirement: "NOT-03",
  title: { en: "What is acknowledged is not sent again", zh: "已确认的通知不再发送" },
  effort: "standard",
  roles: ["bank"],
  needs: NEEDS,
  each: eachTried(acknowledgedIn),
  ahead: beginTrials,
  async run(session, instance) {
    const { what, deliveries } = await trial(session, resourceOf(session.pack, instance), caseOf(instance));
    // Our counterparty acknowledges no message that is not sound; NOT-16 says what is wrong with it.
    const unsound = deliveries[0]?.code;
    if (unsound !== undefined && caseOf(instance) === "acknowledged")
      session.inconclusive(
        `the notification was not a sound message (${unsound}), so it was not acknowledged`,
        `通知报文不正确（${unsound}），未予确认`,
      );
    // Where nothing at all is sent again, silence shows nothing.
    if (
      !(await trials(session, resourceOf(session.pack, instance))).some(
        (one) => !one.acknowledges && one.deliveries.length > 1,
      )
    )
      session.inconclusive("no notification was sent again, acknowledged or not", "无论确认与否均未重发，无法判断");
    session.judged();
    if (deliveries.length === 1) return;
    session.fail({
      summary: { en: `a notification was sent again after ${what.en}`, zh: `得到${what.zh}后仍重发通知` },
      expected: { en: "one attempt", zh: "发送一次" },
      seen: { en: `${deliveries.length} attempts`, zh: `发送 ${deliveries.length} 次` },
      evidence: wires(deliveries),
    });
  },
};
