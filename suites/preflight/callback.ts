import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** Our counterparty listens. Whether the SUT reaches it shows only with the first notification. */
export const callback: Probe = {
  name: "callback",
  async look({ counterparty, runtime, statement }) {
    if (counterparty === undefined) return fine("no counterparty: checks of notifications are skipped", "没有对端：通知类检查将跳过");
    try {
      await runtime.transport.send({ method: "GET", url: counterparty.notifyUrl, headers: [], body: new Uint8Array(), timeoutMs: statement.limits.timeoutMs });
      return fine(`the counterparty answers at ${counterparty.notifyUrl}`, `对端在 ${counterparty.notifyUrl} 可达`);
    } catch (failure) {
      return wrong("harness", [`our counterparty does not answer at ${counterparty.notifyUrl}: ${failure instanceof Error ? failure.message : String(failure)}`, `对端 ${counterparty.notifyUrl} 无应答`], ["Check notify.publicUrl and notify.listen in the statement: the address must lead to this machine.", "请核对声明中的 notify.publicUrl 与 notify.listen：该地址须指向本机。"]);
    }
  },
};
