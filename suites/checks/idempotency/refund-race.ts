import type { Check } from "../../check.ts";
import { expectAllDeclined, expectNoRace } from "../../race/hunt.ts";

const PAID = 100;
const EACH = 60;

export const refundRace: Check = {
  id: "idempotency.refund-race",
  requirement: "IDM-11",
  title: { en: "Parallel refunds never exceed the payment", zh: "并行退款之和不超过原支付" },
  effort: "smoke",
  needs: {
    interfaces: ["payment.create", "payment.query", "refund.create", "refund.query"],
    fixtures: ["customer.funded"],
  },
  async run(session) {
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
        const currency = session.pack.source.manifest.currencies[0]?.code ?? "CNY";
        const { draft } = await session.perform("payment.create", { amount: { value: PAID, currency } });
        const out_trade_no = draft.body?.["out_trade_no"] as string;
        await session.settle("payment.query", { out_trade_no });
        const refunds = await Promise.all(
          Array.from({ length: n }, () =>
            session.request("refund.create", { out_trade_no, amount: { value: EACH, currency } }),
          ),
        );
        const exchanges = await session.race(refunds, "refund");
        let accepted = 0;
        for (const refund of refunds) {
          const found = await session.send(
            await session.request("refund.query", { out_refund_no: refund.body?.["out_refund_no"] as string }),
            { label: "settle: refund.query" },
          );
          const state =
            found.answer?.status === 200 &&
            typeof found.answer.json === "object" &&
            found.answer.json !== null &&
            "state" in found.answer.json
              ? found.answer.json.state
              : undefined;
          if (state === "SUCCEEDED" || state === "PROCESSING") accepted += EACH;
          else if (found.answer?.status !== 404 && state !== "FAILED")
            session.inconclusive("the state of a refund could not be found out", "无法查明某笔退款的状态");
        }
        if (accepted === EACH) return undefined;
        if (accepted === 0) expectAllDeclined(session, exchanges, "REFUND_EXCEEDS_PAYMENT");
        return {
          expected: `of ${n} refunds of ${EACH} of a payment of ${PAID} exactly one is accepted`,
          seen: `${accepted} accepted in all`,
        };
      },
    );
  },
};
