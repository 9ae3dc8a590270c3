import type { Interface } from "../../../core/pack/types.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { firstResource, resourceOf } from "../../check.ts";
import type { Instance, Needs } from "../../check.ts";
import { TOLD, TRIED } from "../../resources/kinds.ts";
import { lapseOf } from "../../resources/lifetime.ts";
import type { PackView } from "../../pack-view.ts";
import type { Resource } from "../../resources/resource.ts";
import { toldIn } from "../../resources/shown.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { CounterpartyClient, Delivery, Reply, Target } from "../../wire/counterparty.ts";
import type { Draft } from "../../wire/draft.ts";
import { created, needed, settled } from "../resource-steps.ts";
import { numberOf } from "../shown-steps.ts";

/** What checks of the notifier build upon: a counterparty to tell. */
export const NEEDS: Needs = { notify: true };

/** What is told of at targets of its own: the sender is one for all that it tells of, so the first resource stands for all. */
export const eachTold = () => firstResource(TOLD);

/** The same, or where the pack has none of them what is told of when its time is over. */
export const eachTried = (cases?: (pack: PackView) => readonly string[]) =>
  firstResource(TRIED, cases === undefined ? undefined : (_resource, { pack }) => cases(pack));

/** For what is late by the network or a busy machine, beside what the schedule says. */
const GRACE_MS = 5_000;

/** Something whose result goes to a target of its own: a payment. */
export interface Notified {
  readonly resource: Resource;
  readonly target: Target;
  readonly draft: Draft;
  readonly shown: Shown;
  /** When its time is over by the SUT's clock, in milliseconds; absent for what is told of by itself. */
  readonly endsAt?: number;
}

/** A timer may be as late as this, in milliseconds: a clock that was moved is set to whole seconds. */
const LATE_MS = 1_000;

/**
 * Makes one that is told of at a target of its own; where its request names none, at the target that is registered for the
 * party.
 */
export async function notified(session: Session, resource: Resource, ...replies: readonly Reply[]): Promise<Notified> {
  const peer = counterparty(session);
  const named = session.pack.meanings(needed(session, resource, "creates")).asked("target").length > 0;
  const target = named ? peer.target(...replies) : undefined;
  const made = await created(session, resource, target === undefined ? {} : { target: target.url });
  const lapse = TOLD.holds(resource, session.pack) ? undefined : lapseOf(resource);
  return {
    resource,
    target: target ?? (await peer.about(numberOf(session, made.shown), ...replies)),
    ...made,
    ...(lapse === undefined ? {} : { endsAt: session.sutNow() + lapse.seconds * 1000 + LATE_MS }),
  };
}

/** Lets the time of all of them be over, where they are told of only then; by the hook `clock`. */
async function letTimeEnd(session: Session, all: readonly Pick<Notified, "endsAt">[]): Promise<void> {
  const last = Math.max(...all.map(({ endsAt }) => endsAt ?? 0));
  if (last > session.sutNow()) await moveClock(session, counterparty(session), last);
}

/** A resource that the SUT tells of; undefined where the profile or the statement's fixtures allow none. */
export function toldAtOnce(session: Session): Resource | undefined {
  const { pack, statement } = session;
  const claimed = (one: Interface | undefined): boolean => one !== undefined && session.claims(one.id);
  return pack.resources
    .of(statement.role)
    .find(
      (one) =>
        TOLD.holds(one, pack) &&
        claimed(one.creates) &&
        claimed(one.reads) &&
        pack.resources.scenarios(one.name, "ordinary").some(({ id }) => "values" in (statement.fixtures[id] ?? {})),
    );
}

/** What the query shows of it once it has come to its end. */
export async function endOf(session: Session, { resource, draft, shown }: Notified): Promise<Shown> {
  const byNumber = session.pack.meanings(needed(session, resource, "reads")).asked("number").length > 0;
  return settled(session, resource, byNumber ? draft : shown);
}

/** What an attempt says, by what its fields are; undefined where the counterparty recognised no notification. */
export function heard({ pack }: Session, delivery: Delivery | undefined): Shown | undefined {
  return delivery?.interface === undefined || !pack.hasInterface(delivery.interface)
    ? undefined
    : toldIn(pack, pack.interface(delivery.interface), delivery.body);
}

/** The field by which receivers tell a repetition from news; skips the check where the notification has none. */
export function noticeField(session: Session, { name, notifies }: Resource): string {
  return (
    (notifies === undefined ? undefined : session.pack.meanings(notifies).asked("notice")[0]?.path.at(-1)) ??
    session.skip(
      `no field of the notification of ${name} is a notice (x-is)`,
      `${name} 的通知中没有字段声明为 notice（x-is）`,
      "not-demanded",
    )
  );
}

