import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { TOLD_AGREEMENT } from "../../resources/kinds.ts";
import { counterparty } from "../../wire/counterparty.ts";
import { afterItsTime, applied, confirm } from "../agreement-steps.ts";
import { look } from "../resource-steps.ts";
import { expectTold, toldOf } from "./agreement-changes.ts";
import { moveClock } from "./arranged.ts";

const MOMENT_MS = 2_000;

/** An application that is not confirmed in time ends by itself, and its end is notified like any other. */
export const expiryTold: Check = {
  id: "notification.binding-expired",
  requirement: "NOT-15",
  title: {
    en: "An application that was not confirmed in time is notified as expired",
    zh: "超时未确认的绑卡申请发出过期通知",
  },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true, hooks: ["clock"] },
  each: eachResource(TOLD_AGREEMENT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const peer = counterparty(session);
    const { url } = peer.target("ack");
    const application = await applied(session, resource, { target: url });
    const expires =
      application.shown.moment("expires") ??
      session.inconclusive("the application does not say when it expires", "申请应答没有失效时间");
    await moveClock(session, peer, Math.max(session.sutNow(), expires) + 1_000);
    // A bank with a timer is given a moment; a query sent first would hide that it notifies nothing by itself.
    let expired = await afterItsTime(session, resource, application.shown, MOMENT_MS);
    if (expired.outcome === "open") {
      // A bank that detects the expiry at the query notifies it then.
      await confirm(session, resource, application, application.code, "confirm what has expired");
      expired = await look(session, resource, application.shown);
    }
    if (expired.outcome !== "failed")
      session.inconclusive(
        `after its time the application is ${String(expired.state)}`,
        `失效时间过后申请状态为 ${String(expired.state)}`,
      );
    expectTold(session, resource, {
      shown: expired,
      url,
      told: toldOf(session, await peer.until(url, 1, session.statement.limits.settleWithinSeconds * 1000), expired),
    });
  },
};
