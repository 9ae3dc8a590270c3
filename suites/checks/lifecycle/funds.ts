import { alike } from "../../../core/text/alike.ts";
import { balanceOf } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { CHARGE } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { accountOf, expectOutcome, givingBack, needed, reverse, settled } from "../resource-steps.ts";
import { quietBalance } from "../steps.ts";

export const frozen: Check = {
  id: "lifecycle.frozen",
  requirement: "LIF-20",
  title: { en: "A frozen account is not debited", zh: "冻结账户不扣款" },
  effort: "smoke",
  isolated: true,
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const draft = await session.make(create, { amount: 1 }, { scenario: session.scenario(resource, "blocked") });
    const before = await session.observe(draft);
    session.expectRefusedFor(await session.send(draft, { label: "pay from a frozen account" }), "blocked");
    await session.expectUnchanged(before, { en: "a payment from a frozen account", zh: "冻结账户的支付" });
    session.expectSuccess(await session.ask(create, { amount: 1 }, "pay from an open account"));
  },
};

/** What the poor customer has, and how it is given back after a check has taken it. */
async function poor(session: Session, resource: Resource) {
  const refund = givingBack(session, resource);
  const scenario = session.scenario(resource, "poor");
  const account = await accountOf(session, resource, "poor");
  const { available } = await quietBalance(session, account);
  if (available < 1) session.inconclusive(`the account of ${scenario} is empty`, `${scenario} 的账户余额为零`);
  const giveBack = async (paid: Shown): Promise<void> => {
    const back = session.expectShown(await reverse(session, refund, paid, available, "give back"));
    await settled(session, refund, back);
  };
  return { scenario, account, available, giveBack };
}

export const beyondBalance: Check = {
  id: "lifecycle.insufficient-funds",
  requirement: "LIF-20",
  title: { en: "A payment beyond the balance is refused", zh: "超出余额的支付被拒绝" },
  effort: "smoke",
  isolated: true,
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const { scenario, account, available, giveBack } = await poor(session, resource);
    const draft = await session.make(create, { amount: available + 1 }, { scenario });
    const before = await session.observe(draft);
    session.expectRefusedFor(await session.send(draft, { label: "pay one fen more than there is" }), "insufficient");
    await session.expectUnchanged(before, { en: "a payment beyond the balance", zh: "超出余额的支付" });
    // The neighbour: exactly what is there. Given back afterwards.
    const all = session.expectShown(
      await session.ask(create, { amount: available }, "pay exactly what there is", { scenario }),
    );
    await settled(session, resource, all);
    const empty = await balanceOf(session, account);
    await giveBack(all);
    if (empty.available !== 0)
      session.fail({
        summary: { en: "a payment of the whole balance did not empty the account", zh: "支付全部余额后账户未清零" },
        expected: { en: "0 available", zh: "可用余额 0" },
        seen: alike(String(empty.available)),
      });
  },
};

export const triedAgain: Check = {
  id: "lifecycle.declined-again",
  requirement: "LIF-21",
  title: { en: "A payment declined for lack of funds may be tried again", zh: "因余额不足被拒的支付可重试" },
  effort: "smoke",
  isolated: true,
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    if (create.idempotency?.onDecline === "same")
      session.skip("the pack keeps a decline under its number", "规范规定拒绝结果随单号固化", "not-demanded");
    const { scenario, available, giveBack } = await poor(session, resource);
    const first = session.expectShown(
      await session.ask(create, { amount: available }, "pay all there is", { scenario }),
    );
    await settled(session, resource, first);
    const draft = await session.make(create, { amount: available }, { scenario });
    const declined = await session.send(draft, { label: "pay with nothing left" });
    await giveBack(first);
    session.expectRefusedFor(declined, "insufficient");
    const again = session.expectShown(await session.send(draft, { label: "the declined payment again, same number" }));
    const end = await settled(session, resource, again);
    await giveBack(again);
    expectOutcome(session, resource, end, "succeeded", {
      en: "a declined payment tried again with money did not succeed",
      zh: "余额补足后重试未成功",
    });
  },
};