/** The first attempt at a target. A bank that sends none fails whatever is asked of its notifications. */
export async function firstAt(
  session: Session,
  peer: CounterpartyClient,
  told: Pick<Notified, "target" | "resource" | "draft" | "endsAt">,
): Promise<Delivery> {
  const { target, resource, draft } = told;
  const field = session.pack.meanings(draft.interface).asked("target")[0]?.path.at(-1);
  await letTimeEnd(session, [told]);
  const within = session.statement.limits.settleWithinSeconds;
  const [first] = await peer.until(target.url, 1, within * 1000);
  if (first !== undefined) return first;
  return session.fail({
    summary: {
      en: `a ${resource.name} was settled and no notification of it came within ${within} s`,
      zh: `${resource.name} 已完成，但 ${within} 秒内未收到通知`,
    },
    expected:
      field === undefined
        ? {
            en: `a notification of the ${resource.name} at the target that is registered for ${session.party.partyId}`,
            zh: `为 ${session.party.partyId} 登记的通知地址收到 ${resource.name} 的通知`,
          }
        : {
            en: `POST ${target.url}, the ${field} of the ${resource.name}`,
            zh: `POST ${target.url}，即 ${resource.name} 的 ${field}`,
          },
    seen: { en: "nothing", zh: "未收到" },
    likelyCause: {
      en: "The SUT cannot reach notify.publicUrl of the statement, has another target registered, or sends no notifications.",
      zh: "被测系统无法访问声明中的 notify.publicUrl，登记了其他地址，或未发送通知。",
    },
  });
}

/**
 * Moves the SUT's clock and the counterparty's together, so that neither finds the other's timestamps strange; given
 * back after the check.
 */
export async function moveClock(session: Session, peer: CounterpartyClient, timeMs: number): Promise<void> {
  session.cleanup(() => peer.setClock(undefined));
  // The counterparty's first: what falls due by the move arrives before the SUT's hook has answered.
  await peer.setClock(timeMs);
  await session.setClock(timeMs);
  await peer.setClock(session.sutNow());
}

/**
 * Lets the time until the first retry go by: by the hook `clock` where there is one, by waiting otherwise. Where it is known
 * of what, the clock is moved no further than the last of them needs: what came due before would look as late as that.
 */
export async function letRetryComeDue(
  session: Session,
  peer: CounterpartyClient,
  all: readonly Pick<Notified, "target">[] = [],
): Promise<void> {
  const { retrySeconds, acknowledgeWithinSeconds } = session.pack.policies.notification;
  const ms = ((retrySeconds[0] ?? 0) + 1) * 1000;
  if (!session.offers("clock")) return session.sleep(ms);
  const first = await Promise.all(all.map(async ({ target }) => (await peer.deliveries(target.url))[0]?.at ?? 0));
  const due = first.length === 0 ? Infinity : Math.max(...first) + acknowledgeWithinSeconds * 1000 + ms;
  const now = session.sutNow();
  if (due > now) await moveClock(session, peer, Math.min(due, now + ms));
}

/** How long a due retry may take to arrive: as long again as the first interval where the clock cannot be moved. */
export function retryPatienceMs(session: Session): number {
  return GRACE_MS + (session.offers("clock") ? 0 : (session.pack.policies.notification.retrySeconds[0] ?? 0) * 1000);
}

/** One way to answer the first attempt, and whether that acknowledges it. */
interface Way {
  readonly name: string;
  readonly reply: Reply;
  readonly acknowledges: boolean;
  readonly what: Bilingual;
}

/** Statuses that are tried beside those with which a pack acknowledges. */
const STATUSES = [200, 500, 404, 201, 202] as const;

const REDIRECTS = [302, 307] as const;

/** Acknowledgements that count for nothing where they have to be signed. */
const MISSIGNED: readonly Way[] = [
  {
    name: "unsigned",
    reply: "unsigned",
    acknowledges: false,
    what: { en: "an acknowledgement without a signature", zh: "未签名的确认" },
  },
  {
    name: "wrongly-signed",
    reply: "wrongly-signed",
    acknowledges: false,
    what: { en: "an acknowledgement with a wrong signature", zh: "签名错误的确认" },
  },
];

/** What each attempt of the trials is answered with: each status that acknowledges in this pack, and some that do not. */
function waysOf(pack: PackView): readonly Way[] {
  const { acknowledgeStatus, acknowledgeBody, acknowledgeSigned } = pack.policies.notification;
  // A status that acknowledges by itself in one pack is too little where a text or a signature acknowledges.
  const byStatus = (status: number): boolean =>
    acknowledgeBody === undefined && acknowledgeSigned === undefined && acknowledgeStatus.includes(status);
  const statuses = [...new Set([...STATUSES, ...acknowledgeStatus.filter((one) => one < 300)])];
  return [
    { name: "acknowledged", reply: "ack", acknowledges: true, what: { en: "the acknowledgement", zh: "确认" } },
    {
      name: "unhurried",
      reply: "unhurried",
      acknowledges: true,
      what: { en: "a slow acknowledgement within the limit", zh: "较慢但未超时的确认" },
    },
    ...statuses.map((reply) => ({
      name: `status-${reply}`,
      reply,
      acknowledges: byStatus(reply),
      what: { en: `HTTP ${reply}`, zh: `HTTP ${reply}` },
    })),
    ...REDIRECTS.map((reply) => ({
      name: `redirect-${reply}`,
      reply,
      acknowledges: byStatus(reply),
      what: { en: `a redirect (${reply})`, zh: `重定向（${reply}）` },
    })),
    ...(acknowledgeSigned === undefined ? [] : MISSIGNED),
    { name: "reset", reply: "reset", acknowledges: false, what: { en: "a connection cut", zh: "连接中断" } },
    {
      name: "slow",
      reply: "slow",
      acknowledges: false,
      what: { en: "an acknowledgement that came too late", zh: "超时的确认" },
    },
  ];
}

