import { clockWrong } from "./clock.ts";
import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { simplest } from "./trial-call.ts";

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
      if (answer.code === policies.stages["freshness.timestamp"]) return clockWrong(exchange, scope);
      if (answer.code === policies.stages.signature || answer.status === 401) {
        return wrong("configuration", [`the system under test refuses the signature of ${signer.partyId} (serial ${signer.serial}, ${signer.token}): ${answer.status} ${answer.code ?? ""}`, `被测系统拒绝 ${signer.partyId} 的签名（序列号 ${signer.serial}，${signer.token}）：${answer.status} ${answer.code ?? ""}`], [`Enrol the public key of /parties/${index} at the system under test under that serial, or correct partyId, serial, algorithm and privateKey there.`, `请在被测系统登记 /parties/${index} 的公钥与序列号，或更正该处的 partyId、serial、algorithm、privateKey。`]);
      }
      if (answer.status >= 500) {
        return wrong("sut", [`the system under test fails at the simplest call, ${one.id}: ${answer.status} ${answer.code ?? ""}`, `被测系统在最简单的调用 ${one.id} 上出错：${answer.status} ${answer.code ?? ""}`], ["Look into its log: it is not ready to be judged.", "请查看其日志：被测系统尚未就绪。"]);
      }
      if (!answer.signature.ok && answer.signature.why !== "absent" && answer.signature.why !== "stale") {
        return wrong("configuration", [`the answer's signature does not verify with the statement's keys: ${answer.signature.message}`, `应答签名无法用声明中的密钥验证：${answer.signature.message}`], ["Correct serial, algorithm and publicKey in /sutKeys.", "请更正 /sutKeys 中的 serial、algorithm 与 publicKey。"]);
      }
    }
    return fine(`${scope.signers.length} key(s) of ours are known to the system under test, and its own verifies`, `被测系统识别 ${scope.signers.length} 个我方密钥，且其签名可验证`);
  },
};
