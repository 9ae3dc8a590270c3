import type { Check, Instance, PlanContext } from "../../check.ts";
import { equal, steady } from "../../data/comparison.ts";
import { leaves } from "../../generators/fields.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";
import { claimedEndings, endedAll, endings, toldOf } from "../ended.ts";
import { DATED } from "../contract/times.ts";
import { afterItsTime, applied, call, shown, wrongCode } from "../steps.ts";
import { moveClock } from "./arranged.ts";

/** What a binding takes to come and go, and be looked at. */
const BINDING = ["binding.apply", "binding.confirm", "binding.cancel", "binding.query"];

/** The case of a binding, where the SUT makes them. */
const eachBinding = ({ pack, provided }: PlanContext): readonly Instance[] =>
  pack.hasInterface("notify.binding_change") && BINDING.every((id) => provided.some((one) => one.id === id))
    ? [{ id: "binding" }]
    : [];

/**
 * Fields that a later event may have changed between notification and query. What is made here is never refunded, and a
 * returned payout is final.
 */
const MAY_MOVE = ["returned_at", "return_reason"];

export const agreement: Check = {
  id: "notification.agreement",
  requirement: "NOT-15",
  title: { en: "A notification agrees with the query", zh: "通知内容与查询一致" },
  effort: "standard",
  isolated: true,
  roles: ["bank"],
  needs: { notify: true },
  each: (context): readonly Instance[] => [
    ...endings(context).map(({ id, resource }) => ({ id, data: resource })),
    ...eachBinding(context),
  ],
  async run(session, instance) {
    if (instance.id === "binding") return expectBindingTold(session);
    const resource = String(instance.data);
    const { url, queried: shown, draft } = await toldOf(session, instance.id);
    const queried = shown.body;
    // What the platform sent with it comes back wherever it is shown.
    const sent = Object.keys(draft.body ?? {}).filter(
      (name) => queried[name] !== undefined && tellable(session, resource).has(name),
    );
    const peer = counterparty(session);
    const within = session.statement.limits.settleWithinSeconds;
    const moving = queried["state"] === "RETURNED" ? [] : MAY_MOVE;
    // An outcome that was open may be told of while it is open, too: what counts is that the last word is the query's.
    const deadline = session.run.runtime.now() + within * 1000;
    for (;;) {
      const told = (await peer.deliveries(url)).at(-1);
      const said = told === undefined ? undefined : (told.body[resource] as Fields | undefined);
      const differing = [...new Set([...Object.keys(said ?? {}), ...sent])].filter(
        (name) => !moving.includes(name) && !equal(steady(said?.[name]), steady(queried[name])),
      );
      if (said !== undefined && differing.length === 0 && Object.keys(said).length > 0) return session.judged();
      if (session.run.runtime.now() >= deadline) {
        const first = differing[0];
        return session.fail(
          first === undefined || said === undefined
            ? {
                summary: {
                  en: `a ${resource} reached its end, but no notification of it came within ${within} s`,
                  zh: `${resource} 已达终态，但 ${within} 秒内未收到通知`,
                },
                expected: `POST ${url}`,
                seen: told === undefined ? "nothing" : "a notification without the resource",
                evidence: told === undefined ? session.evidence : [told.wire],
              }
            : {
                summary: {
                  en: `notification and query of a ${resource} disagree about ${first}`,
                  zh: `${resource} 的通知与查询在 ${first} 上不一致`,
                },
                expected: `${first} as the query has it: ${JSON.stringify(queried[first]) ?? "absent"}`,
                seen: `in the notification: ${JSON.stringify(said[first]) ?? "absent"}`,
                evidence: told === undefined ? session.evidence : [...session.evidence.slice(-2), told.wire],
              },
        );
      }
      await session.sleep(100);
    }
  },
};

