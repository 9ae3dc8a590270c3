import type { Check } from "../../check.ts";
import { balanceOf } from "../../data/books.ts";
import { call, expectField, money, quietBalance, refund } from "../steps.ts";

export const frozen: Check = {
  id: "lifecycle.frozen",
  requirement: "LIF-20",
  title: { en: "A frozen account is not debited", zh: "冻结账户不扣款" },
  effort: "smoke",
  isolated: true,
  needs: { interfaces: ["payment.create", "payment.query"], fixtures: ["customer.frozen", "customer.funded"] },
  async run(session) {
    const draft = await session.request("payment.create", {
      binding_id: session.fixture("customer.frozen")["binding_id"] as string,
      amount: money(session, 1),
    });
    const before = await session.observe(draft);
    session.expectRefusal(await session.send(draft, { label: "pay from a frozen account" }), "ACCOUNT_FROZEN");
    await session.expectUnchanged(before, "a payment from a frozen account");
    session.expectSuccess(
      await call(session, "payment.create", { amount: money(session, 1) }, "pay from an open account"),
    );
  },
};

export const beyondBalance: Check = {
  id: "lifecycle.insufficient-funds",
  requirement: "LIF-20",
  title: { en: "A payment beyond the balance is refused", zh: "超出余额的支付被拒绝" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "account.balance", "refund.create", "refund.query"],
    fixtures: ["customer.low-balance"],
  },
  async run(session) {
    const binding_id = String(session.fixture("customer.low-balance")["binding_id"]);
    const { available } = await quietBalance(session, binding_id);
    if (available < 1)
      session.inconclusive("the account of customer.low-balance is empty", "customer.low-balance 的账户余额为零");
    const draft = await session.request("payment.create", { binding_id, amount: money(session, available + 1) });
    const before = await session.observe(draft);
    session.expectRefusal(await session.send(draft, { label: "pay one fen more than there is" }), "INSUFFICIENT_FUNDS");
    await session.expectUnchanged(before, "a payment beyond the balance");
    // The neighbour: exactly what is there. Given back afterwards.
    const all = session.expectSuccess(
      await call(
        session,
        "payment.create",
        { binding_id, amount: money(session, available) },
        "pay exactly what there is",
      ),
    );
    await session.settle("payment.query", { out_trade_no: all["out_trade_no"] as string });
    const empty = await balanceOf(session, binding_id);
    const back = session.expectSuccess(await refund(session, all["out_trade_no"] as string, available, "give back"));
    await session.settle("refund.query", { out_refund_no: back["out_refund_no"] as string });
    if (empty.available !== 0)
      session.fail({
        summary: { en: "a payment of the whole balance did not empty the account", zh: "支付全部余额后账户未清零" },
        expected: "0 available",
        seen: String(empty.available),
      });
  },
};

export const triedAgain: Check = {
  id: "lifecycle.declined-again",
  requirement: "LIF-21",
  title: { en: "Declined for want of money, a payment may be tried again", zh: "因余额不足被拒的支付可重试" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "account.balance", "refund.create", "refund.query"],
    fixtures: ["customer.low-balance"],
  },
  async run(session) {
    if (session.pack.interface("payment.create").idempotency?.onDecline === "same")
      session.skip("the pack keeps a decline under its number", "规范规定拒绝结果随单号固化", "capability");
    const binding_id = String(session.fixture("customer.low-balance")["binding_id"]);
    const { available } = await quietBalance(session, binding_id);
    if (available < 1)
      session.inconclusive("the account of customer.low-balance is empty", "customer.low-balance 的账户余额为零");
    const first = session.expectSuccess(
      await call(session, "payment.create", { binding_id, amount: money(session, available) }, "pay all there is"),
    );
    await session.settle("payment.query", { out_trade_no: first["out_trade_no"] as string });
    const draft = await session.request("payment.create", { binding_id, amount: money(session, available) });
    const declined = await session.send(draft, { label: "pay with nothing left" });
    const back = session.expectSuccess(
      await refund(session, first["out_trade_no"] as string, available, "there is money again"),
    );
    await session.settle("refund.query", { out_refund_no: back["out_refund_no"] as string });
    session.expectRefusal(declined, "INSUFFICIENT_FUNDS");
    const again = session.expectSuccess(
      await session.send(draft, { label: "the declined payment again, same number" }),
    );
    const settled = await session.settle("payment.query", { out_trade_no: again["out_trade_no"] as string });
    await refund(session, again["out_trade_no"] as string, available, "give back");
    expectField(session, settled, "state", "SUCCEEDED", {
      en: "a declined payment tried again with money did not succeed",
      zh: "余额补足后重试未成功",
    });
  },
};
