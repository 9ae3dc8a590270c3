import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { isLate } from "../beside.ts";
import { needed } from "../resource-steps.ts";
import { eachRecord, NEEDS, waiting } from "./record.ts";

const NOTIFICATIONS = 5;

export const promptly: Check = {
  id: "notification.promptly",
  requirement: "NOT-08",
  title: { en: "Notifications are acknowledged in time", zh: "在时限内确认通知" },
  effort: "standard",
  roles: ["platform"],
  needs: NEEDS,
  each: eachRecord,
  async run(session, instance) {
    const limitMs = session.pack.policies.notification.acknowledgeWithinSeconds * 1000;
    const record = resourceOf(session.pack, instance);
    const reads = needed(session, record, "reads");
    const all = [];
    for (let count = 0; count < NOTIFICATIONS; count += 1) all.push(await waiting(session, record));
    for (const { draft, number } of all) {
      const exchange = await session.send(draft, { label: "notification" });
      session.judged();
      // No answer within the pack's limit is late, whatever the statement's timeout is.
      const tookMs = exchange.wire.durationMs;
      // A read of the record tells what the line and the harness take: whatever delays notifications does not delay it.
      const beside = tookMs > limitMs ? await session.ask(reads, { number }, "an ordinary call beside it") : undefined;
      const besideMs = beside?.wire.durationMs ?? 0;
      if (isLate({ tookMs, besideMs }, limitMs))
        session.fail({
          summary: { en: "a notification was not acknowledged in time", zh: "未在时限内确认通知" },
          expected: {
            en: `an answer within ${limitMs} ms${besideMs === 0 ? "" : `, beside the ${besideMs} ms of an ordinary call`}`,
            zh: `${limitMs} 毫秒内应答${besideMs === 0 ? "" : `（同时的普通请求为 ${besideMs} 毫秒）`}`,
          },
          seen: {
            en: `${exchange.answer === undefined ? "none" : "one"} after ${exchange.wire.durationMs} ms`,
            zh: `${exchange.wire.durationMs} 毫秒后${exchange.answer === undefined ? "仍无应答" : "才应答"}`,
          },
          likelyCause: { en: "The work is done before the acknowledgement.", zh: "先处理业务后确认。" },
        });
      session.expectSuccess(exchange);
    }
  },
};
