import { TransportFailure } from "../../../core/runtime/runtime.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";

/** Left over of the check's own time for what comes after. */
const RESERVE_MS = 8_000;
const MOST_HELD = 10;
const PROBE_EVERY_MS = 1_000;
const SLOW_MS = 1_000;
/** What a SUT may take beyond the pack's time, as servers look at their connections now and then. */
const GRACE_MS = 10_000;

/**
 * The slowest sender: part of the body, then silence. A SUT that waits for it for ever can be kept busy by any client, and
 * one that waits without serving others meanwhile can be blocked.
 */
export const slowSender: Check = {
  id: "parsing.slow-sender",
  requirement: "PAR-11",
  title: { en: "Slow senders are cut off, and others are served meanwhile", zh: "慢速请求被中止，其间不影响他人" },
  effort: "exhaustive",
  each: eachInterface((one, { provided }) => provided.find((each) => each.request.body !== undefined) === one),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const patience = patienceOf(session);
    // One place is left for those who are served meanwhile.
    const senders = Math.min(MOST_HELD, session.statement.limits.maxConcurrency - 1);
    const aloneMs = durationOf(session, await ordinary(session, draft, "alone"));
    const { ended, failures, meanwhileMs, unanswered } = await held(session, draft, senders, patience);
    if (failures.length > 0)
      session.inconclusive(
        `${failures.length} of ${senders} slow senders could not begin: ${failures[0]}`,
        `${senders} 个慢速请求中有 ${failures.length} 个未能建立：“${failures[0]}”`,
      );
    if (unanswered !== undefined) {
      // A SUT that has died fails the calls afterwards as well.
      durationOf(session, await ordinary(session, draft, "once they are gone"));
      session.fail({
        summary: {
          en: `while ${senders} senders stalled, an ordinary call was not answered`,
          zh: `${senders} 个慢速请求期间，普通请求未得到应答`,
        },
        expected: { en: "an answer", zh: "得到应答" },
        seen: unanswered.failure?.said ?? { en: "none", zh: "无应答" },
        likelyCause: BOUND_WORKER,
      });
    }
    expectOthersServed(session, senders, aloneMs, meanwhileMs);
    expectCutOff(session, senders, senders - ended, patience);
    session.judged();
  },
};

export const BOUND_WORKER = {
  en: "A worker is bound to each connection while its body is awaited.",
  zh: "等待报文时占用工作线程。",
};

/** How long senders stall, and whether that is all the time that a SUT may take to cut them off. */
interface Patience {
  readonly ms: number;
  readonly whole: boolean;
}

function patienceOf(session: Session): Patience {
  const most = session.statement.limits.checkTimeoutSeconds * 1_000 - RESERVE_MS;
  const { requestSeconds } = session.pack.policies.limits;
  const allowed = requestSeconds === undefined ? Infinity : requestSeconds * 1_000 + GRACE_MS;
  return { ms: Math.min(most, allowed), whole: allowed <= most };
}

interface Held {
  /** How many senders the SUT cut off. */
  readonly ended: number;
  /** Why senders could not begin. */
  readonly failures: readonly string[];
  /** How long ordinary calls took meanwhile. */
  readonly meanwhileMs: readonly number[];
  /** The ordinary call that had no answer. */
  readonly unanswered: Exchange | undefined;
}

/** Senders stall at once, and ordinary calls are made meanwhile. */
async function held(session: Session, draft: Draft, senders: number, patience: Patience): Promise<Held> {
  let ended = 0;
  const failures: string[] = [];
  const stalling = Array.from({ length: senders }, async () => {
    const end = await stalled(session, draft, patience.ms);
    if (end === "ended") ended += 1;
    else if (end !== "waited") failures.push(end);
  });
  const meanwhileMs: number[] = [];
  let unanswered: Exchange | undefined;
  const deadline = session.run.runtime.now() + patience.ms;
  while (
    unanswered === undefined &&
    ended + failures.length < senders &&
    session.run.runtime.now() < deadline - PROBE_EVERY_MS
  ) {
    const exchange = await ordinary(session, draft, `while ${senders} senders stall`);
    if (exchange.failure?.kind === "timeout") unanswered = exchange;
    else meanwhileMs.push(durationOf(session, exchange));
    await session.sleep(PROBE_EVERY_MS);
  }
  await Promise.all(stalling);
  return { ended, failures, meanwhileMs, unanswered };
}

