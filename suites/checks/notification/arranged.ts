import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Needs } from "../../check.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { CounterpartyClient, Delivery, Reply, Target } from "../../wire/counterparty.ts";
import type { Draft, Fields } from "../../wire/draft.ts";

/** What checks of the notifier build upon: a payment that is settled at once, and a counterparty to tell of it. */
export const NEEDS: Needs = { interfaces: ["payment.create", "payment.query"], notify: true };

/** For what is late by the network or a busy machine, beside what the schedule says. */
const GRACE_MS = 5_000;

/** A payment whose result goes to a target of its own. */
export interface Notified {
  readonly target: Target;
  readonly draft: Draft;
  readonly body: Fields;
}

export async function paid(session: Session, ...replies: readonly Reply[]): Promise<Notified> {
  const target = counterparty(session).target(...replies);
  const { draft, body } = await session.perform("payment.create", { notify_url: target.url });
  return { target, draft, body };
}

/** The first attempt at a target. A bank that sends none fails whatever is asked of its notifications. */
export async function firstAt(
  session: Session,
  peer: CounterpartyClient,
  { target }: Pick<Notified, "target">,
): Promise<Delivery> {
  const within = session.statement.limits.settleWithinSeconds;
  const [first] = await peer.until(target.url, 1, within * 1000);
  if (first !== undefined) return first;
  return session.fail({
    summary: {
      en: `a payment was settled and no notification of it came within ${within} s`,
      zh: `支付已完成，但 ${within} 秒内未收到通知`,
    },
    expected: `POST ${target.url}, the notify_url of the payment`,
    seen: "nothing",
    likelyCause: {
      en: "The SUT cannot reach notify.publicUrl of the statement, or sends no notifications.",
      zh: "被测系统无法访问声明中的 notify.publicUrl，或未发送通知。",
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

/** Lets the time until the first retry go by: by the hook `clock` where there is one, by waiting otherwise. */
export async function letRetryComeDue(session: Session, peer: CounterpartyClient): Promise<void> {
  const { retrySeconds } = session.pack.policies.notification;
  const ms = ((retrySeconds[0] ?? 0) + 1) * 1000;
  if (session.offers("clock")) return moveClock(session, peer, session.sutNow() + ms);
  return session.sleep(ms);
}

/** How long a due retry may take to arrive: as long again as the first interval where the clock cannot be moved. */
export function retryPatienceMs(session: Session): number {
  return GRACE_MS + (session.offers("clock") ? 0 : (session.pack.policies.notification.retrySeconds[0] ?? 0) * 1000);
}

/** What each attempt of the trials is answered with, and whether that acknowledges it. */
const TRIALS: readonly {
  readonly name: string;
  readonly reply: Reply;
  readonly acknowledges: boolean;
  readonly what: Bilingual;
}[] = [
  { name: "acknowledged", reply: "ack", acknowledges: true, what: { en: "the acknowledgement", zh: "确认" } },
  { name: "status-200", reply: 200, acknowledges: true, what: { en: "HTTP 200", zh: "HTTP 200" } },
  {
    name: "unhurried",
    reply: "unhurried",
    acknowledges: true,
    what: { en: "a slow acknowledgement within the limit", zh: "较慢但未超时的确认" },
  },
  { name: "status-500", reply: 500, acknowledges: false, what: { en: "HTTP 500", zh: "HTTP 500" } },
  { name: "status-404", reply: 404, acknowledges: false, what: { en: "HTTP 404", zh: "HTTP 404" } },
  { name: "status-201", reply: 201, acknowledges: false, what: { en: "HTTP 201", zh: "HTTP 201" } },
  { name: "redirect-302", reply: 302, acknowledges: false, what: { en: "a redirect (302)", zh: "重定向（302）" } },
  { name: "redirect-307", reply: 307, acknowledges: false, what: { en: "a redirect (307)", zh: "重定向（307）" } },
  { name: "reset", reply: "reset", acknowledges: false, what: { en: "a connection cut", zh: "连接中断" } },
  {
    name: "slow",
    reply: "slow",
    acknowledges: false,
    what: { en: "an acknowledgement that came too late", zh: "超时的确认" },
  },
];

export const ACKNOWLEDGED = TRIALS.filter((one) => one.acknowledges).map((one) => one.name);
export const UNACKNOWLEDGED = TRIALS.filter((one) => !one.acknowledges).map((one) => one.name);
export const REDIRECTED = TRIALS.filter(
  (one) => typeof one.reply === "number" && one.reply >= 300 && one.reply < 400,
).map((one) => one.name);

/** One payment whose first notification was answered in one way, and all that came of it. */
export interface Trial {
  readonly name: string;
  readonly what: Bilingual;
  readonly acknowledges: boolean;
  readonly deliveries: readonly Delivery[];
  /** What came to the place that a redirect named. */
  readonly elsewhere: readonly Delivery[];
}

/**
 * One payment for each way to answer, its first attempt answered so. Made once a run, long before its outcome is
 * judged.
 */
function begun(session: Session) {
  return session.shared("notification.trials.begun", async () => {
    const peer = counterparty(session);
    const { acknowledgeStatus } = session.pack.policies.notification;
    const made = [];
    for (const trial of TRIALS) {
      const acknowledges =
        typeof trial.reply === "number" ? acknowledgeStatus.includes(trial.reply) : trial.acknowledges;
      // What is sent again after an acknowledgement would be a second one; what is not acknowledged is, at its second
      // attempt.
      made.push({ ...trial, acknowledges, notified: await paid(session, trial.reply, "ack") });
    }
    for (const { notified } of made) await firstAt(session, peer, notified);
    return { made, at: session.run.runtime.now() };
  });
}

/**
 * `ahead` of every check that asks for trials: while others run, attempts time out and retries come due by themselves.
 */
export async function beginTrials(session: Session): Promise<void> {
  await begun(session);
}

/** The trials when the first retry was long due: all are waited for together, once a run. */
export function trials(session: Session): Promise<readonly Trial[]> {
  return session.shared("notification.trials", async () => {
    const peer = counterparty(session);
    const { acknowledgeWithinSeconds, retrySeconds } = session.pack.policies.notification;
    const { made, at } = await begun(session);
    // The attempt that is answered late ends when the sender gives it up.
    await session.sleep(Math.max(0, at + acknowledgeWithinSeconds * 1000 + 500 - session.run.runtime.now()));
    // A clock that is moved just when retries come due by themselves would make them look as late as both together.
    const comesDue = at + (retrySeconds[0] ?? 0) * 1000;
    const now = session.run.runtime.now();
    if (session.offers("clock") && now > comesDue - 2_000 && now < comesDue + 1_500)
      await session.sleep(comesDue + 1_500 - now);
    const due = made.filter((one) => !one.acknowledges);
    const retried = await Promise.all(
      due.map(async ({ notified }) => (await peer.deliveries(notified.target.url)).length > 1),
    );
    if (retried.includes(false)) await letRetryComeDue(session, peer);
    const deadline = session.run.runtime.now() + retryPatienceMs(session);
    for (const { notified } of due)
      await peer.until(notified.target.url, 2, Math.max(0, deadline - session.run.runtime.now()));
    return Promise.all(
      made.map(async ({ notified, ...one }) => ({
        ...one,
        deliveries: await peer.deliveries(notified.target.url),
        elsewhere: await peer.deliveries(notified.target.elsewhere),
      })),
    );
  });
}

export async function trial(session: Session, name: string): Promise<Trial> {
  const found = (await trials(session)).find((one) => one.name === name);
  if (found === undefined) throw new TypeError(`there is no trial ${name}`);
  return found;
}

export const wires = (deliveries: readonly Delivery[]): readonly Delivery["wire"][] =>
  deliveries.map((one) => one.wire);
