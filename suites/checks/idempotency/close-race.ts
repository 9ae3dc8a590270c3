import type { Check } from "../../check.ts";
import { balanceOf } from "../../data/books.ts";
import { expectNoRace } from "../../race/hunt.ts";
import { call, money, quietBalance } from "../steps.ts";

const AMOUNT = 100;

export const closeRace: Check = {
  id: "idempotency.close-race",
  requirement: "IDM-13",
  title: { en: "Pay and close at once: exactly one wins", zh: "支付与关单并发恰一方成功" },
  effort: "smoke",
  needs: {
    interfaces: ["payment.create", "payment.query", "payment.close", "account.balance"],
    fixtures: ["customer.funded"],
  },
  async run(session) {
    const account = String(session.fixture("customer.funded")["binding_id"]);
    await expectNoRace(
      session,
      {
        en: "a number was paid and closed",
        zh: "同一单号既支付又关单",
        cause: {
          en: "Payment and close look at the number first and write afterwards, without a lock on it.",
          zh: "支付与关单均先查后写，未对单号加锁。",
        },
      },
      async (n) => {
        const before = await quietBalance(session, account);
        const pay = await session.request("payment.create", { amount: money(session, AMOUNT) });
        const number = pay.body?.["out_trade_no"] as string;
        const close = await session.request("payment.close", { out_trade_no: number });
        const exchanges = await session.race(
          Array.from({ length: n }, (_, index) => (index % 2 === 0 ? pay : close)),
          "pay or close",
        );
        const failed = exchanges.find((one) => (one.answer?.status ?? 0) >= 500);
        if (failed !== undefined)
          return { expected: "no HTTP 5xx", seen: `HTTP ${failed.answer?.status} ${failed.answer?.code ?? ""}` };
        const good = (id: string): number =>
          exchanges.filter((one) => one.draft.interface.id === id && one.answer?.status === 200).length;
        const [pays, closes] = [good("payment.create"), good("payment.close")];
        const found = await session.settle("payment.query", { out_trade_no: number });
        const after = await quietBalance(session, account);
        const moved = before.posted - after.posted;
        const seen = `${pays} payments and ${closes} closes accepted, ${String(found["state"])} by query, ${moved} debited`;
        const lawful =
          found["state"] === "CLOSED"
            ? pays === 0 && moved === 0
            : closes === 0 && moved === (found["state"] === "SUCCEEDED" ? AMOUNT : 0);
        if (!lawful)
          return {
            expected: "paid and debited with no close accepted, or closed and not debited with no payment accepted",
            seen,
          };
        // Who lost stays the loser.
        const late = await call(
          session,
          found["state"] === "CLOSED" ? "payment.create" : "payment.close",
          found["state"] === "CLOSED" ? { ...pay.body } : { out_trade_no: number },
          "the loser again",
        );
        if (late.answer?.status === 200)
          return { expected: "the loser is refused again", seen: `${seen}; then ${late.draft.interface.id} accepted` };
        const last = await balanceOf(session, account);
        return last.posted === after.posted
          ? undefined
          : { expected: "no debit after the race", seen: `${after.posted - last.posted} debited` };
      },
    );
  },
};
