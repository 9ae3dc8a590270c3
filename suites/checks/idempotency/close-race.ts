import type { Interface } from "../../../core/pack/types.ts";
import { alike } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { balanceOf } from "../../data/books.ts";
import { NO_SERVER_ERROR, statusAndCode } from "../../expectation.ts";
import { expectNoRace } from "../../race/hunt.ts";
import { CLOSABLE } from "../../resources/kinds.ts";
import { accountOf, handleFor, needed, settled } from "../resource-steps.ts";
import { quietBalance } from "../steps.ts";

const AMOUNT = 100;

export const closeRace: Check = {
  id: "idempotency.close-race",
  requirement: "IDM-13",
  title: { en: "Pay and close at once: exactly one wins", zh: "支付与关单并发恰一方成功" },
  effort: "smoke",
  each: eachResource(CLOSABLE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const close = needed(session, resource, "ends");
    const account = await accountOf(session, resource);
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
        const pay = await session.make(create, { amount: AMOUNT });
        const closing = await session.make(close, handleFor(session, close, pay));
        const exchanges = await session.race(
          Array.from({ length: n }, (_, index) => (index % 2 === 0 ? pay : closing)),
          "pay or close",
        );
        const failed = exchanges.find((one) => (one.answer?.status ?? 0) >= 500);
        if (failed !== undefined) return { expected: NO_SERVER_ERROR, seen: alike(statusAndCode(failed.answer)) };
        const good = (wanted: Interface): number =>
          exchanges.filter(
            ({ draft, answer }) => draft.interface.id === wanted.id && session.pack.succeeds(wanted, answer?.status),
          ).length;
        const [pays, closes] = [good(create), good(close)];
        const found = await settled(session, resource, pay);
        const after = await quietBalance(session, account);
        const moved = before.posted - after.posted;
        const seen = {
          en: `${pays} payments and ${closes} closes accepted, ${String(found.state)} by query, ${moved} debited`,
          zh: `接受支付 ${pays} 次、关单 ${closes} 次，查询为 ${String(found.state)}，扣款 ${moved}`,
        };
        const isClosed = found.outcome === "closed";
        const lawful = isClosed
          ? pays === 0 && moved === 0
          : closes === 0 && moved === (found.outcome === "succeeded" ? AMOUNT : 0);
        if (!lawful)
          return {
            expected: {
              en: "paid and debited with no close accepted, or closed and not debited with no payment accepted",
              zh: "支付成功并扣款，且未接受关单；或已关单而未扣款，且未接受支付",
            },
            seen,
          };
        // The loser stays the loser.
        const late = await session.send(isClosed ? pay : closing, { label: "the loser again" });
        if (session.pack.succeeds(late.draft.interface, late.answer?.status))
          return {
            expected: { en: "the loser is refused again", zh: "落败的一方再次被拒绝" },
            seen: {
              en: `${seen.en}; then ${late.draft.interface.id} accepted`,
              zh: `${seen.zh}；随后 ${late.draft.interface.id} 被接受`,
            },
          };
        const last = await balanceOf(session, account);
        return last.posted === after.posted
          ? undefined
          : {
              expected: { en: "no debit after the race", zh: "并发结束后不再扣款" },
              seen: { en: `${after.posted - last.posted} debited`, zh: `又扣款 ${after.posted - last.posted}` },
            };
      },
    );
  },
};
