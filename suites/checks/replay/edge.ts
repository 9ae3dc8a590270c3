import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { expectEachRefused } from "../corpus.ts";
import { mustCarry, signedAtSeconds } from "../carried-part.ts";
import { lightest } from "../subject.ts";

const FAR: Readonly<Record<string, number>> = {
  "an hour": 3_600,
  "a day": 86_400,
  "a year": 31_536_000,
  "30 years": 946_080_000,
};

/** How often a message is sent at most that has to arrive within a second. */
const ATTEMPTS = 5;

/**
 * The last second of the window and the first beyond it. A second of margin is left where a receiver may count
 * milliseconds, and two where it may round.
 */
export const edge: Check = {
  id: "replay.edge",
  requirement: "RPL-06",
  title: {
    en: "The window ends where the pack says, by the receiver's own clock",
    zh: "时间窗口以接收方时钟计，边界与规范一致",
  },
  effort: "standard",
  each: (context) =>
    [lightest(context)].flatMap((one) =>
      one === undefined
        ? []
        : ["past", "future"].map((side) => ({ id: `${one.id}/${side}`, interface: one.id, data: side })),
    ),
  async run(session: Session, instance) {
    const skew = session.pack.policies.freshness.clockSkewSeconds;
    const sign = instance.data === "past" ? -1 : 1;
    const draft = await session.request(interfaceOf(instance));
    mustCarry(session, draft.interface, "timestamp");
    const codes = session.code("freshness.timestamp");
    if (!session.pack.signsAnswer(draft.interface))
      session.skip(
        "the answers of this interface are not signed, and tell no time",
        "该接口的应答不签名，无法获知接收方时间",
        "not-demanded",
      );
    await (sign < 0 ? pastEdge(session, draft, skew) : futureEdge(session, draft, skew));
    const { lower, offset } = await theirClock(session, draft);
    await expectEachRefused(
      session,
      {
        draft,
        what: { en: "a message outside the window", zh: "时间窗口之外的报文" },
        forms: Object.entries(FAR).map(([name, seconds]) => ({
          name: `${name} in the ${String(instance.data)}`,
          tamper: { clock: () => lower + sign * seconds },
          codes,
        })),
        likelyCause: CAUSE,
      },
      { clock: () => Math.floor(session.run.runtime.now() / 1000) + offset, mayKeep: true },
    );
  },
};

const CAUSE = {
  en: "The window is wider than agreed, or one side of it has no bound.",
  zh: "时间窗口宽于约定，或其中一侧没有界限。",
};

/** A clock only runs ahead, so that a message can be too old for certain, and can be young enough only if it is quick. */
async function pastEdge(session: Session, draft: Draft, skew: number): Promise<void> {
  const { lower } = await theirClock(session, draft);
  const old = await sentAt(session, draft, lower - skew - 1, `${skew + 1} s in the past`);
  session.expectRefusal(old, session.code("freshness.timestamp"), CAUSE);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const timestamp = (await theirClock(session, draft)).lower - skew + 2;
    const young = await sentAt(session, draft, timestamp, `at most ${skew - 1} s in the past`);
    const answered = theirSecond(session, young);
    const wasIn = answered !== undefined && answered - timestamp <= skew - 1;
    if (session.pack.succeeds(draft.interface, young.answer?.status) || wasIn) {
      session.expectSuccess(young);
      return;
    }
  }
  session.inconclusive(...tooSlow);
}

async function futureEdge(session: Session, draft: Draft, skew: number): Promise<void> {
  const { lower } = await theirClock(session, draft);
  session.expectSuccess(await sentAt(session, draft, lower + skew, `at most ${skew} s in the future`));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const timestamp = (await theirClock(session, draft)).lower + skew + 3;
    const early = await sentAt(session, draft, timestamp, `at least ${skew + 2} s in the future`);
    const answered = theirSecond(session, early);
    const wasOut = answered !== undefined && timestamp - answered >= skew + 2;
    if (early.answer?.code === session.code("freshness.timestamp") || wasOut) {
      session.expectRefusal(early, session.code("freshness.timestamp"), CAUSE);
      return;
    }
  }
  session.inconclusive(...tooSlow);
}

const tooSlow = [
  "no message arrived within the second that tells the two sides of the edge apart",
  "没有报文在区分边界两侧的一秒之内到达",
] as const;

const sentAt = (session: Session, draft: Draft, timestamp: number, label: string): Promise<Exchange> =>
  session.send(draft, { label, tamper: { clock: () => timestamp } });

/** The second in which an answer was signed, by the receiver's clock; undefined where it is not told for certain. */
function theirSecond(session: Session, { answer }: Exchange): number | undefined {
  return signedAtSeconds(session, answer?.signature);
}

/** A second that has begun by the receiver's clock, and how far that clock is from ours, in seconds. */
async function theirClock(
  session: Session,
  draft: Draft,
): Promise<{ readonly lower: number; readonly offset: number }> {
  const sentAtMs = session.run.runtime.now();
  const first = await session.send(draft, { label: "what time is it there?" });
  session.expectSuccess(first);
  const lower = theirSecond(session, first);
  const now = session.run.runtime.now();
  if (lower === undefined || now - sentAtMs > 2_000)
    return session.inconclusive("the receiver's clock could not be read to a second", "无法以秒级精度获知接收方时钟");
  return { lower, offset: lower - Math.floor(now / 1000) };
}
