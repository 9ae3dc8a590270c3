import type { Check, Instance } from "../../check.ts";
import { equal, steady } from "../../data/comparison.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";
import { endedAll, endings, toldOf } from "../ended.ts";
import { applied } from "../steps.ts";

/** What a later event may have changed between the notification and the query; of a payout that was returned none comes later. */
const MAY_MOVE = ["refunded", "returned_at", "return_reason"];

export const agreement: Check = {
  id: "notification.agreement",
  requirement: "NOT-15",
  title: { en: "A notification says what the query says", zh: "通知内容与查询一致" },
  effort: "standard",
  isolated: true,
  roles: ["bank"],
  needs: { notify: true },
  each: (context): readonly Instance[] => endings(context).map(({ id, resource }) => ({ id, data: resource })),
  async run(session, instance) {
    const resource = String(instance.data);
    const { url, queried } = await toldOf(session, instance.id);
    const peer = counterparty(session);
    const within = session.statement.limits.settleWithinSeconds;
    const moving = queried["state"] === "RETURNED" ? [] : MAY_MOVE;
    // An outcome that was open may be told of while it is open, too: what counts is that the last word is the query's.
    const deadline = session.run.runtime.now() + within * 1000;
    for (;;) {
      const told = (await peer.deliveries(url)).at(-1);
      const said = told === undefined ? undefined : (told.body[resource] as Fields | undefined);
      const differing = Object.keys(said ?? {}).filter((name) => !moving.includes(name) && !equal(steady(said?.[name]), steady(queried[name])));
      if (said !== undefined && differing.length === 0 && Object.keys(said).length > 0) return session.judged();
      if (session.run.runtime.now() >= deadline) {
        const first = differing[0];
        return session.fail(first === undefined || said === undefined
          ? { summary: { en: `a ${resource} came to its end and no notification told of it within ${within} s`, zh: `${resource} 已达终态，但 ${within} 秒内未收到通知` }, expected: `POST ${url}`, seen: told === undefined ? "nothing" : "a notification without the resource", evidence: told === undefined ? session.evidence : [told.wire] }
          : { summary: { en: `notification and query of a ${resource} disagree about ${first}`, zh: `${resource} 的通知与查询在 ${first} 上不一致` }, expected: `${first} as the query has it: ${JSON.stringify(queried[first]) ?? "absent"}`, seen: `in the notification: ${JSON.stringify(said[first])}`, evidence: told === undefined ? session.evidence : [...session.evidence.slice(-2), told.wire] });
      }
      await session.sleep(100);
    }
  },
};

/** What a binding takes to come and go. */
const BINDING = ["binding.apply", "binding.confirm", "binding.cancel"];

/** How long after the event a first notification of it may be signed, and by how much rounding may make it earlier. */
const LATEST_SECONDS = 60;
const EARLIEST_SECONDS = 2;

export const occurredAt: Check = {
  id: "notification.occurred-at",
  requirement: "CON-10",
  title: { en: "A notification says when it happened", zh: "通知所述发生时间真实" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true },
  each: (context): readonly Instance[] => [...endings(context).map(({ id }) => ({ id })), ...(BINDING.every((id) => context.provided.some((one) => one.id === id)) ? [{ id: "binding" }] : [])],
  async run(session, instance) {
    if (instance.id === "binding") {
      const changes = await bindingEvents(session);
      if (changes.length === 0) session.inconclusive("no notification came", "未收到通知");
      for (const one of changes) expectOccurred(session, one);
      return;
    }
    const { url } = await toldOf(session, instance.id);
    const [first] = await counterparty(session).until(url, 1, session.statement.limits.settleWithinSeconds * 1000);
    expectOccurred(session, first ?? session.inconclusive("no notification came", "未收到通知"));
  },
};

