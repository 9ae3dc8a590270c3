import type { Check } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { NEEDS, expectState, order, waiting } from "./received.ts";

/** What one bank tells of another's order is not booked. */
export const otherBank: Check = {
  id: "notification.other-bank",
  requirement: "NOT-07",
  title: { en: "One bank's order is not paid by another's notification", zh: "他行通知不得使本行订单入账" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: { ...NEEDS, parties: 2 },
  async run(session) {
    const { draft, number } = await waiting(session);
    const { stranger } = session;
    const before = await order(session, number);
    session.expectRefusal(
      await session.send(draft, { label: `${stranger.partyId} tells of the payment`, signer: stranger }),
      [...draft.interface.errors, session.code("party")],
      {
        en: "The order is looked up by its number alone, whoever's bank tells of it.",
        zh: "仅按订单号查找，未比对通知银行与订单所属银行。",
      },
    );
    const after = await order(session, number);
    session.judged();
    if (!equal(before, after))
      session.fail({
        summary: { en: "a notification of another bank changed the order", zh: "他行通知改变了订单" },
        expected: JSON.stringify(before),
        seen: JSON.stringify(after),
      });
    session.expectSuccess(await session.send(draft, { label: "the order's own bank tells of it" }));
    await expectState(session, number, "PAID", { en: "the right notification", zh: "正确的通知" });
  },
};
