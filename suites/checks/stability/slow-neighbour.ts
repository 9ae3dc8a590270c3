import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { isLate, paceOf } from "../beside.ts";
import { BOUND_WORKER, stalled } from "../parsing/slow-sender.ts";

/** So many are half-sent; floods of them are a matter of a higher effort. */
const MOST_HALF_SENT = 4;

/** How long they stay so at most: much longer than the others may be slowed. */
const HELD_MS = 4_000;

/** How much longer than an ordinary call beside it a call may take while others are half-sent. */
const SLOWED_MS = 1_500;

/** Ahead of the ordinary call, so that the half-sent requests are there. */
const AHEAD_MS = 150;

/** A few requests that never come to their end, and beside them somebody with an ordinary one. */
export const slowNeighbour: Check = {
  id: "stability.slow-neighbour",
  requirement: "STB-15",
  title: { en: "Half-sent requests keep no other caller waiting", zh: "未发完的请求不得让其他调用方等待" },
  effort: "standard",
  each: eachInterface((one, { provided }) => provided.find((each) => each.request.body !== undefined) === one),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const halfSent = Math.max(1, Math.min(MOST_HALF_SENT, session.statement.limits.maxConcurrency - 1));
    session.expectSuccess(await ordinary(session, draft, "alone"));
    const pace = await paceOf(
      SLOWED_MS,
      () => besideHalfSent(session, draft, halfSent),
      () => ordinary(session, draft, "alone"),
    );
    session.judged();
    if (!isLate(pace, SLOWED_MS)) return;
    session.fail({
      summary: {
        en: `while ${halfSent} requests were half-sent, an ordinary call took ${Math.round(pace.tookMs)} ms, and ${Math.round(pace.besideMs)} ms alone`,
        zh: `${halfSent} 个请求未发完期间，普通请求耗时 ${Math.round(pace.tookMs)} 毫秒，单独时 ${Math.round(pace.besideMs)} 毫秒`,
      },
      expected: { en: `at most ${SLOWED_MS} ms longer than alone`, zh: `至多比单独时多 ${SLOWED_MS} 毫秒` },
      seen: {
        en: `${Math.round(pace.tookMs - pace.besideMs)} ms longer, at best of several tries`,
        zh: `多次尝试中最少仍多 ${Math.round(pace.tookMs - pace.besideMs)} 毫秒`,
      },
      likelyCause: BOUND_WORKER,
    });
  },
};

async function ordinary(session: Session, { interface: one }: Draft, label: string): Promise<Exchange> {
  return session.send(await session.request(one.id), { label: `an ordinary call ${label}` });
}

async function besideHalfSent(session: Session, draft: Draft, count: number): Promise<Exchange> {
  // Made ahead: what it builds on is asked for while nobody is in the way.
  const other = await session.request(draft.interface.id);
  const answered = new AbortController();
  const held = Array.from({ length: count }, () => stalled(session, draft, HELD_MS, answered.signal));
  await session.sleep(AHEAD_MS);
  const exchange = await session.send(other, { label: `an ordinary call beside ${count} half-sent ones` });
  answered.abort();
  await Promise.all(held);
  if (exchange.failure?.kind !== "timeout") {
    session.expectSuccess(exchange);
    return exchange;
  }
  // A system that has died fails the calls afterwards as well.
  session.expectSuccess(await ordinary(session, draft, "once they are gone"));
  return session.fail({
    summary: {
      en: `while ${count} requests were half-sent, an ordinary call was not answered`,
      zh: `${count} 个请求未发完期间，普通请求未得到应答`,
    },
    expected: { en: "an answer", zh: "得到应答" },
    seen: exchange.failure.said,
    likelyCause: BOUND_WORKER,
  });
}