/** The fields of a resource that its notification may carry. */
function tellable(session: Session, resource: string): ReadonlySet<string> {
  const id = `notify.${resource}_result`;
  return new Set(
    session.pack.hasInterface(id)
      ? leaves(session.pack.interface(id).request.body, session.pack.schemas).flatMap(({ path }) =>
          path[0] === resource ? [path[1] ?? ""] : [],
        )
      : [],
  );
}

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
  each: agreement.each as NonNullable<Check["each"]>,
  async run(session, instance) {
    if (instance.id === "binding") {
      const changes = (await bindingChanges(session)).flatMap(({ shown: view, told }) =>
        told === undefined ? [] : [{ view, told }],
      );
      if (changes.length === 0) session.inconclusive("no notification came", "未收到通知");
      for (const { view, told } of changes) expectComplete(session, "notify.binding_change", "binding", view, told);
      return;
    }
    const resource = String(instance.data);
    const { url, queried: shown } = await toldOf(session, instance.id);
    const queried = shown.body;
    // The last word is the one that counts.
    const told = (await counterparty(session).deliveries(url)).findLast(
      ({ body }) => (body[resource] as Fields | undefined)?.["state"] === queried["state"],
    );
    expectComplete(
      session,
      `notify.${resource}_result`,
      resource,
      queried,
      told ?? session.inconclusive("no notification of its end came", "未收到终态通知"),
    );
  },
};

function expectComplete(session: Session, id: string, resource: string, view: Fields, told: Delivery): void {
  const body = session.pack.interface(id).notification?.body as
    | Readonly<Record<string, Fields | undefined>>
    | undefined;
  const said: Fields = { ...(told.body[resource] as Fields | undefined) };
  session.judged();
  // A payout that comes back after it was told of shows more by then.
  const later = said["returned_at"] === undefined && view["state"] !== "RETURNED" ? MAY_MOVE : [];
  const left = Object.keys(body?.[resource] ?? {}).find(
    (name) => view[name] !== undefined && said[name] === undefined && !later.includes(name),
  );
  if (left !== undefined)
    session.fail({
      summary: {
        en: `a notification of a ${resource} leaves out ${left}, which the query shows`,
        zh: `${resource} 的通知缺少查询可见的 ${left}`,
      },
      expected: `${left}: ${JSON.stringify(view[left])}`,
      seen: JSON.stringify(said),
      evidence: [told.wire],
    });
}

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
  each: (context): readonly Instance[] => [
    ...endings(context).map(({ id, resource }) => ({ id, data: resource })),
    ...eachBinding(context),
  ],
  async run(session, instance) {
    if (instance.id === "binding") {
      const told = await bindingEvents(session);
      if (told.length === 0) session.inconclusive("no notification came", "未收到通知");
      for (const one of told) expectOccurred(session, one);
      return;
    }
    const { first, url } = await toldOf(session, instance.id);
    expectOccurred(session, first ?? session.inconclusive("no notification came", "未收到通知"));
    for (const told of await counterparty(session).deliveries(url)) expectDated(session, told, String(instance.data));
  },
};

/** Holds that a notification says when it happened: shortly before it was signed. */
function expectOccurred(session: Session, first: Delivery): void {
  const signed = Number(first.timestamp ?? Number.NaN);
  if (Number.isNaN(signed))
    session.inconclusive("the notification does not say when it was signed", "通知没有签名时间");
  const told = Date.parse(String(first.body["occurred_at"])) / 1000;
  session.judged();
  if (told <= signed + EARLIEST_SECONDS && told >= signed - LATEST_SECONDS) return;
  const silent = Number.isNaN(told);
  session.fail({
    summary: silent
      ? { en: "a notification does not say when it happened", zh: "通知未说明发生时间" }
      : {
          en: "the time of an event in its notification differs from the signing time",
          zh: "通知所述发生时间与签名时间不符",
        },
    expected: `occurred_at within ${LATEST_SECONDS} s before ${session.pack.calendar.rfc3339(signed * 1000)}`,
    seen: JSON.stringify(first.body["occurred_at"]) ?? "absent",
    evidence: [first.wire],
  });
}

