import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { expectAllDeclined, expectNoRace } from "../../race/hunt.ts";
import { REVERSAL, originalOf } from "../../resources/kinds.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Fields } from "../../wire/draft.ts";
import { handleFor, needed, originalHandle, succeeded } from "../resource-steps.ts";

const PAID = 100;
const EACH = 60;

export const refundRace: Check = {
  id: "idempotency.refund-race",
  requirement: "IDM-11",
  title: { en: "Parallel refunds never exceed the payment", zh: "并行退款之和不超过原支付" },
  effort: "smoke",
  each: eachResource(REVERSAL),
  async run(session, instance) {
    const refund = resourceOf(session.pack, instance);
    const payment =
      originalOf(session.pack, refund) ??
      session.skip("the pack has nothing to refund", "规范包中没有可退款的资源", "not-demanded");
    const create = needed(session, refund, "creates");
    const query = needed(session, refund, "reads");
    await expectNoRace(
      session,
      {
        en: "not exactly one of the parallel refunds was accepted, though the payment allows one",
        zh: "原支付仅容一笔的并行退款并非恰好一笔被接受",
        cause: {
          en: "The sum of refunds is read first and the refund inserted afterwards.",
          zh: "先读退款累计额后插入退款。",
        },
      },
      async (n) => {
        const paid = await succeeded(session, payment, { amount: PAID });
        const refunds = await Promise.all(
          Array.from({ length: n }, () => session.make(create, { ...originalHandle(session, paid), amount: EACH })),
        );
        const exchanges = await session.race(refunds, "refund");
        let accepted = 0;
        for (const draft of refunds) {
          const found = await session.ask(query, handleFor(session, query, draft), `settle: ${query.id}`);
          const outcome = session.pack.succeeds(query, found.answer?.status)
            ? shownIn(session.pack, query, (found.answer?.json ?? {}) as Fields).outcome
            : undefined;
          if (outcome === "succeeded" || outcome === "open") accepted += EACH;
          else if (outcome !== "failed" && !session.codes(query, "not-found").includes(found.answer?.code ?? ""))
            session.inconclusive("the state of a refund could not be found out", "无法查明某笔退款的状态");
        }
        if (accepted === EACH) return undefined;
        if (accepted === 0) expectAllDeclined(session, exchanges, session.codes(create, "exceeds"));
        return {
          expected: {
            en: `of ${n} refunds of ${EACH} of a payment of ${PAID} exactly one is accepted`,
            zh: `金额 ${PAID} 的支付有 ${n} 笔 ${EACH} 的退款，恰好受理一笔`,
          },
          seen: { en: `${accepted} accepted in all`, zh: `受理总额 ${accepted}` },
        };
      },
    );
  },
};
