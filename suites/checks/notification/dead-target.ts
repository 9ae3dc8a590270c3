import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Session } from "../../session.ts";
import { eachTold, NEEDS, notified } from "./arranged.ts";
import type { Notified } from "./arranged.ts";

/** Few enough for a sender that keeps some connections to one host, and too many for one that sends in a row. */
const DEAD = 4;

export const deadTarget: Check = {
  id: "notification.dead-target",
  requirement: "NOT-13",
  title: { en: "Targets that do not answer leave others undelayed", zh: "无应答的地址不延误其他通知" },
  effort: "standard",
  roles: ["bank"],
  needs: NEEDS,
  each: eachTold(),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const peer = counterparty(session);
    const patience = session.pack.policies.notification.acknowledgeWithinSeconds;
    const alone = await delayOf(session, await notified(session, resource, "ack"), patience);
    const dead = [];
    for (let count = 0; count < DEAD; count += 1) dead.push(await notified(session, resource, "slow", "ack"));
    if (
      (
        await peer.until(
          (dead[0] as (typeof dead)[number]).target.url,
          1,
          session.statement.limits.settleWithinSeconds * 1000,
        )
      ).length === 0
    )
      session.inconclusive("no notification came to the target that does not answer", "无应答的地址未收到通知");
    const beside = await delayOf(session, await notified(session, resource, "ack"), patience * (DEAD + 1));
    session.judged();
    if (beside.arrived && beside.seconds < patience + alone.seconds) return;
    session.fail({
      summary: {
        en: `${DEAD} targets that do not answer held up the notification for another`,
        zh: `${DEAD} 个无应答地址延误了其他通知`,
      },
      expected: {
        en: `the notification within ${patience} s of its ${resource.name}, which is how long one attempt may take, beside the ${alone.seconds.toFixed(1)} s that it takes alone`,
        zh: `${resource.name} 之后 ${patience} 秒内收到通知，即单次发送所允许的时长（单独时为 ${alone.seconds.toFixed(1)} 秒）`,
      },
      seen: beside.arrived
        ? { en: `after ${beside.seconds.toFixed(1)} s`, zh: `${beside.seconds.toFixed(1)} 秒后` }
        : { en: `none within ${beside.seconds.toFixed(1)} s`, zh: `${beside.seconds.toFixed(1)} 秒内未收到` },
      likelyCause: {
        en: "One worker sends one after the other and waits for each.",
        zh: "单一线程逐个发送并等待应答。",
      },
    });
  },
};

/** How long after its cause a notification came; the wait where none came. */
async function delayOf(
  session: Session,
  { target }: Notified,
  withinSeconds: number,
): Promise<{ readonly arrived: boolean; readonly seconds: number }> {
  const { runtime } = session.run;
  const settled = runtime.now();
  const deliveries = await counterparty(session).until(target.url, 1, withinSeconds * 1000);
  return { arrived: deliveries.length > 0, seconds: (runtime.now() - settled) / 1000 };
}
