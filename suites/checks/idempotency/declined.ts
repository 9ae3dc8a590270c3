import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { fieldNames } from "../../profile.ts";
import { withFields } from "../../wire/draft.ts";
import { UNREGISTERED_TARGET } from "../../data/unregistered-target.ts";

const CODE = "NOTIFY_URL_NOT_ALLOWED";

/** A call that a rule declined was understood. Whether its number is then used up must be said by the interface. */
export const declined: Check = {
  id: "idempotency.declined",
  requirement: "IDM-19",
  title: {
    en: "A decline keeps its number, or leaves it free, as the interface says",
    zh: "拒绝是否占用单号与规范一致",
  },
  effort: "smoke",
  isolated: true,
  each: eachInterface(
    (one, { pack }) =>
      one.idempotency !== undefined &&
      pack.documented(one, CODE) &&
      fieldNames(pack, one, "body").includes("notify_url"),
  ),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const rule = draft.interface.idempotency;
    // The one field that any request may have wrong, and that no balance or state has a part in.
    const wrong = withFields(draft, { notify_url: UNREGISTERED_TARGET });
    session.expectRefusal(await session.send(wrong, { label: "with a target that is not allowed" }), CODE);
    if (rule?.onDecline === "same") {
      session.expectRefusal(await session.send(wrong, { label: "the same again" }), CODE);
      session.expectRefusal(await session.send(draft, { label: "put right, same number" }), rule.mismatch);
      session.expectSuccess(
        await session.send(await session.request(interfaceOf(instance)), { label: "put right, another number" }),
      );
      return;
    }
    session.expectSuccess(await session.send(draft, { label: "put right, same number" }));
  },
};
