import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";

const CALLS = 120;

/** One call after another, no load: a tail that is long even so. Only where a call needs nothing else first. */
export const inTime: Check = {
  id: "contract.in-time",
  requirement: "CON-08",
  title: { en: "The 99th percentile stays within the service level", zh: "P99 时延在服务水平之内" },
  effort: "exhaustive",
  each: eachInterface(
    (one) =>
      one.serviceLevel !== undefined &&
      (one.http.method === "GET" || one.id === "echo") &&
      one.response.representation === "json",
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
    if (p99 > level)
      session.fail({
        summary: {
          en: `of ${CALLS} calls of ${draft.interface.id} the 99th percentile took ${p99} ms`,
          zh: `${draft.interface.id} ${CALLS} 次调用的 P99 为 ${p99} 毫秒`,
        },
        expected: `at most ${level} ms`,
        seen: `${p99} ms`,
        evidence: [],
      });
  },
};
