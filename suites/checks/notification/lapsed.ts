import { asJson } from "../../../core/text/alike.ts";
import { equal } from "../../data/comparison.ts";
import { resourceOf, eachResource } from "../../check.ts";
import type { Check, Needs } from "../../check.ts";
import { carriedIn } from "../../resources/carried.ts";
import { TOLD_LAPSE } from "../../resources/kinds.ts";
import { lapseOf } from "../../resources/lifetime.ts";
import type { Lapse } from "../../resources/lifetime.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import type { Fields } from "../../wire/draft.ts";
import { compared, disagrees } from "./agreement.ts";
import { endOf, firstAt, letRetryComeDue, notified, retryPatienceMs } from "./arranged.ts";
import { expectComplete } from "./complete.ts";
import { expectOccurred } from "./occurred-at.ts";

/*
 * What ends by itself when its time is over is told of then, as it stands. A test environment has no people who decide, so
 * its clock is moved.
 */

/** One whose time was let end: what it was told of with, twice because the first attempt was refused, and its query. */
interface Lapsed {
  readonly url: string;
  readonly sent: Fields;
  readonly madeAt: number;
  readonly deliveries: readonly [Delivery, ...Delivery[]];
  readonly queried: Shown;
}

const NEEDS: Needs = { notify: true, hooks: ["clock"] };

function lapsed(session: Session, resource: Resource): Promise<Lapsed> {
  return session.shared(`notification.lapsed.${resource.name}`, async () => {
    const peer = counterparty(session);
    const madeAt = session.sutNow();
    const told = await notified(session, resource, 500, "ack");
    const first = await firstAt(session, peer, told);
    const queried = await endOf(session, told);
    await letRetryComeDue(session, peer);
    const [, ...later] = await peer.until(told.target.url, 2, retryPatienceMs(session));
    return { url: told.target.url, sent: told.draft.body ?? {}, madeAt, deliveries: [first, ...later], queried };
  });
}

export const lapseTold: Check = {
  id: "notification.lapse-told",
  requirement: "NOT-15",
  title: { en: "What ended by itself is told of as the query shows it", zh: "到期自动结束的通知与查询一致" },
  effort: "standard",
  roles: ["bank"],
  needs: NEEDS,
  each: eachResource(TOLD_LAPSE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const { url, sent, deliveries, queried } = await lapsed(session, resource);
    const [first, ...later] = deliveries;
    session.judged();
    const found = compared(session, resource, first, { sent, queried: queried.body });
    if (found !== "agrees") disagrees(session, resource, first, found, url);
    for (const one of later) expectSameNews(session, resource, first, one);
  },
};

/** Holds that a later attempt tells what the first one told. */
function expectSameNews(session: Session, { name }: Resource, first: Delivery, later: Delivery): void {
  if (first.interface === undefined || later.interface !== first.interface) return;
  const notifies = session.pack.interface(first.interface);
  const [told, again] = [first, later].map(({ body }) => carriedIn(session.pack, notifies, body)) as [Fields, Fields];
  const field = [...new Set([...Object.keys(told), ...Object.keys(again)])].find(
    (one) => !equal(told[one], again[one]),
  );
  if (field !== undefined)
    session.fail({
      summary: {
        en: `a later attempt tells another ${field} of a ${name} than the first`,
        zh: `重发的 ${name} 通知中 ${field} 与首次不同`,
      },
      expected: asJson(told[field]),
      seen: asJson(again[field]),
      evidence: [first.wire, later.wire],
    });
}

export const lapseComplete: Check = {
  id: "notification.lapse-complete",
  requirement: "NOT-17",
  title: { en: "News of what ended by itself leaves out nothing", zh: "到期自动结束的通知不遗漏字段" },
  effort: "standard",
  roles: ["bank"],
  needs: NEEDS,
  each: eachResource(TOLD_LAPSE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const { deliveries, queried } = await lapsed(session, resource);
    expectComplete(session, resource, queried.body, deliveries[0]);
  },
};

/** How much earlier than its time a clock that is set to whole seconds may let something end. */
const EARLIEST_MS = 2_000;
/** How late a timer may be, beside the time that the statement gives an open outcome. */
const LATEST_MS = 60_000;

export const lapseDated: Check = {
  id: "notification.lapse-dated",
  requirement: "CON-10",
  title: { en: "What ended by itself says when", zh: "到期自动结束须注明时间" },
  effort: "standard",
  roles: ["bank"],
  needs: NEEDS,
  each: eachResource(TOLD_LAPSE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const { deliveries, queried, madeAt } = await lapsed(session, resource);
    expectOccurred(session, resource, deliveries[0]);
    expectEnded(session, resource, queried, madeAt);
  },
};

/** Holds that a view says when its resource ended, where the lifecycle sets that: about when its time was over. */
function expectEnded(session: Session, resource: Resource, queried: Shown, madeAt: number): void {
  const { pack } = session;
  const { reads } = resource;
  const lapse = lapseOf(resource) as Lapse;
  for (const meaning of ["settled", "ended"] as const) {
    const field = reads === undefined ? undefined : pack.meanings(reads).shown(meaning)[0]?.at(-1);
    if (field === undefined || !lapse.sets.includes(field)) continue;
    const due = madeAt + lapse.seconds * 1000;
    const latest = due + LATEST_MS + session.statement.limits.settleWithinSeconds * 1000;
    const seen = queried.moment(meaning);
    session.judged();
    if (seen !== undefined && seen >= due - EARLIEST_MS && seen <= latest) continue;
    session.fail({
      summary: {
        en: `a ${resource.name} that ended when its time was over shows a wrong ${field}, or none`,
        zh: `到期结束的 ${resource.name} 未给出正确的 ${field}`,
      },
      expected: {
        en: `${field} from ${pack.calendar.rfc3339(due)} on, when its time was over`,
        zh: `${field} 不早于到期时刻 ${pack.calendar.rfc3339(due)}`,
      },
      seen: asJson(queried.value(meaning)),
    });
  }
}
