import { balanceOf, fen } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { expectField, expectMoved, money, paid, quietBalance, refund, shown } from "../steps.ts";

const MOST_REFUNDS = 50;

export const refundsUpToPaid: Check = {
  id: "lifecycle.refund-sum",
  requirement: "LIF-08",
  title: { en: "Refunds go up to what was paid, and no fen further", zh: "退款可至支付金额，多一分即拒" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "refund.create", "refund.query", "account.balance"],
    fixtures: ["customer.funded"],
  },
  async run(session) {
    const account = String(session.fixture("customer.funded")["binding_id"]);
    const before = await quietBalance(session, account);
    const payment = await paid(session, 100);
    const number = payment["out_trade_no"] as string;
    session.expectRefusal(
      await refund(session, number, 101, "refund one fen more than was paid"),
      "REFUND_EXCEEDS_PAYMENT",
    );
    for (const part of [30, 69]) session.expectSuccess(await refund(session, number, part));
    session.expectRefusal(
      await refund(session, number, 2, "refund one fen more than is left"),
      "REFUND_EXCEEDS_PAYMENT",
    );
    // The neighbour: exactly what is left.
    const last = session.expectSuccess(await refund(session, number, 1, "refund what is left"));
    await session.settle("refund.query", { out_refund_no: last["out_refund_no"] as string });
    session.expectRefusal(await refund(session, number, 1, "refund when nothing is left"), "REFUND_EXCEEDS_PAYMENT");
    expectField(
      session,
      await shown(session, "payment.query", { out_trade_no: number }),
      "refunded",
      money(session, 100),
      { en: "the payment does not show what was refunded", zh: "支付未显示累计退款" },
    );
    expectMoved(
      session,
      before,
      await quietBalance(session, account),
      { posted: 0 },
      { en: "a payment refunded in full did not leave the balance as it was", zh: "全额退款后余额未复原" },
    );
  },
};

/** What was paid late is given back like what was paid at once: to the same account, and no fen further. */
export const refundOfLate: Check = {
  id: "lifecycle.refund-of-late-payment",
  requirement: "LIF-08",
  title: {
    en: "A payment that settled late is refunded to the account that paid it",
    zh: "延迟成功的支付退款回到原账户",
  },
  effort: "standard",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "refund.create", "refund.query", "account.balance"],
    fixtures: ["payment.settles-late-success"],
  },
  async run(session) {
    const binding_id = String(session.fixture("payment.settles-late-success")["binding_id"]);
    const before = await quietBalance(session, binding_id);
    const payment = await paid(session, 100, { binding_id });
    const number = payment["out_trade_no"] as string;
    const first = session.expectSuccess(await refund(session, number, 60));
    session.expectRefusal(
      await refund(session, number, 41, "refund one fen more than is left"),
      "REFUND_EXCEEDS_PAYMENT",
    );
    const last = session.expectSuccess(await refund(session, number, 40, "refund what is left"));
    for (const one of [first, last])
      await session.settle("refund.query", { out_refund_no: one["out_refund_no"] as string });
    expectMoved(
      session,
      before,
      await quietBalance(session, binding_id),
      { posted: 0 },
      {
        en: "a payment that settled late and was refunded in full did not leave the balance as it was",
        zh: "延迟成功的支付全额退款后余额未复原",
      },
    );
  },
};

export const fiftyRefunds: Check = {
  id: "lifecycle.refund-count",
  requirement: "LIF-09",
  title: { en: "Fifty refunds of a payment, and no fifty-first", zh: "同一支付最多五十次退款" },
  effort: "standard",
  isolated: true,
  needs: { interfaces: ["payment.create", "payment.query", "refund.create"], fixtures: ["customer.funded"] },
  async run(session) {
    const payment = await paid(session, MOST_REFUNDS + 10);
    const number = payment["out_trade_no"] as string;
    for (let count = 1; count <= MOST_REFUNDS; count += 1)
      session.expectSuccess(await refund(session, number, 1, `refund ${count} of ${MOST_REFUNDS}`));
    session.expectRefusal(await refund(session, number, 1, `refund ${MOST_REFUNDS + 1}`), "REFUND_COUNT_EXCEEDED");
    expectField(
      session,
      await shown(session, "payment.query", { out_trade_no: number }),
      "refunded",
      money(session, MOST_REFUNDS),
      { en: "the payment does not show what was refunded", zh: "支付未显示累计退款" },
    );
  },
};

export const lateRefund: Check = {
  id: "lifecycle.late-refund",
  requirement: "LIF-11",
  title: { en: "A processing refund counts at once", zh: "处理中的退款立即占用额度" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "refund.create", "refund.query", "account.balance"],
    fixtures: ["refund.settles-late"],
  },
  async run(session) {
    const binding_id = String(session.fixture("refund.settles-late")["binding_id"]);
    const payment = await paid(session, 100, { binding_id });
    const before = await quietBalance(session, binding_id);
    const number = payment["out_trade_no"] as string;
    const first = session.expectSuccess(await refund(session, number, 60));
    if (first["state"] !== "PROCESSING")
      session.inconclusive(
        `a refund of refund.settles-late was ${String(first["state"])} at once`,
        `场景 refund.settles-late 的退款立即为 ${String(first["state"])}`,
      );
    session.expectRefusal(
      await refund(session, number, 41, "refund one fen more than is left while the first is processing"),
      "REFUND_EXCEEDS_PAYMENT",
      { en: "Only succeeded refunds are counted.", zh: "仅统计已成功的退款。" },
    );
    const second = session.expectSuccess(await refund(session, number, 40, "refund what is left"));
    if (fen((await shown(session, "payment.query", { out_trade_no: number }))["refunded"]) !== 100)
      session.fail({
        summary: { en: "processing refunds are not counted as refunded", zh: "处理中的退款未计入累计退款" },
        expected: "refunded 100",
        seen: String(fen(payment["refunded"])),
      });
    for (const one of [first, second])
      expectField(
        session,
        await session.settle("refund.query", { out_refund_no: one["out_refund_no"] as string }),
        "state",
        "SUCCEEDED",
        { en: "a late refund did not succeed", zh: "延迟退款未成功" },
      );
    expectMoved(
      session,
      before,
      await balanceOf(session, binding_id),
      { posted: 100 },
      { en: "late refunds were not credited once", zh: "延迟退款未恰好入账一次" },
    );
  },
};
