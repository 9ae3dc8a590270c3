import { orNone } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { TOLD_AGREEMENT } from "../../resources/kinds.ts";
import type { Session } from "../../session.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import { claimedEndings } from "../ended.ts";
import { agreementEvents } from "./agreement-changes.ts";
import { heard, noticeField } from "./arranged.ts";
import { firstOfEach } from "./told-of.ts";

/** Over all kinds of events: receivers tell a repetition from news by the notice, so no two events may share one. */
export const ownIds: Check = {
  id: "notification.own-ids",
  requirement: "NOT-04",
  title: { en: "Events of every kind have notify_ids of their own", zh: "各类事件的 notify_id 互不相同" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true },
  async run(session) {
    const told = claimedEndings(session);
    if (told.length < 2)
      session.skip(
        "the profile has fewer than two kinds of event that are told of",
        "声明范围内会被通知的事件不足两类",
        "not-demanded",
      );
    const first = await firstOfEach(session);
    if (first.length < 2) session.inconclusive("fewer than two events were told of", "收到通知的事件不足两个");
    expectOwnIds(session, noticeField(session, session.pack.resources.named(told[0]?.resource ?? "")), first);
  },
};

/** An agreement comes and goes, and both are told of: two events of one agreement, and neither is any other. */
export const agreementIds: Check = {
  id: "notification.binding-ids",
  requirement: "NOT-04",
  title: { en: "Each change of a binding has a notify_id of its own", zh: "每次绑卡变更有各自的 notify_id" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true },
  each: eachResource(TOLD_AGREEMENT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const field = noticeField(session, resource);
    const told = await agreementEvents(session, resource);
    if (told.length < 2)
      session.inconclusive(
        `only ${told.length} notifications came for a ${resource.name} that came into force and was ended`,
        `${resource.name} 生效并终止后仅收到 ${told.length} 条通知`,
      );
    expectOwnIds(session, field, [...told, ...(await firstOfEach(session))]);
  },
};

function expectOwnIds(session: Session, field: string, events: readonly Delivery[]): void {
  session.judged();
  const ids = events.map((one) => heard(session, one)?.text("notice"));
  const at = ids.findIndex((id, index) => id === undefined || ids.indexOf(id) !== index);
  if (at === -1) return;
  session.fail({
    summary: { en: `two events have one ${field}`, zh: `不同事件使用了同一 ${field}` },
    expected: { en: `a ${field} for each event`, zh: `每个事件有自己的 ${field}` },
    seen: orNone(ids[at]),
    evidence: events.filter((_one, index) => ids[index] === ids[at]).map(({ wire }) => wire),
  });
}