/** Holds that a notification says when it happened: shortly before it was signed. */
function expectOccurred(session: Session, first: Delivery): void {
  const signed = Number(first.timestamp ?? Number.NaN);
  if (Number.isNaN(signed)) session.inconclusive("the notification does not say when it was signed", "通知没有签名时间");
  const told = Date.parse(String(first.body["occurred_at"])) / 1000;
  session.judged();
  if (told <= signed + EARLIEST_SECONDS && told >= signed - LATEST_SECONDS) return;
  const silent = Number.isNaN(told);
  session.fail({
    summary: silent ? { en: "a notification does not say when it happened", zh: "通知未说明发生时间" } : { en: "a notification tells another time than that at which it was signed", zh: "通知所述发生时间与签名时间不符" },
    expected: `occurred_at within ${LATEST_SECONDS} s before ${session.pack.calendar.rfc3339(signed * 1000)}`, seen: JSON.stringify(first.body["occurred_at"]) ?? "absent", evidence: [first.wire],
  });
}

/** Over all kinds of events: receivers tell a repetition from news by the `notify_id`, so no two events may share one. */
export const ownIds: Check = {
  id: "notification.own-ids",
  requirement: "NOT-04",
  title: { en: "Events of every kind have notify_ids of their own", zh: "各类事件的 notify_id 互不相同" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true },
  async run(session) {
    const first = await firstOfEach(session);
    if (first.length < 2) session.inconclusive("fewer than two events were told of", "收到通知的事件不足两个");
    expectOwnIds(session, first);
  },
};

/** The first notification of each thing that came to its end. */
async function firstOfEach(session: Session): Promise<readonly Delivery[]> {
  const within = session.statement.limits.settleWithinSeconds * 1000;
  const made = [...(await endedAll(session)).values()].flatMap((one) => (one.status === "fulfilled" ? (one.value.url ?? []) : []));
  return (await Promise.all(made.map((url) => counterparty(session).until(url, 1, within)))).flatMap(([arrived]) => arrived ?? []);
}

function expectOwnIds(session: Session, events: readonly Delivery[]): void {
  session.judged();
  const ids = events.map(({ body }) => body["notify_id"]);
  const shared = events.find((_one, at) => typeof ids[at] !== "string" || ids.indexOf(ids[at]) !== at);
  if (shared !== undefined) session.fail({ summary: { en: "two events have one notify_id", zh: "不同事件使用了同一 notify_id" }, expected: "a notify_id for each event", seen: JSON.stringify(shared.body["notify_id"]) ?? "none", evidence: events.filter((one) => one.body["notify_id"] === shared.body["notify_id"]).map(({ wire }) => wire) });
}

/** A binding comes and goes, and both are told of: two events of one binding, and neither is any other. */
export const bindingChanges: Check = {
  id: "notification.binding-ids",
  requirement: "NOT-04",
  title: { en: "Each change of a binding has a notify_id of its own", zh: "每次绑卡变更有各自的 notify_id" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true, interfaces: BINDING, fixtures: ["customer.applies"] },
  async run(session) {
    const changes = await bindingEvents(session);
    if (changes.length < 2) session.inconclusive(`of a binding that became active and was cancelled ${changes.length} notifications came`, `绑卡生效并解约后仅收到 ${changes.length} 条通知`);
    expectOwnIds(session, [...changes, ...(await firstOfEach(session))]);
  },
};

/** What was told of a binding that became active and was cancelled: both events, each where it arrived first. */
function bindingEvents(session: Session): Promise<readonly Delivery[]> {
  return session.shared("notification.binding-events", async () => {
    const peer = counterparty(session);
    const { url } = peer.target("ack");
    const { binding_id, code } = await applied(session, { notify_url: url });
    await session.perform("binding.confirm", { binding_id, sms_code: code });
    await session.perform("binding.cancel", { binding_id });
    const told = await peer.until(url, 2, session.statement.limits.settleWithinSeconds * 1000);
    const stateOf = ({ body }: Delivery): unknown => (body["binding"] as Fields | undefined)?.["state"];
    return told.filter((one, at) => told.findIndex((other) => stateOf(other) === stateOf(one)) === at);
  });
}
