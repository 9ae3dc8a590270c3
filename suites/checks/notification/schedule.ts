import type { Bilingual } from "../../../core/run/verdict.ts";
import { series } from "../../../core/text/alike.ts";
import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { counterparty } from "../../wire/counterparty.ts";
import {
  beginTrials,
  eachTried,
  endOf,
  firstAt,
  heard,
  moveClock,
  NEEDS,
  notified,
  trials,
  wires,
} from "./arranged.ts";

/** How much earlier or later than said an attempt may be, beside a tenth of the interval: timers are coarse. */
const TOLERANCE_SECONDS = 3;

/** The first interval, from what the trials have seen. */
export const firstInterval: Check = {
  id: "notification.first-interval",
  requirement: "NOT-02",
  title: { en: "The first retry comes when it is due", zh: "首次重发按期到达" },
  effort: "standard",
  roles: ["bank"],
  needs: NEEDS,
  each: eachTried(),
  ahead: beginTrials,
  async run(session, instance) {
    const { retrySeconds, acknowledgeWithinSeconds } = session.pack.policies.notification;
    const due = retrySeconds[0] ?? 0;
    // A clock that was moved was moved for the slowest of the trials, which began to wait when its attempt had timed out.
    const moved = session.offers("clock") ? acknowledgeWithinSeconds + TOLERANCE_SECONDS : 0;
    const retried = (await trials(session, resourceOf(session.pack, instance))).filter(
      (one) => one.name.startsWith("status-") && one.deliveries.length > 1,
    );
    if (retried.length === 0) session.inconclusive("no notification was sent again", "没有通知被重发");
    session.judged();
    for (const { deliveries } of retried) {
      const [first, second] = deliveries;
      const after = ((second?.at ?? 0) - (first?.at ?? 0)) / 1000;
      if (after >= due * 0.9 - TOLERANCE_SECONDS && after <= due * 1.1 + TOLERANCE_SECONDS * 2 + moved) continue;
      session.fail({
        summary: { en: "the first retry did not come when it was due", zh: "首次重发未按计划" },
        expected: { en: `${due} s after the first attempt`, zh: `首次发送后 ${due} 秒` },
        seen: { en: `${after.toFixed(1)} s`, zh: `${after.toFixed(1)} 秒` },
        evidence: wires(deliveries),
      });
    }
  },
};

/** The whole schedule by a moved clock: each attempt not before it is due and soon after, as many as the pack has, and then none. */
export const schedule: Check = {
  id: "notification.schedule",
  requirement: "NOT-02",
  title: { en: "The schedule is kept to its end, and ends", zh: "按计划重发至末次并终止" },
  effort: "standard",
  roles: ["bank"],
  needs: { ...NEEDS, hooks: ["clock"] },
  each: eachTried(),
  async run(session, instance) {
    const peer = counterparty(session);
    const told = await notified(session, resourceOf(session.pack, instance), 500);
    const { target } = told;
    await firstAt(session, peer, told);
    const { retrySeconds } = session.pack.policies.notification;
    session.judged();
    const wrong = async (en: string, zh: string, expected: Bilingual): Promise<never> => {
      const seen = await peer.deliveries(target.url);
      return session.fail({
        summary: { en, zh },
        expected,
        seen: series(seen.map((one) => new Date(one.at).toISOString())),
        evidence: wires(seen.slice(-3)),
      });
    };
    for (const [index, seconds] of retrySeconds.entries()) {
      const attempts = index + 1;
      const last = (await peer.deliveries(target.url)).at(-1)?.at ?? 0;
      const early = Math.min(seconds * 0.9, seconds - TOLERANCE_SECONDS);
      await moveClock(session, peer, last + early * 1000);
      await session.sleep(200);
      if ((await peer.deliveries(target.url)).length > attempts)
        await wrong(`retry ${attempts} came before it was due`, `第 ${attempts} 次重发早于计划`, {
          en: `${seconds} s after the attempt before`,
          zh: `上次发送后 ${seconds} 秒`,
        });
      await moveClock(session, peer, last + (seconds * 1.02 + 2) * 1000);
      if (
        (await peer.until(target.url, attempts + 1, session.statement.limits.settleWithinSeconds * 1000)).length <=
        attempts
      )
        await wrong(`retry ${attempts} did not come when it was due`, `第 ${attempts} 次重发未按计划`, {
          en: `${seconds} s after the attempt before`,
          zh: `上次发送后 ${seconds} 秒`,
        });
    }
    await moveClock(session, peer, session.sutNow() + (Math.max(...retrySeconds) * 2 + 60) * 1000);
    await session.sleep(500);
    const all = await peer.deliveries(target.url);
    if (all.length !== retrySeconds.length + 1)
      await wrong("attempts went on after the schedule's end", "计划结束后仍在重发", {
        en: `${retrySeconds.length + 1} attempts`,
        zh: `共发送 ${retrySeconds.length + 1} 次`,
      });
    // Whatever became of the notification, the query tells what it told.
    const said = heard(session, all[0])?.state;
    const { state } = await endOf(session, told);
    if (said !== undefined && said !== state)
      await wrong("after the last attempt the query shows another state", "末次重发后查询状态不一致", {
        en: `${said}, as the notification said, instead of ${state ?? "none"}`,
        zh: `${said}，如通知所述，而非${state === undefined ? "无状态" : ` ${state}`}`,
      });
  },
};
