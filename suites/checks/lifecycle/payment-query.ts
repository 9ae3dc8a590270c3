import type { Check } from "../../check.ts";
import { equal } from "../../data/comparison.ts";

export const paymentQuery: Check = {
  id: "lifecycle.payment-query",
  requirement: "LIF-01",
  title: { en: "A payment is found by query", zh: "支付可被查询到" },
  effort: "smoke",
  isolated: true,
  needs: { interfaces: ["payment.create", "payment.query"], fixtures: ["customer.funded"] },
  async run(session) {
    const number = session.fresh();
    const unknown = await session.send(await session.request("payment.query", { out_trade_no: number }), {
      label: "query ahead of the payment",
    });
    session.expectRefusal(unknown, "ORDER_NOT_FOUND");
    const draft = await session.request("payment.create", { out_trade_no: number });
    const paid = session.expectSuccess(await session.send(draft, { label: "pay" }));
    const found = session.expectSuccess(
      await session.send(await session.request("payment.query", { out_trade_no: number }), {
        label: "query after the payment",
      }),
    );
    for (const name of ["out_trade_no", "amount", "transaction_id", "binding_id"]) {
      if (!equal(found[name], paid[name]))
        session.fail({
          summary: { en: `query and payment disagree about ${name}`, zh: `查询与支付应答的 ${name} 不一致` },
          expected: JSON.stringify(paid[name]),
          seen: JSON.stringify(found[name]),
        });
    }
    const settled = await session.settle("payment.query", { out_trade_no: number });
    if (settled["state"] !== "SUCCEEDED")
      session.fail({
        summary: { en: "a payment of a funded customer did not succeed", zh: "余额充足客户的支付未成功" },
        expected: "SUCCEEDED",
        seen: String(settled["state"]),
      });
  },
};
