import { equal } from "../../data/comparison.ts";
import type { Check } from "../../check.ts";
import { call, expectField, money } from "../steps.ts";

const needs = {
  interfaces: ["payment.create", "payment.query", "payment.close"],
  fixtures: ["customer.funded"],
} as const;

export const closeUnknown: Check = {
  id: "lifecycle.close-unknown",
  requirement: "LIF-04",
  title: { en: "An unknown number is closed, and never paid", zh: "未知单号可关闭且不再支付" },
  effort: "smoke",
  isolated: true,
  needs,
  async run(session) {
    const draft = await session.request("payment.create", { amount: money(session, 100) });
    const number = draft.body?.["out_trade_no"] as string;
    const closed = session.expectSuccess(
      await call(session, "payment.close", { out_trade_no: number }, "close an unknown number"),
    );
    expectField(session, closed, "state", "CLOSED", { en: "close did not answer CLOSED", zh: "关单应答不是 CLOSED" });
    const before = await session.observe(draft);
    session.expectRefusal(await session.send(draft, { label: "pay a closed number" }), "ORDER_CLOSED", {
      en: "Only known payments can be closed: no tombstone is kept.",
      zh: "未保存墓碑记录，仅能关闭已存在的支付。",
    });
    await session.expectUnchanged(before, "a payment of a closed number");
    const found = session.expectSuccess(
      await call(session, "payment.query", { out_trade_no: number }, "query of the closed number"),
    );
    expectField(session, found, "state", "CLOSED", {
      en: "a closed number is not CLOSED by query",
      zh: "已关闭单号查询不是 CLOSED",
    });
    // The neighbour: the same payment under a number that nobody closed.
    session.expectSuccess(
      await session.send(await session.request("payment.create", { amount: money(session, 100) }), {
        label: "pay an open number",
      }),
    );
  },
};

export const closeAgain: Check = {
  id: "lifecycle.close-again",
  requirement: "LIF-05",
  title: { en: "Closed again, the answer is the same", zh: "重复关单应答相同" },
  effort: "smoke",
  isolated: true,
  needs,
  async run(session) {
    const number = session.fresh();
    const close = await session.request("payment.close", { out_trade_no: number });
    const first = session.expectSuccess(await session.send(close, { label: "close" }));
    await session.sleep(1_100);
    for (const turn of ["again", "a third time"]) {
      const again = session.expectSuccess(await session.send(close, { label: `close ${turn}` }));
      for (const name of Object.keys(first))
        if (!equal(first[name], again[name]))
          session.fail({
            summary: { en: `close ${turn} was answered with another ${name}`, zh: `重复关单的 ${name} 不同` },
            expected: JSON.stringify(first[name]),
            seen: JSON.stringify(again[name]) ?? "absent",
          });
    }
  },
};

export const closePaid: Check = {
  id: "lifecycle.close-paid",
  requirement: "LIF-06",
  title: { en: "A paid number is not closed", zh: "已支付的单号不可关单" },
  effort: "smoke",
  isolated: true,
  needs,
  async run(session) {
    const { draft } = await session.perform("payment.create", { amount: money(session, 100) });
    const number = draft.body?.["out_trade_no"] as string;
    const payment = await session.settle("payment.query", { out_trade_no: number });
    if (payment["state"] !== "SUCCEEDED") session.inconclusive("the payment did not succeed", "支付未成功");
    const before = await session.observe(draft);
    session.expectRefusal(
      await call(session, "payment.close", { out_trade_no: number }, "close a paid number"),
      "ORDER_PAID",
    );
    await session.expectUnchanged(before, "close of a paid number");
    // The neighbour: a number that was not paid.
    session.expectSuccess(
      await call(session, "payment.close", { out_trade_no: session.fresh() }, "close an unpaid number"),
    );
  },
};
