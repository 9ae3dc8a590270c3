import type { RunScope } from "../run/scope.ts";
import { fine, untried, wrong } from "./probe.ts";
import type { Finding, Probe } from "./probe.ts";
import { secondsAhead, simplest } from "./trial-call.ts";
import type { Exchange } from "../wire/exchange.ts";

/** More than this and results near the window's edge would mean nothing. */
const MAX_SKEW_SECONDS = 30;

/** Both clocks side by side; ahead of the keys, because a refused timestamp says nothing of them. */
export const clock: Probe = {
  name: "clock",
  title: {
    en: "the clocks of the system and of the harness agree",
    zh: "被测系统与测试工具的时钟一致",
  },
  async look(scope, session) {
    const one = simplest(scope);
    if (one === undefined)
      return untried(
        "no interface takes a call without fixtures; clocks are not compared",
        "没有无需测试数据的接口，未比对时钟",
      );
    const exchange = await session.send(await session.request(one.id), { label: `preflight: ${one.id}` });
    if (exchange.response === undefined) return untried("no answer to compare clocks with", "无应答，未比对时钟");
    const late = scope.pack.policies.stages["freshness.timestamp"];
    if (late !== undefined && exchange.answer?.code === late) return clockWrong(exchange, scope);
    const ahead = secondsAhead(exchange, scope);
    if (ahead === undefined)
      return untried("the answer carries no time to compare clocks with", "应答中没有可比对的时间");
    return Math.abs(ahead) > MAX_SKEW_SECONDS
      ? clockWrong(exchange, scope)
      : fine(`the clocks differ by ${Math.abs(ahead)} s`, `时钟相差 ${Math.abs(ahead)} 秒`);
  },
};

/** The difference between the two clocks; which of them is wrong cannot be told from here. */
function clockWrong(exchange: Exchange, scope: RunScope): Finding {
  const ahead = secondsAhead(exchange, scope);
  const en =
    ahead === undefined
      ? "refuses our timestamp and does not say what time it has"
      : `has a clock ${Math.abs(ahead)} s ${ahead > 0 ? "ahead of" : "behind"} ours`;
  const zh =
    ahead === undefined
      ? "拒绝我方时间戳，且未给出自身时间"
      : `的时钟比我方${ahead > 0 ? "快" : "慢"} ${Math.abs(ahead)} 秒`;
  return wrong(
    "configuration",
    [`the system under test ${en}`, `被测系统${zh}`],
    [
      `Synchronise both hosts (NTP); at most ${MAX_SKEW_SECONDS} s are allowed here, because the pack's window for timestamps is narrow.`,
      `请用 NTP 同步两端时钟；此处最多允许相差 ${MAX_SKEW_SECONDS} 秒。`,
    ],
  );
}
