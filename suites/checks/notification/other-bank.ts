import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { eachRecord, expectRecord, expectUntouched, NEEDS, shownRecord, tellOf, waiting } from "./record.ts";

/** What one bank tells of another's order is not booked. */
export const otherBank: Check = {
  id: "notification.other-bank",
  requirement: "NOT-07",
  title: { en: "One bank's order is not paid by another's notification", zh: "他行通知不得使本行订单入账" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: { ...NEEDS, parties: 2 },
  each: eachRecord,
  async run(session, instance) {
    const waits = await waiting(session, resourceOf(session.pack, instance));
    const { draft, record, subject } = waits;
    const { stranger } = session;
    const before = await shownRecord(session, waits);
    session.expectRefusal(
      await session.send(draft, { label: `${stranger.partyId} tells of the ${subject.name}`, signer: stranger }),
      [...draft.interface.errors, session.code("party")],
      {
        en: "The order is looked up by its number alone, and the notifying bank is not compared.",
        zh: "仅按订单号查找，未比对通知银行与订单所属银行。",
      },
    );
    await expectUntouched(session, waits, before, {
      en: `a notification of another bank changed the ${record.name}`,
      zh: `他行通知改变了 ${record.name}`,
    });
    await tellOf(session, waits);
    await expectRecord(session, waits, "succeeded", {
      en: `the right notification of its ${subject.name}`,
      zh: `正确的 ${subject.name} 通知`,
    });
  },
};
