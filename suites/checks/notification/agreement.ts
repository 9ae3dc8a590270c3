import type { Bilingual } from "../../../core/run/verdict.ts";
import { alike, asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { carriedIn, isQueried, mayCarry, queriedAs, sayTheSame } from "../../resources/carried.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import type { Fields } from "../../wire/draft.ts";
import { toldOf } from "../ended.ts";
import { needed } from "../resource-steps.ts";
import { agreementChanges, expectTold } from "./agreement-changes.ts";
import { heard } from "./arranged.ts";
import { eachToldOf, isAgreement, toldResource } from "./told-of.ts";

export const agreement: Check = {
  id: "notification.agreement",
  requirement: "NOT-15",
  title: { en: "A notification agrees with the query", zh: "通知内容与查询一致" },
  effort: "standard",
  isolated: true,
  roles: ["bank"],
  needs: { notify: true },
  each: eachToldOf,
  async run(session, instance) {
    const resource = toldResource(session, instance);
    if (isAgreement(instance)) {
      for (const change of await agreementChanges(session, resource)) expectTold(session, resource, change);
      return;
    }
    const { url, queried, draft } = await toldOf(session, instance.id);
    const peer = counterparty(session);
    const within = session.statement.limits.settleWithinSeconds;
    // An outcome that was open may be told of while it is open, too: what counts is that the last word is the query's,
    // and that of what came back after the query the word before.
    const lastWord = (arrived: readonly Delivery[]): Delivery | undefined =>
      arrived.findLast((one) => queried.outcome === "returned" || heard(session, one)?.outcome !== "returned");
    const foundIn = (arrived: readonly Delivery[]): ReturnType<typeof compared> =>
      compared(session, resource, lastWord(arrived), { sent: draft.body ?? {}, queried: queried.body });
    const arrived = await peer.until(url, (some) => foundIn(some) === "agrees", within * 1000);
    const found = foundIn(arrived);
    if (found === "agrees") return session.judged();
    return disagrees(session, resource, lastWord(arrived), found, url);
  },
};

/** A field that differs, as the query and as the notification has it. */
export interface Difference {
  readonly field: string;
  readonly queried: Bilingual;
  readonly said: Bilingual;
}

/** The first difference between what was told and the query; "silent" where nothing was told of the resource. */
export function compared(
  session: Session,
  resource: Resource,
  told: Delivery | undefined,
  { sent, queried }: { readonly sent: Fields; readonly queried: Fields },
): Difference | "agrees" | "silent" {
  const { pack } = session;
  if (told?.interface === undefined || !pack.hasInterface(told.interface)) return "silent";
  const notifies = pack.interface(told.interface);
  const reads = needed(session, resource, "reads");
  const said = carriedIn(pack, notifies, told.body);
  if (Object.keys(said).length === 0) return "silent";
  const asQueried = (name: string) => queriedAs(pack, notifies, reads, queried, name);
  // What the platform sent with it comes back wherever it is shown.
  const back = Object.keys(sent).filter(
    (name) => asQueried(name) !== undefined && mayCarry(pack, notifies, name) && isQueried(pack, notifies, reads, name),
  );
  const comparable = Object.keys(said).filter(
    (name) => mayCarry(pack, notifies, name) && isQueried(pack, notifies, reads, name),
  );
  const field = [...new Set([...comparable, ...back])].find((name) => !sayTheSame(said[name], asQueried(name)));
  return field === undefined
    ? "agrees"
    : {
        field,
        queried: asJson(asQueried(field)),
        said: asJson(said[field]),
      };
}

export function disagrees(
  session: Session,
  { name }: Resource,
  told: Delivery | undefined,
  found: Difference | "silent",
  url: string,
): never {
  const within = session.statement.limits.settleWithinSeconds;
  if (found === "silent")
    return session.fail({
      summary: {
        en: `a ${name} reached its end, but no notification of it came within ${within} s`,
        zh: `${name} 已达终态，但 ${within} 秒内未收到通知`,
      },
      expected: alike(`POST ${url}`),
      seen:
        told === undefined
          ? { en: "nothing", zh: "未收到" }
          : { en: "a notification without the resource", zh: "通知中没有该资源" },
      evidence: told === undefined ? session.evidence : [told.wire],
    });
  return session.fail({
    summary: {
      en: `notification and query of a ${name} disagree about ${found.field}`,
      zh: `${name} 的通知与查询在 ${found.field} 上不一致`,
    },
    expected: {
      en: `${found.field} as the query has it: ${found.queried.en}`,
      zh: `${found.field} 与查询一致：${found.queried.zh}`,
    },
    seen: { en: `in the notification: ${found.said.en}`, zh: `通知中为 ${found.said.zh}` },
    evidence: told === undefined ? session.evidence : [...session.evidence.slice(-2), told.wire],
  });
}
