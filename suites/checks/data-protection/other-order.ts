import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { eachRecord, waiting } from "../notification/record.ts";
import { needed } from "../resource-steps.ts";

/** One bank's order, asked for by another, is answered like a number that never was. */
export const otherOrder: Check = {
  id: "data.other-order",
  requirement: "DAT-04",
  title: { en: "Another bank's order is answered as if it did not exist", zh: "对他行订单按不存在答复" },
  effort: "smoke",
  roles: ["platform"],
  // A seeded number may be in use at the other bank too; one that is made for the check is not.
  needs: { parties: 2, hooks: ["fixtures"] },
  each: eachRecord,
  async run(session, instance) {
    const record = resourceOf(session.pack, instance);
    const reads = needed(session, record, "reads");
    const { number } = await waiting(session, record);
    const { stranger } = session;
    const theirs = await session.make(reads, { number }, { signer: stranger });
    session.expectRefusal(
      await session.send(theirs, { label: `${stranger.partyId} asks for it`, signer: stranger }),
      reads.errors,
      {
        en: "The order is looked up by its number alone, or the owner is compared after it was found.",
        zh: "仅按订单号查找，或找到后才比对归属。",
      },
    );
    session.expectSuccess(await session.ask(reads, { number }, "the bank that it was made for asks"));
  },
};
