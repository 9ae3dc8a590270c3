import type { Check } from "../../check.ts";
import type { Draft } from "../../wire/draft.ts";
import { call, money, quietBalance } from "../steps.ts";
import { equal } from "../../data/comparison.ts";

const AMOUNT = 11;
/** Kills, and the moments at which they come while payments are on their way. */
const KILLS = { smoke: [10], standard: [3, 25], exhaustive: [0, 1, 2, 4, 7, 12, 20, 35, 60, 100, 150, 250] } as const;

export const crash: Check = {
  id: "stability.crash",
  requirement: "STB-05",
  title: {
    en: "After a kill nothing acknowledged is lost and nothing happens twice",
    zh: "强杀后已确认不丢失、不重复",
  },
  effort: "standard",
  needs: {
    interfaces: ["payment.create", "payment.query", "account.balance"],
    fixtures: ["customer.funded"],
    hooks: ["restart"],
  },
  async run(session) {
    const account = String(session.fixture("customer.funded")["binding_id"]);
    const before = await quietBalance(session, account);
    const drafts: Draft[] = [];
    for (const moment of KILLS[session.run.effort]) {
      const kill = session.sleep(moment).then(() => session.restart("kill"));
      const wave = await Promise.all(
        Array.from({ length: Math.min(8, session.statement.limits.maxConcurrency) }, () =>
          session.request("payment.create", { amount: money(session, AMOUNT) }),
        ),
      );
      drafts.push(...wave);
      const exchanges = await Promise.all(
        wave.map((draft) => session.send(draft, { label: `on its way when the kill comes (${moment} ms)` })),
      );
      await kill;
      for (const exchange of exchanges) {
        if (!session.pack.succeeds(exchange.draft.interface, exchange.answer?.status)) continue;
        const acked = session.expectSuccess(exchange);
        const query = await call(
          session,
          "payment.query",
          { out_trade_no: acked["out_trade_no"] },
          "query of an acknowledged payment after the kill",
        );
        if (query.answer?.status === 404)
          session.fail({
            summary: { en: "an acknowledged payment was lost by a kill", zh: "强杀后丢失已确认的支付" },
            expected: `${String(acked["out_trade_no"])} as it was acknowledged`,
            seen: "not found",
            likelyCause: { en: "The answer leaves before the commit is on disk.", zh: "应答先于落盘发出。" },
          });
        const found = session.expectSuccess(query);
        for (const name of ["transaction_id", "amount", "binding_id"])
          if (!equal(found[name], acked[name]))
            session.fail({
              summary: {
                en: `an acknowledged payment has another ${name} after a kill`,
                zh: `强杀后已确认支付的 ${name} 改变`,
              },
              expected: JSON.stringify(acked[name]),
              seen: JSON.stringify(found[name]) ?? "absent",
            });
      }
    }
    // What is in doubt is sent again; then each order is paid once.
    for (const draft of drafts) {
      session.expectSuccess(await session.send(draft, { label: "sent again after the kill" }));
      await session.settle("payment.query", { out_trade_no: draft.body?.["out_trade_no"] as string });
    }
    const after = await quietBalance(session, account);
    session.judged();
    if (before.posted - after.posted !== drafts.length * AMOUNT)
      session.fail({
        summary: {
          en: "after kills and retries not every payment was debited exactly once",
          zh: "强杀与重发后并非每笔恰好扣款一次",
        },
        expected: `${drafts.length} debits of ${AMOUNT}: ${drafts.length * AMOUNT}`,
        seen: String(before.posted - after.posted),
      });
  },
};
