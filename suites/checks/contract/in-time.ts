import { readsOnly } from "../../reads.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { besideCall } from "../beside.ts";
import { isSelfTest } from "../subject.ts";

const CALLS = 120;
const BESIDE = 5;

/** One call after another, no load: a tail that is long even so. Only where a call needs nothing else first. */
export const inTime: Check = {
  id: "contract.in-time",
  requirement: "CON-08",
  title: { en: "The 99th percentile stays within the service level", zh: "P99 时延在服务水平之内" },
  effort: "exhaustive",
  each: eachInterface(
    (one) =>
      one.serviceLevel !== undefined && (readsOnly(one) || (isSelfTest(one) && one.response.representation === "json")),
  ),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const level = draft.interface.serviceLevel?.p99Ms ?? Infinity;
    const took: number[] = [];
    for (let turn = 0; turn < CALLS; turn += 1) {
      const exchange = await session.send(draft, { label: "timed" });
      session.expectSuccess(exchange);
      took.push(exchange.wire.durationMs);
    }
    const p99 = took.sort((a, b) => a - b)[Math.ceil(took.length * 0.99) - 1] ?? 0;
    const lineMs = Math.min(...(await besides(session, draft)));
    if (p99 > level && p99 - lineMs <= level)
      session.inconclusive(
        `the 99th percentile is ${p99} ms, of which a call that is refused at once takes ${lineMs} ms: the line is too long to tell whether ${level} ms are kept; run verify nearer to the SUT`,
        `P99 为 ${p99} 毫秒，其中立即被拒绝的调用即需 ${lineMs} 毫秒：线路过长，无法判断是否满足 ${level} 毫秒；请在更靠近被测系统处运行 verify`,
      );
    if (p99 > level)
      session.fail({
        summary: {
          en: `of ${CALLS} calls of ${draft.interface.id} the 99th percentile took ${p99} ms`,
          zh: `${draft.interface.id} ${CALLS} 次调用的 P99 为 ${p99} 毫秒`,
        },
        expected: { en: `at most ${level} ms`, zh: `至多 ${level} 毫秒` },
        seen: { en: `${p99} ms`, zh: `${p99} 毫秒` },
        evidence: [],
      });
  },
};

/** What calls take that are refused ahead of their work. */
async function besides(session: Session, draft: Draft): Promise<readonly number[]> {
  const took: number[] = [];
  for (let turn = 0; turn < BESIDE; turn += 1) took.push((await besideCall(session, draft)).wire.durationMs);
  return took;
}
