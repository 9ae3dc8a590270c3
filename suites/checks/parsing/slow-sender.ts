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
    const most = session.statement.limits.checkTimeoutSeconds * 1_000 - RESERVE_MS;
    const { requestSeconds } = session.pack.policies.limits;
    const allowed = requestSeconds === undefined ? Infinity : requestSeconds * 1_000 + GRACE_MS;
    const patience = Math.min(most, allowed);
    // One place is left for those who are served meanwhile.
    const senders = Math.min(MOST_HELD, session.statement.limits.maxConcurrency - 1);
    const alone = durationOf(session, await ordinary(session, draft, "alone"));
    const ended = new Set<number>();
    const failures: string[] = [];
    const held = Array.from({ length: senders }, async (_one, index) => {
      const end = await stalled(session, draft, patience);
      if (end === "ended") ended.add(index);
      else if (end !== "waited") failures.push(end);
    });
    const meanwhile: number[] = [];
    let unanswered: Exchange | undefined;
    const deadline = session.run.runtime.now() + patience;
    while (
      unanswered === undefined &&
      ended.size + failures.length < senders &&
      session.run.runtime.now() < deadline - PROBE_EVERY_MS
    ) {
      const exchange = await ordinary(session, draft, `while ${senders} senders stall`);
      if (exchange.failure?.kind === "timeout") unanswered = exchange;
      else meanwhile.push(durationOf(session, exchange));
      await session.sleep(PROBE_EVERY_MS);
    }
    await Promise.all(held);
    const stillOpen = senders - ended.size;
    if (failures.length > 0)
      session.inconclusive(
        `${failures.length} of ${senders} slow senders could not begin: ${failures[0]}`,
        `${senders} 个慢速请求中有 ${failures.length} 个未能建立：${failures[0]}`,
      );
    if (unanswered !== undefined) {
      // A SUT that has died fails the calls afterwards as well.
      durationOf(session, await ordinary(session, draft, "once they are gone"));
      session.fail({
        summary: {
          en: `while ${senders} senders stalled, an ordinary call was not answered`,
          zh: `${senders} 个慢速请求期间，普通请求未得到应答`,
        },
        expected: "an answer",
        seen: unanswered.failure?.message ?? "none",
        likelyCause: {
          en: "A worker is bound to each connection while its body is awaited.",
          zh: "等待报文时占用工作线程。",
        },
      });
    }
    const typical = meanwhile.sort((a, b) => a - b)[Math.floor(meanwhile.length / 2)] ?? 0;
    if (typical > SLOW_MS && typical > 5 * alone)
      session.fail({
        summary: {
          en: `while ${senders} senders stalled, others were served in ${typical} ms, alone in ${alone} ms`,
          zh: `${senders} 个慢速请求期间，他人耗时 ${typical} 毫秒，单独时 ${alone} 毫秒`,
        },
        expected: `at most ${SLOW_MS} ms, or five times as long as alone`,
        seen: `${typical} ms`,
        likelyCause: {
          en: "A worker is bound to each connection while its body is awaited.",
          zh: "等待报文时占用工作线程。",
        },
      });
    if (stillOpen > 0 && patience === allowed)
      session.fail({
        summary: {
          en: `${stillOpen} of ${senders} senders of half a request were still waited for after ${patience / 1_000} s`,
          zh: `${patience / 1_000} 秒后仍有 ${stillOpen}/${senders} 个未发完的请求未被关闭`,
        },
        expected: `cut off after ${requestSeconds} s, the pack's limits.requestSeconds`,
        seen: `still open ${GRACE_MS / 1_000} s later`,
        likelyCause: {
          en: "No limit is set on the time that a request may take to arrive.",
          zh: "未限制请求接收时长。",
        },
      });
    if (stillOpen > 0)
      session.inconclusive(
        `${stillOpen} of ${senders} stalled senders were still waited for after ${Math.floor(patience / 1_000)} s (limits.checkTimeoutSeconds gives the time); others were not slowed`,
        `${Math.floor(patience / 1_000)} 秒后仍有 ${stillOpen}/${senders} 个慢速连接未被关闭（时长取自 limits.checkTimeoutSeconds）；他人未受影响`,
      );
    session.judged();
  },
};

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
async function stalled(session: Session, draft: Draft, patience: number): Promise<string> {
  const request = session.seal(draft, { tamper: { body: (body) => body.subarray(0, Math.ceil(body.length / 2)) } });
  return session.run.runtime.transport
    .send({
      ...request,
      timeoutMs: patience,
      headers: [...request.headers, ["Content-Length", String(request.body.length * 4)]],
    })
    .then(
      () => "ended",
      (failure: unknown) => {
        if (!(failure instanceof TransportFailure)) throw failure;
        if (failure.kind === "timeout") return "waited";
        return failure.sent ? "ended" : failure.message;
      },
    );
}
