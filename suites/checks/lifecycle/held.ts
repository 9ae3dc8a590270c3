import { balanceOf } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { CHARGE } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { accountOf, givingBack, look, needed, reverse, settled } from "../resource-steps.ts";
import { expectMoved, quietBalance } from "../steps.ts";

const HELD = 1_000;
const ATTEMPTS = 3;

/**
 * What is held is gone: while one is open, another asks for more than what is left, and for less than there was before.
 * One that settled too soon shows nothing of a hold, so another is tried.
 */
export const heldIsGone: Check = {
  id: "lifecycle.held-is-gone",
  requirement: "LIF-25",
  title: { en: "What an open payment holds pays nothing else", zh: "处理中的支付所占用的资金不可另作支付" },
  effort: "smoke",
  isolated: true,
  lengthy: true,
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const scenario = session.scenario(resource, "settles-late");
    const account = await accountOf(session, resource, "settles-late");
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const before = await quietBalance(session, account);
      const open = await session.make(create, { amount: HELD }, { scenario });
      session.expectShown(await session.send(open, { label: "pay, to be settled late" }));
      const more = await session.make(create, { amount: before.available - HELD + 1 }, { scenario });
      const refused = await session.send(more, { label: "pay one fen more than the open payment leaves" });
      if (session.pack.succeeds(create, refused.answer?.status))
        session.cleanup((after) => giveBack(after, resource, more));
      if (refused.answer?.code === session.code("schema"))
        session.skip("the account holds more than the largest payment", "账户余额超过单笔支付上限", "fixture");
      session.expectRefusedFor(refused, "insufficient", {
        en: "The posted balance is looked at, and not what is left of it.",
        zh: "仅比对账面余额，未扣除占用资金。",
      });
      const stillOpen = (await look(session, resource, open)).outcome === "open";
      await settled(session, resource, open);
      session.expectSuccess(await session.ask(create, { amount: 1 }, "pay out of what is left", { scenario }));
      await quietBalance(session, account);
      expectMoved(
        session,
        before,
        await balanceOf(session, account),
        { posted: -HELD - 1 },
        { en: "a payment out of what was held moved the balance", zh: "以占用资金进行的支付变动了余额" },
      );
      if (stillOpen) return;
    }
    session.inconclusive(
      "each payment was settled before another could ask for its money",
      "支付均在另一笔支付发起前已完成",
    );
  },
};

/** What should not have been paid empties the account for all that follows. */
async function giveBack(session: Session, resource: Resource, draft: Draft): Promise<void> {
  const refund = givingBack(session, resource);
  const paid = await settled(session, resource, draft);
  // The fee is not given back, and the party may have nothing else to pay it from.
  await reverse(session, refund, paid, paid.minor("amount") - paid.minor("fee"), "give back");
}
