import { caseOf, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { beginTrials, eachTried, NEEDS, trial, unacknowledgedIn, wires } from "./arranged.ts";

export const unacknowledged: Check = {
  id: "notification.unacknowledged",
  requirement: "NOT-01",
  title: { en: "What is not acknowledged is sent again", zh: "未确认的通知须重发" },
  effort: "standard",
  roles: ["bank"],
  needs: NEEDS,
  each: eachTried(unacknowledgedIn),
  ahead: beginTrials,
  async run(session, instance) {
    const { what, deliveries } = await trial(session, resourceOf(session.pack, instance), caseOf(instance));
    session.judged();
    if (deliveries.length > 1) return;
    session.fail({
      summary: { en: `a notification answered with ${what.en} was not sent again`, zh: `通知得到${what.zh}后未重发` },
      expected: {
        en: `another attempt ${session.pack.policies.notification.retrySeconds[0] ?? "?"} s after the first`,
        zh: `首次发送后 ${session.pack.policies.notification.retrySeconds[0] ?? "?"} 秒再次发送`,
      },
      seen: { en: "one attempt and no more", zh: "仅发送一次" },
      likelyCause: {
        en: "The answer is taken for an acknowledgement, or unacknowledged notifications are not kept.",
        zh: "误将该应答视为确认，或未保存未确认的通知。",
      },
      evidence: wires(deliveries),
    });
  },
};