function expectOthersServed(session: Session, senders: number, aloneMs: number, meanwhileMs: readonly number[]): void {
  const typicalMs = meanwhileMs.toSorted((a, b) => a - b)[Math.floor(meanwhileMs.length / 2)] ?? 0;
  if (typicalMs > SLOW_MS && typicalMs > 5 * aloneMs)
    session.fail({
      summary: {
        en: `while ${senders} senders stalled, others were served in ${typicalMs} ms, alone in ${aloneMs} ms`,
        zh: `${senders} 个慢速请求期间，他人耗时 ${typicalMs} 毫秒，单独时 ${aloneMs} 毫秒`,
      },
      expected: {
        en: `at most ${SLOW_MS} ms, or five times as long as alone`,
        zh: `至多 ${SLOW_MS} 毫秒，或单独时的五倍`,
      },
      seen: { en: `${typicalMs} ms`, zh: `${typicalMs} 毫秒` },
      likelyCause: BOUND_WORKER,
    });
}

function expectCutOff(session: Session, senders: number, stillOpen: number, patience: Patience): void {
  if (stillOpen > 0 && patience.whole)
    session.fail({
      summary: {
        en: `${stillOpen} of ${senders} senders of half a request were still waited for after ${patience.ms / 1_000} s`,
        zh: `${patience.ms / 1_000} 秒后仍有 ${stillOpen}/${senders} 个未发完的请求未被关闭`,
      },
      expected: {
        en: `cut off after ${session.pack.policies.limits.requestSeconds} s, the pack's limits.requestSeconds`,
        zh: `${session.pack.policies.limits.requestSeconds} 秒后断开（规范包的 limits.requestSeconds）`,
      },
      seen: { en: `still open ${GRACE_MS / 1_000} s later`, zh: `又过 ${GRACE_MS / 1_000} 秒仍未断开` },
      likelyCause: {
        en: "No limit is set on the time that a request may take to arrive.",
        zh: "未限制请求接收时长。",
      },
    });
  if (stillOpen > 0)
    session.inconclusive(
      `${stillOpen} of ${senders} stalled senders were still waited for after ${Math.floor(patience.ms / 1_000)} s (limits.checkTimeoutSeconds gives the time); others were not slowed`,
      `${Math.floor(patience.ms / 1_000)} 秒后仍有 ${stillOpen}/${senders} 个慢速连接未被关闭（时长取自 limits.checkTimeoutSeconds）；他人未受影响`,
    );
}

async function ordinary(session: Session, draft: Draft, label: string): Promise<Exchange> {
  return session.send(await session.request(draft.interface.id), { label: `an ordinary call ${label}` });
}

/** How long a call took that has to have been carried out. */
function durationOf(session: Session, exchange: Exchange): number {
  session.expectSuccess(exchange);
  return exchange.wire.durationMs;
}

/**
 * Who ended it: the SUT, by whatever answer or none, or our patience; or why it could not begin. Not through `send`: an
 * answer of the server ahead of the interface is no answer of the interface.
 */
export async function stalled(session: Session, draft: Draft, patience: number, signal?: AbortSignal): Promise<string> {
  const request = session.seal(draft, { tamper: { body: (body) => body.subarray(0, Math.ceil(body.length / 2)) } });
  return session.run.runtime.transport
    .send(
      {
        ...request,
        timeoutMs: patience,
        headers: [...request.headers, ["Content-Length", String(request.body.length * 4)]],
      },
      signal,
    )
    .then(
      () => "ended",
      (failure: unknown) => {
        if (signal?.aborted === true) return "waited";
        if (!(failure instanceof TransportFailure)) throw failure;
        if (failure.kind === "timeout") return "waited";
        return failure.sent ? "ended" : failure.message;
      },
    );
}
