import { balanceOf, entriesOf, fen, horizon, today } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";
import { call, expectField, expectMoved, money, paid, quietBalance, refund } from "../steps.ts";

const AMOUNT = 137;

/** A payment over a binding whose payments settle late, caught while it is processing. */
async function processing(session: Session, scenario: string): Promise<Fields> {
  const binding_id = session.fixture(scenario)["binding_id"];
  const payment = session.expectSuccess(
    await call(session, "payment.create", { binding_id, amount: money(session, AMOUNT) }, "pay, to be settled late"),
  );
  if (payment["state"] !== "PROCESSING")
    session.inconclusive(
      `a payment of ${scenario} was ${String(payment["state"])} at once`,
      `场景 ${scenario} 的支付立即为 ${String(payment["state"])}`,
    );
  return payment;
}

async function stillProcessing(session: Session, payment: Fields): Promise<boolean> {
  const found = session.expectSuccess(
    await call(session, "payment.query", { out_trade_no: payment["out_trade_no"] }, "is it still processing?"),
  );
  return found["state"] === "PROCESSING";
}

export const lateSuccess: Check = {
  id: "lifecycle.late-success",
  requirement: "LIF-02",
  title: { en: "A late success arrives and is booked once", zh: "延迟成功到达且仅记账一次" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "account.balance", "account.statement"],
    fixtures: ["payment.settles-late-success"],
  },
  async run(session) {
    const account = String(session.fixture("payment.settles-late-success")["binding_id"]);
    const before = await quietBalance(session, account);
    const from = today(session);
    const payment = await processing(session, "payment.settles-late-success");
    const settled = await session.settle("payment.query", { out_trade_no: payment["out_trade_no"] as string });
    expectField(session, settled, "state", "SUCCEEDED", {
      en: "a payment that settles late did not succeed",
      zh: "延迟结算的支付未成功",
    });
    if (typeof settled["settled_at"] !== "string")
      session.fail({
        summary: { en: "a succeeded payment has no settled_at", zh: "成功的支付没有 settled_at" },
        expected: "settled_at",
        seen: "absent",
      });
    expectMoved(
      session,
      before,
      await balanceOf(session, account),
      { posted: -AMOUNT, available: -AMOUNT, pending: 0 },
      { en: "a late success did not move the balance by its amount, once", zh: "延迟成功未按金额恰好记账一次" },
    );
    const entries = (await entriesOf(session, account, from, horizon(session))).filter(
      (one) => one.reference === payment["out_trade_no"],
    );
    const first = entries[0];
    if (entries.length !== 1 || first?.amount !== AMOUNT || first.direction !== "debit")
      session.fail({
        summary: { en: "a late success is not booked once", zh: "延迟成功未恰好记账一次" },
        expected: `one debit of ${AMOUNT} under ${String(payment["out_trade_no"])}`,
        seen: JSON.stringify(entries),
      });
  },
};

export const lateFailure: Check = {
  id: "lifecycle.late-failure",
  requirement: "LIF-03",
  title: { en: "A late failure moves no money", zh: "延迟失败不动账" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "account.balance", "account.statement"],
    fixtures: ["payment.settles-late-failure"],
  },
  async run(session) {
    const account = String(session.fixture("payment.settles-late-failure")["binding_id"]);
    const before = await quietBalance(session, account);
    const from = today(session);
    const payment = await processing(session, "payment.settles-late-failure");
    const meanwhile = await balanceOf(session, account);
    // Only where it was still open after the balance was read does the balance belong to an open payment.
    if (await stillProcessing(session, payment))
      expectMoved(
        session,
        before,
        meanwhile,
        { available: -AMOUNT, posted: 0 },
        { en: "a processing payment does not hold its money", zh: "处理中的支付未占用资金" },
      );
    const settled = await session.settle("payment.query", { out_trade_no: payment["out_trade_no"] as string });
    expectField(session, settled, "state", "FAILED", {
      en: "a payment that fails late did not fail",
      zh: "延迟失败的支付未失败",
    });
    if (typeof settled["fail_code"] !== "string")
      session.fail({
        summary: { en: "a failed payment has no fail_code", zh: "失败的支付没有 fail_code" },
        expected: "fail_code",
        seen: "absent",
      });
    expectMoved(
      session,
      before,
      await balanceOf(session, account),
      { available: 0, pending: 0, posted: 0 },
      { en: "a failed payment left a trace in the balance", zh: "失败的支付影响了余额" },
    );
    const entries = (await entriesOf(session, account, from, horizon(session))).filter(
      (one) => one.reference === payment["out_trade_no"],
    );
    if (entries.length > 0)
      session.fail({
        summary: { en: "a failed payment stands in the statement", zh: "失败的支付出现在明细中" },
        expected: "no entry",
        seen: JSON.stringify(entries),
      });
  },
};

