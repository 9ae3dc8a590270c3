import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { fen } from "../../data/books.ts";
import { equal } from "../../data/comparison.ts";
import { withFields } from "../../wire/draft.ts";
import { call, expectField, money, paid, refund, shown } from "../steps.ts";

export const twoParties: Check = {
  id: "idempotency.two-parties",
  requirement: "IDM-08",
  title: { en: "The same number of two parties is two orders", zh: "两家机构的相同单号互不影响" },
  effort: "smoke",
  needs: {
    parties: 2,
    interfaces: ["payment.create", "payment.query"],
    fixtures: ["customer.funded", "customer.other-party"],
  },
  async run(session) {
    const number = session.fresh();
    const other = { signer: session.stranger };
    const first = session.expectSuccess(
      await call(
        session,
        "payment.create",
        { out_trade_no: number, amount: money(session, 100) },
        "pay as the first party",
      ),
    );
    session.expectRefusal(
      await call(session, "payment.query", { out_trade_no: number }, "query as the second party", other),
      "ORDER_NOT_FOUND",
    );
    const second = session.expectSuccess(
      await call(
        session,
        "payment.create",
        { out_trade_no: number, amount: money(session, 250) },
        "pay the same number as the second party",
        other,
      ),
    );
    if (equal(first["transaction_id"], second["transaction_id"]))
      session.fail({
        summary: { en: "two parties were given one transaction", zh: "两家机构得到同一交易" },
        expected: "two transaction ids",
        seen: JSON.stringify(first["transaction_id"]),
      });
    for (const [party, amount, making] of [
      ["first", 100, {}],
      ["second", 250, other],
    ] as const) {
      const found = session.expectSuccess(
        await call(session, "payment.query", { out_trade_no: number }, `query as the ${party} party`, making),
      );
      expectField(session, found, "amount", money(session, amount), {
        en: `the ${party} party's order is not its own`,
        zh: "单号未按机构隔离",
      });
    }
  },
};

export const leftFree: Check = {
  id: "idempotency.left-free",
  requirement: "IDM-09",
  title: { en: "A request refused for its form leaves its number free", zh: "参数错误的请求不占用单号" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.idempotency !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    session.expectRefusal(
      await session.send(withFields(draft, { liantiao_extra_field: "x" }), { label: "with a field too many" }),
      session.code("schema"),
    );
    if (draft.body?.["amount"] !== undefined)
      session.expectRefusal(
        await session.send(withFields(draft, { amount: money(session, 0) }), { label: "with an amount of 0" }),
        session.code("schema"),
      );
    session.expectSuccess(await session.send(draft, { label: "corrected, same number" }));
  },
};

export const newRefundNumber: Check = {
  id: "idempotency.new-refund-number",
  requirement: "IDM-12",
  title: { en: "A new refund number is a new refund, within what is left", zh: "新退款单号即新退款，受剩余额度限制" },
  effort: "smoke",
  isolated: true,
  roles: ["bank"],
  needs: {
    interfaces: ["payment.create", "payment.query", "refund.create", "refund.query"],
    fixtures: ["customer.funded"],
  },
  async run(session) {
    const payment = await paid(session, 100);
    const number = payment["out_trade_no"] as string;
    const draft = await session.request("refund.create", { out_trade_no: number, amount: money(session, 60) });
    const first = session.expectSuccess(await session.send(draft, { label: "refund 60" }));
    session.expectRefusal(
      await refund(session, number, 60, "refund 60 again under a new number"),
      "REFUND_EXCEEDS_PAYMENT",
      { en: "Repetitions are recognised by content instead of by number.", zh: "按内容而非单号判断重复。" },
    );
    const again = session.expectSuccess(await session.send(draft, { label: "the first refund again, same number" }));
    expectField(session, again, "refund_id", first["refund_id"] ?? "", {
      en: "a repeated refund has another refund_id",
      zh: "重复退款得到不同的 refund_id",
    });
    const left = session.expectSuccess(await refund(session, number, 40, "refund what is left under a new number"));
    if (equal(left["refund_id"], first["refund_id"]))
      session.fail({
        summary: { en: "a new refund number was answered with an earlier refund", zh: "新退款单号返回了先前的退款" },
        expected: "a refund_id of its own",
        seen: JSON.stringify(left["refund_id"]),
      });
    const refunded = fen((await shown(session, "payment.query", { out_trade_no: number }))["refunded"]);
    if (refunded !== 100)
      session.fail({
        summary: { en: "the refunds of a payment do not add up", zh: "退款累计不符" },
        expected: "refunded 100",
        seen: String(refunded),
      });
  },
};

export const outOfOrder: Check = {
  id: "idempotency.out-of-order",
  requirement: "IDM-16",
  title: { en: "A refund ahead of its payment, a payment after its close", zh: "先退款后支付、先关单后支付" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: ["payment.create", "payment.query", "payment.close", "refund.create", "refund.query"],
    fixtures: ["customer.funded"],
  },
  async run(session) {
    const late = await session.request("payment.create", { amount: money(session, 100) });
    const number = late.body?.["out_trade_no"] as string;
    const early = await session.request("refund.create", { out_trade_no: number, amount: money(session, 100) });
    session.expectRefusal(await session.send(early, { label: "refund ahead of its payment" }), "ORDER_NOT_FOUND");
    session.expectSuccess(await session.send(late, { label: "the payment arrives" }));
    await session.settle("payment.query", { out_trade_no: number });
    expectField(
      session,
      await shown(session, "payment.query", { out_trade_no: number }),
      "refunded",
      money(session, 0),
      { en: "a refused refund was carried out when its payment arrived", zh: "被拒绝的退款在支付到达后被执行" },
    );
    session.expectSuccess(await session.send(early, { label: "the refund again, now in order" }));

    const closed = await session.request("payment.create", { amount: money(session, 100) });
    const closedNumber = closed.body?.["out_trade_no"] as string;
    session.expectSuccess(await call(session, "payment.close", { out_trade_no: closedNumber }, "close"));
    const before = await session.observe(closed);
    for (const turn of ["after its close", "once more"])
      session.expectRefusal(await session.send(closed, { label: `the payment arrives ${turn}` }), "ORDER_CLOSED");
    session.expectRefusal(await refund(session, closedNumber, 1, "refund of the closed number"), "ORDER_NOT_FOUND");
    await session.expectUnchanged(before, "a payment that arrives after its close");
  },
};
