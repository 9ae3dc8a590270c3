import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";

/** Left over of the check's own time for what comes after. */
const RESERVE_MS = 8_000;
const HELD = 10;
const PROBE_EVERY_MS = 1_000;
const SLOW_MS = 1_000;

/**
 * The slowest sender there is: part of the body, then nothing. Who waits for it for ever can be kept busy by anybody;
 * who waits for it in place of others serves nobody.
 */
export const slowSender: Check = {
  id: "parsing.slow-sender",
  requirement: "PAR-11",
  title: { en: "Slow senders are cut off, and others are served meanwhile", zh: "慢速请求被中止，其间不影响他人" },
  effort: "exhaustive",
  each: eachInterface((one, { provided }) => provided.find((each) => each.request.body !== undefined) === one),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const patience = session.statement.limits.checkTimeoutSeconds * 1_000 - RESERVE_MS;
    const alone = await answerTime(session, draft, "alone");
    const ended = new Set<number>();
    const held = Array.from({ length: HELD }, async (_one, index) => {
      await stalled(session, draft, patience);
      ended.add(index);
    });
    const meanwhile: number[] = [];
    const deadline = session.run.runtime.now() + patience;
    while (ended.size < HELD && session.run.runtime.now() < deadline - PROBE_EVERY_MS) {
      meanwhile.push(await answerTime(session, draft, `while ${HELD} senders stall`));
      await session.sleep(PROBE_EVERY_MS);
    }
    const stillOpen = HELD - ended.size;
    await Promise.all(held);
    const typical = meanwhile.sort((a, b) => a - b)[Math.floor(meanwhile.length / 2)] ?? 0;
    if (typical > SLOW_MS && typical > 5 * alone) session.fail({ summary: { en: `while ${HELD} senders stalled, others were served in ${typical} ms, alone in ${alone} ms`, zh: `${HELD} 个慢速请求期间，他人耗时 ${typical} 毫秒，单独时 ${alone} 毫秒` }, expected: `at most ${SLOW_MS} ms, or five times as long as alone`, seen: `${typical} ms`, likelyCause: { en: "A worker is bound to each connection while its body is awaited.", zh: "等待报文时占用工作线程。" } });
    if (stillOpen > 0) session.inconclusive(`${stillOpen} of ${HELD} stalled senders were still waited for after ${Math.floor(patience / 1_000)} s (limits.checkTimeoutSeconds gives the time); others were not slowed`, `${Math.floor(patience / 1_000)} 秒后仍有 ${stillOpen}/${HELD} 个慢速连接未被关闭（时长取自 limits.checkTimeoutSeconds）；他人未受影响`);
    session.judged();
  },
};

async function answerTime(session: Session, draft: Draft, label: string): Promise<number> {
  const fresh = await session.request(draft.interface.id);
  const exchange = await session.send(fresh, { label: `an ordinary call ${label}` });
  if (exchange.failure?.kind === "timeout") session.fail({ summary: { en: `an ordinary call ${label} was not answered`, zh: `普通请求未得到应答（${label}）` }, expected: "an answer", seen: exchange.failure.message });
  session.expectSuccess(exchange);
  return exchange.wire.durationMs;
}

/** Resolves when the SUT ends the connection, by whatever answer or none, or our patience does. Not through `send`: an answer of the server ahead of the interface is no answer of the interface. */
async function stalled(session: Session, draft: Draft, patience: number): Promise<void> {
  const request = session.seal(draft, { tamper: { body: (body) => body.subarray(0, Math.ceil(body.length / 2)) } });
  await session.run.runtime.transport.send({ ...request, timeoutMs: patience, headers: [...request.headers, ["Content-Length", String(request.body.length * 4)]] }).then(() => undefined, () => undefined);
}