export const closeProcessing: Check = {
  id: "lifecycle.close-processing",
  requirement: "LIF-07",
  title: { en: "A processing payment is not closed", zh: "处理中的支付不可关单" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "payment.close"],
    fixtures: ["payment.settles-late-success"],
  },
  async run(session) {
    const payment = await processing(session, "payment.settles-late-success");
    const closing = await call(
      session,
      "payment.close",
      { out_trade_no: payment["out_trade_no"] },
      "close a processing payment",
    );
    if (closing.answer?.code === "ORDER_PAID" && !(await stillProcessing(session, payment)))
      session.inconclusive("the payment settled before it could be closed", "关单前支付已结算");
    session.expectRefusal(closing, "ORDER_PROCESSING");
    const settled = await session.settle("payment.query", { out_trade_no: payment["out_trade_no"] as string });
    expectField(session, settled, "state", "SUCCEEDED", {
      en: "a refused close changed the payment",
      zh: "被拒绝的关单改变了支付",
    });
  },
};

export const notRefundable: Check = {
  id: "lifecycle.not-refundable",
  requirement: "LIF-10",
  title: { en: "Only a succeeded payment is refunded", zh: "仅成功的支付可退款" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "payment.close", "refund.create", "refund.query"],
    fixtures: ["customer.funded"],
  },
  each: () => ["processing", "failed", "closed"].map((id) => ({ id, data: id })),
  async run(session, instance) {
    const good = await paid(session, AMOUNT);
    let number = session.fresh();
    if (instance.data === "closed")
      session.expectSuccess(await call(session, "payment.close", { out_trade_no: number }, "close an unknown number"));
    else {
      const scenario = instance.data === "failed" ? "payment.settles-late-failure" : "payment.settles-late-success";
      const payment = await processing(session, scenario);
      number = String(payment["out_trade_no"]);
      if (instance.data === "failed") {
        const settled = await session.settle("payment.query", { out_trade_no: number });
        if (settled["state"] !== "FAILED")
          session.inconclusive(
            `a payment of ${scenario} ended ${String(settled["state"])}`,
            `场景 ${scenario} 的支付终态为 ${String(settled["state"])}`,
          );
      }
    }
    const refused = await refund(session, number, 1, `refund of a number that is ${instance.data as string}`);
    if (
      instance.data === "processing" &&
      refused.answer?.status === 200 &&
      !(await stillProcessing(session, { out_trade_no: number }))
    )
      session.inconclusive("the payment settled before it could be refunded", "退款前支付已结算");
    session.expectRefusal(refused, instance.data === "closed" ? "ORDER_NOT_FOUND" : "ORDER_NOT_REFUNDABLE");
    const absent = await call(
      session,
      "refund.query",
      { out_refund_no: refused.draft.body?.["out_refund_no"] },
      "query of the refused refund",
    );
    session.expectRefusal(absent, "REFUND_NOT_FOUND");
    // The neighbour differs in the payment's state alone.
    const accepted = session.expectSuccess(
      await refund(session, good["out_trade_no"] as string, 1, "refund of a succeeded payment"),
    );
    if (fen(accepted["amount"]) !== 1)
      session.fail({
        summary: { en: "a refund was answered with another amount", zh: "退款应答金额不符" },
        expected: "1",
        seen: String(fen(accepted["amount"])),
      });
  },
};
