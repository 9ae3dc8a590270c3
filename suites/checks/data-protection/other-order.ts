import type { Check } from "../../check.ts";

const QUERY = "order.query";

/** One bank's order, asked for by another, is answered like a number that never was. */
export const otherOrder: Check = {
  id: "data.other-order",
  requirement: "DAT-04",
  title: { en: "Another bank's order is answered as if it did not exist", zh: "对他行订单按不存在答复" },
  effort: "smoke",
  roles: ["platform"],
  // A seeded number may be in use at the other bank too; one that is made for the check is not.
  needs: { interfaces: [QUERY], parties: 2, hooks: ["fixtures"] },
  async run(session) {
    const { out_trade_no: number } = await session.freshFixture("order.created");
    const { stranger } = session;
    const draft = await session.request(QUERY, { out_trade_no: number });
    const theirs = await session.request(QUERY, { out_trade_no: number }, { signer: stranger });
    session.expectRefusal(
      await session.send(theirs, { label: `${stranger.partyId} asks for it`, signer: stranger }),
      draft.interface.errors,
      {
        en: "The order is looked up by its number alone, or the owner is compared after it was found.",
        zh: "仅按订单号查找，或找到后才比对归属。",
      },
    );
    session.expectSuccess(await session.send(draft, { label: "the bank that it was made for asks" }));
  },
};