const namesOf = (pack: PackView, where: (way: Way) => boolean): readonly string[] =>
  waysOf(pack)
    .filter(where)
    .map(({ name }) => name);

/** Names of the trials whose first attempt was acknowledged. */
export const acknowledgedIn = (pack: PackView): readonly string[] => namesOf(pack, (way) => way.acknowledges);

/** Names of the trials whose first attempt was not acknowledged. */
export const unacknowledgedIn = (pack: PackView): readonly string[] => namesOf(pack, (way) => !way.acknowledges);

export const redirectedIn = (pack: PackView): readonly string[] =>
  namesOf(pack, ({ name }) => name.startsWith("redirect-"));

/** One resource whose first notification was answered in one way, and all that came of it. */
export interface Trial {
  readonly name: string;
  readonly what: Bilingual;
  readonly acknowledges: boolean;
  readonly deliveries: readonly Delivery[];
  /** What came to the place that a redirect named. */
  readonly elsewhere: readonly Delivery[];
}

/**
 * One resource for each way to answer, its first attempt answered so. Made once a run, long before its outcome is
 * judged.
 */
function begun(session: Session, resource: Resource) {
  return session.shared("notification.trials.begun", async () => {
    const peer = counterparty(session);
    const made = [];
    // What is sent again after an acknowledgement would be a second one; what is not acknowledged is, at its second attempt.
    for (const way of waysOf(session.pack))
      made.push({ ...way, told: await notified(session, resource, way.reply, "ack") });
    await letTimeEnd(
      session,
      made.map(({ told }) => told),
    );
    for (const { told } of made) await firstAt(session, peer, told);
    return { made, at: session.run.runtime.now() };
  });
}

/**
 * `ahead` of every check that asks for trials: while others run, attempts time out and retries come due by themselves.
 * What is told of only after its time waits for the check, which has the clock to itself.
 */
export async function beginTrials(session: Session, instance: Instance): Promise<void> {
  const resource = resourceOf(session.pack, instance);
  if (TOLD.holds(resource, session.pack)) await begun(session, resource);
}

/** The trials when the first retry was long due: all are waited for together, once a run. */
export function trials(session: Session, resource: Resource): Promise<readonly Trial[]> {
  return session.shared("notification.trials", async () => {
    const peer = counterparty(session);
    const { acknowledgeWithinSeconds, retrySeconds } = session.pack.policies.notification;
    const { made, at } = await begun(session, resource);
    // The attempt that is answered late ends when the sender gives it up.
    await session.sleep(Math.max(0, at + acknowledgeWithinSeconds * 1000 + 500 - session.run.runtime.now()));
    // A clock that is moved just when retries come due by themselves would make them look as late as both together.
    const comesDue = at + (retrySeconds[0] ?? 0) * 1000;
    const now = session.run.runtime.now();
    if (session.offers("clock") && now > comesDue - 2_000 && now < comesDue + 1_500)
      await session.sleep(comesDue + 1_500 - now);
    const due = made.filter((one) => !one.acknowledges);
    const retried = await Promise.all(due.map(async ({ told }) => (await peer.deliveries(told.target.url)).length > 1));
    if (retried.includes(false))
      await letRetryComeDue(
        session,
        peer,
        due.map(({ told }) => told),
      );
    const deadline = session.run.runtime.now() + retryPatienceMs(session);
    for (const { told } of due) await peer.until(told.target.url, 2, Math.max(0, deadline - session.run.runtime.now()));
    return Promise.all(
      made.map(async ({ told, ...one }) => ({
        ...one,
        deliveries: await peer.deliveries(told.target.url),
        elsewhere: await peer.deliveries(told.target.elsewhere),
      })),
    );
  });
}

export async function trial(session: Session, resource: Resource, name: string): Promise<Trial> {
  const found = (await trials(session, resource)).find((one) => one.name === name);
  if (found === undefined) throw new TypeError(`there is no trial ${name}`);
  return found;
}

export const wires = (deliveries: readonly Delivery[]): readonly Delivery["wire"][] =>
  deliveries.map((one) => one.wire);
