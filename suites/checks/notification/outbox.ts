import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { counterparty } from "../../wire/counterparty.ts";
import { eachTold, firstAt, letRetryComeDue, NEEDS, notified, retryPatienceMs, wires } from "./arranged.ts";
import type { Notified } from "./arranged.ts";

const COMMITTED = 5;

export const outbox: Check = {
  id: "notification.outbox",
  requirement: "NOT-09",
  title: { en: "What was committed is notified after a crash", zh: "崩溃后仍发送已提交结果的通知" },
  effort: "standard",
  roles: ["bank"],
  needs: { ...NEEDS, hooks: ["restart"] },
  each: eachTold(),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const peer = counterparty(session);
    const waiting = await notified(session, resource, 500, "ack");
    await firstAt(session, peer, waiting);
    // Answered a moment before the crash: some will not have been sent yet. Their first attempt may also die with it.
    const committed: Notified[] = [];
    for (let count = 0; count < COMMITTED; count += 1) committed.push(await notified(session, resource, "ack"));
    await session.restart("kill");
    session.judged();

    const missing = async (
      told: readonly Notified[],
      attempts: number,
      withinMs: number,
    ): Promise<readonly Notified[]> => {
      const deadline = session.run.runtime.now() + withinMs;
      const found = [];
      for (const one of told)
        if (
          (await peer.until(one.target.url, attempts, Math.max(0, deadline - session.run.runtime.now()))).length <
          attempts
        )
          found.push(one);
      return found;
    };
    let lost = await missing(committed, 1, 2_000);
    await letRetryComeDue(session, peer);
    lost = await missing(lost, 1, retryPatienceMs(session));
    if (lost.length > 0)
      session.fail({
        summary: {
          en: `${lost.length} of ${COMMITTED} ${resource.name}s answered just before a crash were never notified`,
          zh: `崩溃前已应答的 ${COMMITTED} 笔 ${resource.name} 中有 ${lost.length} 笔未通知`,
        },
        expected: { en: "a notification of each, before the crash or after it", zh: "崩溃之前或之后均有通知" },
        seen: { en: "none", zh: "未收到" },
        likelyCause: LIKELY,
      });
    if ((await missing([waiting], 2, retryPatienceMs(session))).length > 0) {
      session.fail({
        summary: {
          en: "a notification that waited for its retry was forgotten in a crash",
          zh: "等待重发的通知在崩溃后丢失",
        },
        expected: { en: "the retry, after the restart", zh: "重启后重发" },
        seen: { en: "one attempt, before the crash", zh: "仅崩溃前发送一次" },
        likelyCause: LIKELY,
        evidence: wires(await peer.deliveries(waiting.target.url)),
      });
    }
  },
};

const LIKELY = {
  en: "Notifications are sent within the request or kept in memory, instead of being written in the same commit.",
  zh: "通知在请求内发送或仅存于内存，未与业务同一事务落库。",
};
