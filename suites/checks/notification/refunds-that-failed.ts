import { asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { resourceOf } from "../../check.ts";
import { statesTold } from "../../resources/carried.ts";
import { toldReversalOf } from "../../resources/kinds.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { amountIn, eachReversibleRecord, NEEDS, reversalTold, saying, tellOf, waiting } from "./record.ts";
import { Rules } from "./rules.ts";
import { asTheRulesSay, differing, tell } from "./told.ts";

/**
 * One refund is under way while another one takes all that was paid, and then the first is told of as failed: late news,
 * which fits what is known. A platform that refuses it is told of it until the bank gives up.
 */
export const refundsThatFailed: Check = {
  id: "notification.refunds-that-failed",
  requirement: "NOT-07",
  title: {
    en: "A refund that failed takes nothing from what is left of its order",
    zh: "失败的退款不占用订单的剩余金额",
  },
  effort: "standard",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: eachReversibleRecord,
  async run(session, instance) {
    const waits = await waiting(session, resourceOf(session.pack, instance));
    const reversal = toldReversalOf(session.pack, waits.record);
    const told = reversal?.notifies === undefined ? [] : statesTold(session.pack, reversal.notifies);
    const stateOf = (outcome: "open" | "succeeded" | "failed"): string =>
      told.find((state) => reversal?.outcome(state) === outcome) ??
      session.skip(
        `no notification tells of a ${reversal?.name ?? "reversal"} with the outcome ${outcome}`,
        `没有通知给出结果为 ${outcome} 的 ${reversal?.name ?? "退回"}`,
        "capability",
      );
    const [open, succeeded, failed] = [stateOf("open"), stateOf("succeeded"), stateOf("failed")];
    const rules = await Rules.of(session, [waits]);
    await tellOf(session, waits);
    rules.take(waits.draft);
    const whole = amountIn(session, waits.draft);
    const [first, other] = [await reversalTold(session, waits, whole), await reversalTold(session, waits, whole)];
    await tell(session, rules, saying(session, first, { state: open }), `all of it, refund one: ${open}`);
    await tell(session, rules, saying(session, other, { state: succeeded }), `all of it, refund two: ${succeeded}`);
    await takenAsFailed(session, rules, saying(session, first, { state: failed }), `refund one: ${failed}`);
    const { seen, expected } = await asTheRulesSay(session, rules, waits);
    session.judged();
    if (differing(seen, expected) === undefined) return;
    session.fail({
      summary: {
        en: `a refund that failed changed what the ${waits.record.name} shows`,
        zh: `失败的退款改变了 ${waits.record.name}`,
      },
      expected: asJson(expected.body),
      seen: asJson(seen.body),
    });
  },
};

/** Holds that the failure is taken; of a pack whose rules refuse it nothing is asked. */
async function takenAsFailed(session: Session, rules: Rules, draft: Draft, label: string): Promise<void> {
  if (!rules.acknowledges(draft))
    session.skip("the pack's rules count a refund that failed as well", "规范包的规则将失败的退款也计入", "capability");
  rules.take(draft);
  session.expectSuccess(await session.send(draft, { label }));
}
