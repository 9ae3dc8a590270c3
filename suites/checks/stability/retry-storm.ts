import { alike } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { claimsAccount } from "../../data/books.ts";
import { statusAndCode } from "../../expectation.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import { CHARGE } from "../../resources/kinds.ts";
import { accountOf, needed, settled } from "../resource-steps.ts";
import { quietBalance } from "../steps.ts";
import type { Exchange } from "../../wire/exchange.ts";

const AMOUNT = 7;
const STORMS = {
  smoke: { orders: 5, retries: 2 },
  standard: { orders: 10, retries: 4 },
  exhaustive: { orders: 100, retries: 10 },
} as const;

/** Many callers lose their answers at once, and all come back at once, several times each. */
export const retryStorm: Check = {
  id: "stability.retry-storm",
  requirement: "STB-14",
  title: { en: "A storm of retries drains, with one effect each", zh: "重试风暴消化且各只生效一次" },
  effort: "smoke",
  roles: ["bank"],
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const account = await accountOf(session, resource);
    const before = await quietBalance(session, account);
    const { orders, retries } = STORMS[session.run.effort];
    const most = session.statement.limits.maxConcurrency;
    const drafts = await Promise.all(Array.from({ length: orders }, () => session.make(create, { amount: AMOUNT })));
    for (let at = 0; at < drafts.length; at += most)
      await Promise.all(
        drafts
          .slice(at, at + most)
          .map((draft, index) => session.abandon(draft, 1 + (index % 5), "the answer is lost")),
      );
    const storm = Array.from({ length: retries }, () => drafts).flat();
    const exchanges: Exchange[] = [];
    for (let at = 0; at < storm.length; at += most)
      exchanges.push(
        ...(await Promise.all(storm.slice(at, at + most).map((draft) => session.send(draft, { label: "storm" })))),
      );
    const failed = exchanges.find(
      (one) =>
        one.answer !== undefined &&
        one.answer.status >= 500 &&
        session.pack.error(one.answer.code ?? "")?.class !== "retry-same",
    );
    if (failed !== undefined)
      session.fail({
        summary: { en: "a storm of retries made the server fail", zh: "重试风暴导致服务端错误" },
        expected: {
          en: "each retry is answered, at most with a code that says to send again",
          zh: "每次重试均有应答，至多返回可重发的错误码",
        },
        seen: alike(statusAndCode(failed.answer)),
      });
    // Once the storm is over each order is taken, if it was not yet.
    let paid = 0;
    for (const draft of drafts) {
      session.expectSuccess(await session.send(draft, { label: "after the storm" }));
      if ((await settled(session, resource, draft)).outcome === "succeeded") paid += 1;
    }
    session.judged();
    const after = await quietBalance(session, account);
    if (paid !== orders)
      session.fail({
        summary: { en: "not every order of a storm of retries was paid", zh: "重试风暴后部分订单未支付" },
        expected: { en: `${orders} paid`, zh: `支付成功 ${orders} 笔` },
        seen: { en: `${paid} paid`, zh: `支付成功 ${paid} 笔` },
      });
    if (before.posted - after.posted !== orders * AMOUNT)
      session.fail({
        summary: { en: "a storm of retries had more or less than one effect each", zh: "重试风暴未恰好各生效一次" },
        expected: {
          en: `${orders} debits of ${AMOUNT}: ${orders * AMOUNT}`,
          zh: `${orders} 笔 ${AMOUNT} 的扣款：${orders * AMOUNT}`,
        },
        seen: alike(String(before.posted - after.posted)),
      });
    // The other side of all of them answers as before.
    if (claimsAccount(session, "reads", "balance", SETTLEMENT)) await quietBalance(session, SETTLEMENT);
  },
};
