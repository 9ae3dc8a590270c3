import type { Check } from "../../check.ts";
import { balanceOf, entriesOf, fen, horizon, moved, today } from "../../data/books.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import type { Entry } from "../../laws/history.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { applied, call, money, paid, quietBalance } from "../steps.ts";

const AMOUNT = 500;
const ROUNDS = { smoke: 1, standard: 3, exhaustive: 10 } as const;

/** Payments take from a customer what payouts give back at the same moment: the same two accounts, in opposite order. */
export const opposite: Check = {
  id: "idempotency.opposite",
  requirement: "IDM-18",
  title: { en: "Payments and payouts between the same accounts at once all end", zh: "同一账户间对向支付与代付均完成" },
  effort: "smoke",
  needs: {
    interfaces: [
      "binding.apply",
      "binding.confirm",
      "binding.cancel",
      "payment.create",
      "payment.query",
      "payout.create",
      "payout.query",
      "account.balance",
      "settlement.balance",
    ],
    fixtures: ["customer.applies", "customer.funded"],
  },
  async run(session) {
    const { account_no, holder_name } = session.fixture("customer.applies");
    const { binding_id, code } = await applied(session);
    session.expectSuccess(await call(session, "binding.confirm", { binding_id, sms_code: code }, "confirm"));
    const half = Math.max(1, Math.floor(session.statement.limits.maxConcurrency / 2));
    const payouts = async (): Promise<readonly Draft[]> =>
      Promise.all(
        Array.from({ length: half }, () =>
          session.request("payout.create", {
            payee_name: holder_name,
            payee_account_no: account_no,
            amount: money(session, AMOUNT),
          }),
        ),
      );
    // Enough on both sides, so that nothing is refused for want of money.
    await paid(session, 100 * half * AMOUNT);
    session.expectSuccess(
      await call(
        session,
        "payout.create",
        { payee_name: holder_name, payee_account_no: account_no, amount: money(session, half * AMOUNT) },
        "money for the customer",
      ),
    );
    const from = today(session);
    for (let round = 0; round < ROUNDS[session.run.effort]; round += 1) {
      const [customer, settlement] = [await quietBalance(session, binding_id), await quietBalance(session, SETTLEMENT)];
      const had = new Set((await booked(session, from)).map((one) => one.id));
      const pays = await Promise.all(
        Array.from({ length: half }, () =>
          session.request("payment.create", { binding_id, amount: money(session, AMOUNT) }),
        ),
      );
      const exchanges = await session.race(
        (await payouts()).flatMap((payout, index) => [payout, pays[index] as Draft]),
        "payment or payout",
      );
      const failed = exchanges.find(
        (one) => (one.answer?.status ?? 0) >= 500 && session.pack.error(one.answer?.code ?? "")?.class !== "retry-same",
      );
      if (failed !== undefined)
        session.fail({
          summary: { en: "opposite transfers at once made the server fail", zh: "对向转账并发导致服务端错误" },
          expected: "all end, at most with a code that says to send again",
          seen: `HTTP ${failed.answer?.status} ${failed.answer?.code ?? ""}`,
          likelyCause: {
            en: "Accounts are locked in the order of debit and credit: opposite transfers wait for each other.",
            zh: "按借贷顺序加锁，对向转账互相等待。",
          },
        });
      let [fromCustomer, toCustomer, fees] = [0, 0, 0];
      for (const { draft } of exchanges) {
        const isPayment = draft.interface.id === "payment.create";
        const number = isPayment
          ? { out_trade_no: draft.body?.["out_trade_no"] as string }
          : { out_payout_no: draft.body?.["out_payout_no"] as string };
        const query = await call(session, isPayment ? "payment.query" : "payout.query", number, "how did it end?");
        if (query.answer?.status === 404) continue;
        const ended: Fields = await session.settle(
          isPayment ? "payment.query" : "payout.query",
          number,
          (view) => view["state"] !== "PROCESSING",
        );
        if (ended["state"] !== "SUCCEEDED") continue;
        if (isPayment) fromCustomer += AMOUNT;
        else toCustomer += AMOUNT;
        fees += fen(ended["fee"]);
      }
      const [customerNow, settlementNow] = [await balanceOf(session, binding_id), await balanceOf(session, SETTLEMENT)];
      session.judged();
      // The settlement account is everybody's: what other checks left open settles when it likes.
      const own = new Set(exchanges.map(({ draft }) => draft.body?.["out_trade_no"] ?? draft.body?.["out_payout_no"]));
      const others = moved((await booked(session, from)).filter((one) => !had.has(one.id) && !own.has(one.reference)));
      const expected = [toCustomer - fromCustomer, fromCustomer - toCustomer - fees];
      const seen = [customerNow.posted - customer.posted, settlementNow.posted - settlement.posted - others];
      if (expected[0] !== seen[0] || expected[1] !== seen[1])
        session.fail({
          summary: {
            en: "after opposite transfers at once the total is not what it was",
            zh: "对向转账并发后总额改变",
          },
          expected: `customer ${expected[0]}, settlement ${expected[1]}`,
          seen: `customer ${seen[0]}, settlement ${seen[1]}`,
        });
      if (fromCustomer + toCustomer === 0) session.inconclusive("none of the transfers succeeded", "没有一笔转账成功");
    }
  },
};

/** What stands on the settlement account today, as far as the SUT shows it. */
async function booked(session: Session, from: string): Promise<readonly Entry[]> {
  const id = "settlement.statement";
  return session.claims(id) ? entriesOf(session, SETTLEMENT, from, horizon(session)) : [];
}
