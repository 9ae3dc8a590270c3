import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { balanceOf } from "../../data/books.ts";
import { expectAllDeclined, expectNoRace } from "../../race/hunt.ts";
import { CHARGE } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { accountOf, givingBack, handleFor, needed, reverse } from "../resource-steps.ts";

export const drain: Check = {
  id: "idempotency.drain",
  requirement: "IDM-17",
  title: { en: "Simultaneous debits never overdraw", zh: "并发扣款绝不透支" },
  effort: "smoke",
  each: eachResource(CHARGE),
  async run(session: Session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const refund = givingBack(session, resource);
    const scenario = session.scenario(resource, "poor");
    const account = await accountOf(session, resource, "poor");
    await expectNoRace(
      session,
      {
        en: "not exactly one of the simultaneous debits of a whole balance succeeded",
        zh: "对全部余额的并发扣款并非恰好一笔成功",
        cause: {
          en: "The balance is read first and debited afterwards, without a lock or a guarded update.",
          zh: "先读余额后扣款，缺少锁或条件更新。",
        },
      },
      async (n) => {
        const { available } = await balanceOf(session, account);
        if (available < 1) session.inconclusive(`the account of ${scenario} is empty`, `${scenario} 的账户余额为零`);
        const drafts = await Promise.all(
          Array.from({ length: n }, () => session.make(create, { amount: available }, { scenario })),
        );
        const exchanges = await session.race(drafts, "debit of the whole balance");
        const paid = await succeededOf(session, resource, drafts);
        const left = (await balanceOf(session, account)).available;
        // Given back, so that the next attempt, and the next run, find the balance again.
        for (const one of paid) await reverse(session, refund, one, available, "give back");
        if (paid.length === 1 && left >= 0) return undefined;
        if (paid.length === 0) expectAllDeclined(session, exchanges, session.codes(create, "insufficient"));
        return {
          expected: {
            en: `of ${n} debits of ${available} exactly 1 succeeds, and no balance is below 0`,
            zh: `${n} 笔金额为 ${available} 的扣款恰好成功 1 笔，且余额均不为负`,
          },
          seen: { en: `${paid.length} succeeded, ${left} available`, zh: `成功 ${paid.length} 笔，可用余额 ${left}` },
        };
      },
    );
  },
};

/** Those of the requests that came to something, and succeeded in the end. */
async function succeededOf(session: Session, resource: Resource, drafts: readonly Draft[]): Promise<readonly Shown[]> {
  const query = needed(session, resource, "reads");
  const found: Shown[] = [];
  for (const draft of drafts) {
    const asked = await session.make(query, handleFor(session, query, draft));
    const { answer } = await session.send(asked, { label: `settle: ${query.id}` });
    if (session.pack.resources.codes(query, "not-found").includes(answer?.code ?? "")) continue;
    const end = shownIn(session.pack, query, await session.settleDraft(asked));
    if (end.outcome === "succeeded") found.push(end);
  }
  return found;
}
