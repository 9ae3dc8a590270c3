import { alike } from "../../../core/text/alike.ts";
import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { eachRecord, waiting } from "../notification/record.ts";
import { needed } from "../resource-steps.ts";
import { scrubbed } from "./other-party.ts";

/** One bank's order, asked for by another, is answered exactly like a number that never was. */
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
    session.expectSuccess(await session.ask(reads, { number }, "the bank that it was made for asks"));
    const never = session.fresh();
    const [theirs, unknown] = [
      await session.ask(reads, { number }, `${stranger.partyId} asks for it`, { signer: stranger }),
      await session.ask(reads, { number: never }, `${stranger.partyId} asks for a number that never was`, {
        signer: stranger,
      }),
    ];
    const cause = {
      en: "The order is looked up by its number alone, or the owner is compared after it was found.",
      zh: "仅按订单号查找，或找到后才比对归属。",
    };
    for (const one of [theirs, unknown]) session.expectRefusal(one, reads.errors, cause);
    const seen = scrubbed(session, theirs, [String(number)]);
    const expected = scrubbed(session, unknown, [never]);
    if (theirs.answer?.status === unknown.answer?.status && equal(seen, expected)) return;
    session.fail({
      summary: {
        en: `${reads.id} tells one bank that another has an order of that number`,
        zh: `${reads.id} 向一家银行透露了他行存在该订单号`,
      },
      expected: alike(`HTTP ${unknown.answer?.status ?? ""} ${JSON.stringify(expected)}`),
      seen: alike(`HTTP ${theirs.answer?.status ?? ""} ${JSON.stringify(seen)}`),
      likelyCause: cause,
    });
  },
};
