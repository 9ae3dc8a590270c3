import { alike, asJson, oneOf } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { MONEY } from "../../resources/kinds.ts";
import { shownIn } from "../../resources/shown.ts";
import { STANDING } from "../../resources/standing.ts";
import { handleFor, needed, shownBy } from "../resource-steps.ts";

export const paymentQuery: Check = {
  id: "lifecycle.payment-query",
  requirement: "LIF-01",
  title: { en: "A payment is found by query", zh: "支付可被查询到" },
  effort: "smoke",
  isolated: true,
  each: eachResource(MONEY),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const query = needed(session, resource, "reads");
    const draft = await session.make(needed(session, resource, "creates"));
    const byNumber = session.pack.meanings(query).asked("number").length > 0;
    if (byNumber)
      session.expectRefusedFor(
        await session.ask(query, handleFor(session, query, draft), "query ahead of the payment"),
        "not-found",
      );
    const made = await shownBy(session, resource, await session.send(draft, { label: "pay" }));
    const asked = await session.make(query, handleFor(session, query, byNumber ? draft : made));
    const found = session.expectShown(await session.send(asked, { label: "query after the payment" }));
    for (const meaning of STANDING)
      if (!equal(found.value(meaning), made.value(meaning)))
        session.fail({
          summary: {
            en: `query and ${resource.name} disagree about its ${meaning}`,
            zh: `查询与 ${resource.name} 应答的 ${meaning} 不一致`,
          },
          expected: asJson(made.value(meaning)),
          seen: asJson(found.value(meaning)),
        });
    // What holds money stays open until it is captured, voided or expires.
    if (resource.law !== undefined && "holds" in resource.law) return;
    const settled = shownIn(session.pack, query, await session.settleDraft(asked));
    if (settled.outcome !== "succeeded")
      session.fail({
        summary: { en: `an ordinary ${resource.name} did not succeed`, zh: `正常情形下的 ${resource.name} 未成功` },
        expected: oneOf(resource.states("succeeded")),
        seen: alike(String(settled.state)),
      });
  },
};
