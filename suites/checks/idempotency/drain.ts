import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { expectAllDeclined, expectNoRace } from "../../race/hunt.ts";
import type { Session } from "../../session.ts";

export const drain: Check = {
  id: "idempotency.drain",
  requirement: "IDM-17",
  title: { en: "Simultaneous debits never overdraw", zh: "并发扣款绝不透支" },
  effort: "smoke",
  needs: {
    interfaces: ["payment.create", "payment.query", "account.balance", "refund.create"],
    fixtures: ["customer.low-balance"],
  },
  async run(session) {
    const binding_id = session.fixture("customer.low-balance")["binding_id"] as Json;
    await expectNoRace(
      session,
      {
        en: "not exactly one of the simultaneous debits of a whole balance succeeded",
        zh: "对全部余额的并发扣款并非恰好一笔成功",
        cause: {
          en: "The balance is read first and debited afterwards, without a lock or a guarded update.",
          zh: "先读余额后扣款，缺少锁或条件更新。",
        },
      },
      async (n) => {
        const balance = await available(session, binding_id);
        if (balance.value < 1)
          session.inconclusive("the account of customer.low-balance is empty", "customer.low-balance 的账户余额为零");
        const drafts = await Promise.all(
          Array.from({ length: n }, () => session.request("payment.create", { binding_id, amount: balance })),
        );
        const exchanges = await session.race(drafts, "debit of the whole balance");
        const paid: Json[] = [];
        for (const draft of drafts) {
          const number = draft.body?.["out_trade_no"] as Json;
          const query = await session.send(await session.request("payment.query", { out_trade_no: number }), {
            label: "settle: payment.query",
          });
          if (query.answer?.status === 404) continue;
          const payment = await session.settle("payment.query", { out_trade_no: number });
          if (payment["state"] === "SUCCEEDED") paid.push(number);
        }
        const left = await available(session, binding_id);
        // Given back, so that the next attempt, and the next run, find the balance again.
        for (const out_trade_no of paid)
          await session.send(await session.request("refund.create", { out_trade_no, amount: balance }), {
            label: "give back",
          });
        if (paid.length === 1 && left.value >= 0) return undefined;
        if (paid.length === 0) expectAllDeclined(session, exchanges, "INSUFFICIENT_FUNDS");
        return {
          expected: `of ${n} debits of ${balance.value} exactly 1 succeeds, and no balance is below 0`,
          seen: `${paid.length} succeeded, ${left.value} available`,
        };
      },
    );
  },
};

async function available(
  session: Session,
  binding_id: Json,
): Promise<{ readonly value: number; readonly currency: string }> {
  const { body } = await session.perform("account.balance", { binding_id });
  return body["available"] as { readonly value: number; readonly currency: string };
}
