import type { Interface } from "../../core/pack/types.ts";
import type { RunScope } from "../run/scope.ts";
import type { Exchange } from "../session.ts";
import { header } from "../wire/answer.ts";
import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** One signed call by each party: whose key is wrong, ours at the SUT or the SUT's in the statement. */
export const keys: Probe = {
  name: "keys",
  async look(scope, session) {
    const one = simplest(scope);
    if (one === undefined) return fine("no interface takes a call without fixtures; keys are not probed", "没有无需测试数据的接口，未探测密钥");
    for (const [index, signer] of scope.signers.entries()) {
      const exchange = await session.send(await session.request(one.id, {}, { signer }), { label: `preflight: ${one.id} as ${signer.partyId}`, signer });
      const { answer } = exchange;
      if (answer === undefined) return wrong("network", [`${one.id}: ${exchange.failure?.message ?? "no answer"}`, `${one.id}：${exchange.failure?.message ?? "无应答"}`], ["Check that the system under test answers within limits.timeoutMs.", "请确认被测系统在 limits.timeoutMs 内应答。"]);
      const { policies } = scope.pack;
      if (answer.code === policies.stages["freshness.timestamp"]) return clockWrong(exchange);
      if (answer.code === policies.stages.signature || answer.status === 401) {
        return wrong("configuration", [`the system under test refuses the signature of ${signer.partyId} (serial ${signer.serial}, ${signer.token}): ${answer.status} ${answer.code ?? ""}`, `被测系统拒绝 ${signer.partyId} 的签名（序列号 ${signer.serial}，${signer.token}）：${answer.status} ${answer.code ?? ""}`], [`Enrol the public key of /parties/${index} at the system under test under that serial, or correct partyId, serial, algorithm and privateKey there.`, `请在被测系统登记 /parties/${index} 的公钥与序列号，或更正该处的 partyId、serial、algorithm、privateKey。`]);
      }
      if (!answer.signature.ok && answer.signature.why !== "absent" && answer.signature.why !== "stale") {
        return wrong("configuration", [`the answer's signature does not verify with the statement's keys: ${answer.signature.message}`, `应答签名无法用声明中的密钥验证：${answer.signature.message}`], ["Correct serial, algorithm and publicKey in /sutKeys.", "请更正 /sutKeys 中的 serial、algorithm 与 publicKey。"]);
      }
    }
    return fine(`${scope.signers.length} key(s) of ours are known to the system under test, and its own verifies`, `被测系统识别 ${scope.signers.length} 个我方密钥，且其签名可验证`);
  },
};

/** More than this and results near the window's edge would mean nothing. */
const MAX_SKEW_SECONDS = 30;

/** Both clocks side by side, from the timestamp of a signed answer or the Date header. */
export const clock: Probe = {
  name: "clock",
  async look(scope, session) {
    const one = simplest(scope);
    if (one === undefined) return fine("no interface takes a call without fixtures; clocks are not compared", "没有无需测试数据的接口，未比对时钟");
    const exchange = await session.send(await session.request(one.id), { label: `preflight: ${one.id}` });
    if (exchange.response === undefined) return fine("no answer to compare clocks with", "无应答，未比对时钟");
    const skew = skewOf(exchange, scope);
    if (skew === undefined) return fine("the answer carries no time to compare clocks with", "应答中没有可比对的时间");
    return Math.abs(skew) > MAX_SKEW_SECONDS ? clockWrong(exchange, skew) : fine(`the clocks differ by ${skew} s`, `时钟相差 ${skew} 秒`);
  },
};

function skewOf(exchange: Exchange, scope: RunScope): number | undefined {
  if (exchange.response === undefined) return undefined;
  const stamp = header(exchange.response, scope.pack.policies.signature.response.timestamp);
  const date = header(exchange.response, "date");
  const theirs = stamp !== undefined && /^\d{1,12}$/.test(stamp) ? Number(stamp) : date === undefined ? Number.NaN : Math.floor(Date.parse(date) / 1000);
  return Number.isNaN(theirs) ? undefined : theirs - Math.floor(scope.runtime.now() / 1000);
}

function clockWrong(exchange: Exchange, skew?: number): ReturnType<typeof wrong> {
  const by = skew === undefined ? "" : ` by ${skew} s`;
  return wrong("configuration", [`the clocks of harness and system under test differ${by} (${exchange.label})`, `测试端与被测系统的时钟不一致${skew === undefined ? "" : `，相差 ${skew} 秒`}（${exchange.label}）`], ["Synchronise both hosts (NTP); the pack's window for timestamps is narrow.", "请用 NTP 同步两端时钟；规范的时间窗口很窄。"]);
}

/** A provided interface that needs no fixture: `echo` where there is one, else the first that only names the party. */
function simplest(scope: RunScope): Interface | undefined {
  const { pack, statement } = scope;
  const provided = pack.provided(statement.role);
  return provided.find((one) => one.id === "echo") ?? provided.find((one) => one.id === "key.list");
}