/** Holds that a notification of what came to its end says when, like the view that it carries. */
function expectDated(session: Session, { body, wire }: Delivery, resource: string): void {
  const said: Fields = { ...(body[resource] as Fields | undefined) };
  session.judged();
  const undated = (DATED[String(said["state"])] ?? []).find((name) => Number.isNaN(Date.parse(String(said[name]))));
  if (undated !== undefined)
    session.fail({
      summary: {
        en: `a notification of a ${resource} that is ${String(said["state"])} does not say ${undated}`,
        zh: `状态为 ${String(said["state"])} 的 ${resource} 通知没有 ${undated}`,
      },
      expected: undated,
      seen: JSON.stringify(said),
      evidence: [wire],
    });
}

/**
 * Over all kinds of events: receivers tell a repetition from news by the `notify_id`, so no two events may share one.
 */
export const ownIds: Check = {
  id: "notification.own-ids",
  requirement: "NOT-04",
  title: { en: "Events of every kind have notify_ids of their own", zh: "各类事件的 notify_id 互不相同" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true },
  async run(session) {
    if (claimedEndings(session).length < 2)
      session.skip(
        "the profile has fewer than two kinds of event that are told of",
        "声明范围内会被通知的事件不足两类",
        "capability",
      );
    const first = await firstOfEach(session);
    if (first.length < 2) session.inconclusive("fewer than two events were told of", "收到通知的事件不足两个");
    expectOwnIds(session, first);
  },
};

/** The first notification of each thing that came to its end. */
async function firstOfEach(session: Session): Promise<readonly Delivery[]> {
  return [...(await endedAll(session)).values()].flatMap((one) =>
    one.status === "fulfilled" ? (one.value.first ?? []) : [],
  );
}

function expectOwnIds(session: Session, events: readonly Delivery[]): void {
  session.judged();
  const ids = events.map(({ body }) => body["notify_id"]);
  const shared = events.find((_one, at) => typeof ids[at] !== "string" || ids.indexOf(ids[at]) !== at);
  if (shared !== undefined)
    session.fail({
      summary: { en: "two events have one notify_id", zh: "不同事件使用了同一 notify_id" },
      expected: "a notify_id for each event",
      seen: JSON.stringify(shared.body["notify_id"]) ?? "none",
      evidence: events.filter((one) => one.body["notify_id"] === shared.body["notify_id"]).map(({ wire }) => wire),
    });
}

/** A binding comes and goes, and both are told of: two events of one binding, and neither is any other. */
export const bindingIds: Check = {
  id: "notification.binding-ids",
  requirement: "NOT-04",
  title: { en: "Each change of a binding has a notify_id of its own", zh: "每次绑卡变更有各自的 notify_id" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true, interfaces: BINDING, fixtures: ["customer.applies"] },
  async run(session) {
    const told = await bindingEvents(session);
    if (told.length < 2)
      session.inconclusive(
        `only ${told.length} notifications came for a binding that became active and was cancelled`,
        `绑卡生效并解约后仅收到 ${told.length} 条通知`,
      );
    expectOwnIds(session, [...told, ...(await firstOfEach(session))]);
  },
};

/** A state that a binding came to: as the query showed it then, and as it was told of first. */
interface Change {
  readonly shown: Fields;
  readonly url: string;
  readonly told: Delivery | undefined;
}

/** More wrong codes than any bank bears. */
const MOST_WRONG_CODES = 5;

/** Makes a binding active, and cancels it; has another locked by wrong codes. */
function bindingChanges(session: Session): Promise<readonly Change[]> {
  return session.shared("notification.binding-changes", async () => {
    const peer = counterparty(session);
    const { url } = peer.target("ack");
    const { binding_id, code } = await applied(session, { notify_url: url });
    await session.perform("binding.confirm", { binding_id, sms_code: code });
    const active = await shown(session, "binding.query", { binding_id });
    await session.perform("binding.cancel", { binding_id });
    const cancelled = await shown(session, "binding.query", { binding_id });
    const other = await applied(session, { notify_url: url });
    const query = { binding_id: other.binding_id };
    let locked = await shown(session, "binding.query", query);
    for (let turn = 0; turn < MOST_WRONG_CODES && locked["state"] === "PENDING"; turn += 1) {
      await call(
        session,
        "binding.confirm",
        { ...query, sms_code: wrongCode(other.code, turn) },
        `wrong code ${turn + 1}`,
      );
      locked = await shown(session, "binding.query", query);
    }
    // Whether wrong codes lock is another requirement's business.
    const changes = [active, cancelled, ...(locked["state"] === "LOCKED" ? [locked] : [])];
    const deliveries = await peer.until(url, changes.length, session.statement.limits.settleWithinSeconds * 1000);
    return changes.map((view) => ({ shown: view, url, told: toldOfBinding(deliveries, view) }));
  });
}

