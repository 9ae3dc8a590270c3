import { asJson, named } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { carriedIn, carriedNames, queriedAs } from "../../resources/carried.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import type { Fields } from "../../wire/draft.ts";
import { toldOf } from "../ended.ts";
import { needed } from "../resource-steps.ts";
import { agreementChanges } from "./agreement-changes.ts";
import { heard } from "./arranged.ts";
import { eachToldOf, isAgreement, toldResource } from "./told-of.ts";

/**
 * What is said contradicts nothing; what is left out has to be asked for. By the body that the pack gives a
 * notification, and what the query shows when it has come.
 */
export const complete: Check = {
  id: "notification.complete",
  requirement: "NOT-17",
  title: { en: "A notification leaves out nothing that the query shows", zh: "通知不遗漏查询可见字段" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true },
  each: eachToldOf,
  async run(session, instance) {
    const resource = toldResource(session, instance);
    if (isAgreement(instance)) {
      const changes = (await agreementChanges(session, resource)).flatMap(({ shown, told }) =>
        told === undefined ? [] : [{ view: shown.body, told }],
      );
      if (changes.length === 0) session.inconclusive("no notification came", "未收到通知");
      for (const { view, told } of changes) expectComplete(session, resource, view, told);
      return;
    }
    const { url, queried, first } = await toldOf(session, instance.id);
    // The last word is the one that counts. The first was taken when it came, and may be kept no longer.
    const told = [...(first === undefined ? [] : [first]), ...(await counterparty(session).deliveries(url))].findLast(
      (one) => queried.state !== undefined && heard(session, one)?.state === queried.state,
    );
    expectComplete(
      session,
      resource,
      queried.body,
      told ?? session.inconclusive("no notification of its end came", "未收到终态通知"),
    );
  },
};

export function expectComplete(session: Session, resource: Resource, view: Fields, told: Delivery): void {
  const { pack } = session;
  const notifies = pack.interface(told.interface ?? "");
  const reads = needed(session, resource, "reads");
  const said = carriedIn(pack, notifies, told.body);
  const asQueried = (name: string) => queriedAs(pack, notifies, reads, view, name);
  session.judged();
  const left = carriedNames(pack, notifies).find((name) => asQueried(name) !== undefined && said[name] === undefined);
  if (left !== undefined)
    session.fail({
      summary: {
        en: `a notification of a ${resource.name} leaves out ${left}, which the query shows`,
        zh: `${resource.name} 的通知缺少查询可见的 ${left}`,
      },
      expected: named(left, asJson(asQueried(left))),
      seen: asJson(said),
      evidence: [told.wire],
    });
}
