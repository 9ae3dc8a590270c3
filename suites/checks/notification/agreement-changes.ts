import { alike, asJson } from "../../../core/text/alike.ts";
import { equal } from "../../data/comparison.ts";
import { carriedIn, mayCarry, queriedAs } from "../../resources/carried.ts";
import { reasonTimes } from "../../resources/limits.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import { applied, confirm, wrongCode } from "../agreement-steps.ts";
import type { Application } from "../agreement-steps.ts";
import { handleFor, look, needed } from "../resource-steps.ts";
import { heard } from "./arranged.ts";

/** A state that an agreement came to: as the query showed it then, and as it was told of first. */
export interface Change {
  readonly shown: Shown;
  readonly url: string;
  readonly told: Delivery | undefined;
}

/** Brings an agreement into force, and ends it; has another locked by wrong codes, where the pack locks. */
export function agreementChanges(session: Session, resource: Resource): Promise<readonly Change[]> {
  return session.shared(`notification.changes.${resource.name}`, async () => {
    const peer = counterparty(session);
    const { url } = peer.target("ack");
    const confirms = needed(session, resource, "confirms");
    const ends = needed(session, resource, "ends");
    const { shown, code } = await applied(session, resource, { target: url });
    await session.perform(confirms.id, {}, { given: { ...handleFor(session, confirms, shown), code } });
    const inForce = await look(session, resource, shown);
    await session.perform(ends.id, {}, { given: handleFor(session, ends, shown) });
    const ended = await look(session, resource, shown);
    const refused = await lockedOut(session, resource, await applied(session, resource, { target: url }));
    // Whether wrong codes lock is another requirement's business.
    const changes = [inForce, ended, ...(refused.outcome === "failed" ? [refused] : [])];
    const deliveries = await peer.until(url, changes.length, session.statement.limits.settleWithinSeconds * 1000);
    return changes.map((view) => ({ shown: view, url, told: toldOf(session, deliveries, view) }));
  });
}

/** What the query shows of an application after as many wrong codes as the pack bears. */
async function lockedOut(session: Session, resource: Resource, application: Application): Promise<Shown> {
  const most = reasonTimes(session.pack, needed(session, resource, "confirms"), "code-locked") ?? 0;
  let seen = application.shown;
  for (let turn = 0; turn <= most && seen.outcome === "open"; turn += 1) {
    await confirm(session, resource, application, wrongCode(application.code, turn), `wrong code ${turn + 1}`);
    seen = await look(session, resource, application.shown);
  }
  return seen;
}

/** The first notification of an agreement in the state of a view. */
export function toldOf(session: Session, deliveries: readonly Delivery[], view: Shown): Delivery | undefined {
  return deliveries.find((delivery) => {
    const said = heard(session, delivery);
    return (
      said?.state === view.state &&
      (["id", "number"] as const).some(
        (meaning) => view.value(meaning) !== undefined && view.value(meaning) === said?.value(meaning),
      )
    );
  });
}

export const agreementEvents = async (session: Session, resource: Resource): Promise<readonly Delivery[]> =>
  (await agreementChanges(session, resource)).flatMap(({ told }) => told ?? []);

/** Holds that a change was told of, and as the query shows it. */
export function expectTold(session: Session, resource: Resource, { shown, url, told }: Change): void {
  const { name } = resource;
  const within = session.statement.limits.settleWithinSeconds;
  session.judged();
  if (told?.interface === undefined)
    return session.fail({
      summary: {
        en: `a ${name} became ${String(shown.state)} but no notification of it came within ${within} s`,
        zh: `${name} 变为 ${String(shown.state)}，但 ${within} 秒内未收到通知`,
      },
      expected: alike(`POST ${url}`),
      seen: { en: "no notification of this state", zh: "没有该状态的通知" },
    });
  const notifies = session.pack.interface(told.interface);
  const reads = needed(session, resource, "reads");
  const said = carriedIn(session.pack, notifies, told.body);
  const asQueried = (field: string) => queriedAs(session.pack, notifies, reads, shown.body, field);
  const differing = Object.keys(said).find(
    (field) => mayCarry(session.pack, notifies, field) && !equal(said[field], asQueried(field)),
  );
  if (differing !== undefined)
    session.fail({
      summary: {
        en: `notification and query of a ${name} disagree about ${differing}`,
        zh: `${name} 的通知与查询在 ${differing} 上不一致`,
      },
      expected: {
        en: `${differing} as the query has it: ${asJson(asQueried(differing)).en}`,
        zh: `${differing} 与查询一致：${asJson(asQueried(differing)).zh}`,
      },
      seen: {
        en: `in the notification: ${asJson(said[differing]).en}`,
        zh: `通知中为 ${asJson(said[differing]).zh}`,
      },
      evidence: [...session.evidence.slice(-2), told.wire],
    });
}