/** The first notification of a binding in the state of a view. */
function toldOfBinding(deliveries: readonly Delivery[], view: Fields): Delivery | undefined {
  return deliveries.find(({ body }) => {
    const said = body["binding"] as Fields | undefined;
    return said !== undefined && said["state"] === view["state"] && said["binding_id"] === view["binding_id"];
  });
}

const bindingEvents = async (session: Session): Promise<readonly Delivery[]> =>
  (await bindingChanges(session)).flatMap(({ told }) => told ?? []);

/** Holds that each state of a binding is told of as the query shows it. */
async function expectBindingTold(session: Session): Promise<void> {
  for (const change of await bindingChanges(session)) expectTold(session, change);
}

function expectTold(session: Session, { shown: view, url, told }: Change): void {
  const within = session.statement.limits.settleWithinSeconds;
  session.judged();
  if (told === undefined)
    session.fail({
      summary: {
        en: `a binding became ${String(view["state"])} but no notification of it came within ${within} s`,
        zh: `绑卡变为 ${String(view["state"])}，但 ${within} 秒内未收到通知`,
      },
      expected: `POST ${url}`,
      seen: "no notification of this state",
    });
  const said: Fields = { ...(told.body["binding"] as Fields | undefined) };
  const differing = Object.keys(said).find((name) => !equal(said[name], view[name]));
  if (differing !== undefined)
    session.fail({
      summary: {
        en: `notification and query of a binding disagree about ${differing}`,
        zh: `绑卡的通知与查询在 ${differing} 上不一致`,
      },
      expected: `${differing} as the query has it: ${JSON.stringify(view[differing]) ?? "absent"}`,
      seen: `in the notification: ${JSON.stringify(said[differing])}`,
      evidence: [...session.evidence.slice(-2), told.wire],
    });
}

const MOMENT_MS = 2_000;

/** An application that is not confirmed in time ends by itself, and its end is notified like any other. */
export const expiryTold: Check = {
  id: "notification.binding-expired",
  requirement: "NOT-15",
  title: {
    en: "An application that was not confirmed in time is notified as expired",
    zh: "超时未确认的绑卡申请发出过期通知",
  },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true, interfaces: BINDING, fixtures: ["customer.applies"], hooks: ["clock"] },
  async run(session) {
    if (!session.offers("clock")) return;
    const peer = counterparty(session);
    const { url } = peer.target("ack");
    const { binding_id, code, view } = await applied(session, { notify_url: url });
    const expires = Date.parse(String(view["expires_at"]));
    if (Number.isNaN(expires))
      session.inconclusive("the application does not say when it expires", "申请应答没有失效时间");
    await moveClock(session, peer, Math.max(session.sutNow(), expires) + 1_000);
    // A bank with a timer is given a moment; a query sent first would hide that it notifies nothing by itself.
    let expired = await afterItsTime(session, binding_id, MOMENT_MS);
    if (expired["state"] === "PENDING") {
      // A bank that detects the expiry at the query notifies it then.
      await call(session, "binding.confirm", { binding_id, sms_code: code }, "confirm what has expired");
      expired = await shown(session, "binding.query", { binding_id });
    }
    if (expired["state"] !== "EXPIRED")
      session.inconclusive(
        `after its time the application is ${String(expired["state"])}`,
        `失效时间过后申请状态为 ${String(expired["state"])}`,
      );
    expectTold(session, {
      shown: expired,
      url,
      told: toldOfBinding(await peer.until(url, 1, session.statement.limits.settleWithinSeconds * 1000), expired),
    });
  },
};
