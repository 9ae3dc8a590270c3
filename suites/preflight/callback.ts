import { TransportFailure } from "../../core/runtime/runtime.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import { fieldNames, inProfile } from "../profile.ts";
import type { RunScope } from "../run/scope.ts";
import type { Session } from "../session.ts";
import { counterparty as clientOf } from "../wire/counterparty.ts";
import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** What is paid is told of. */
const PAID = "payment.create";

/**
 * Our counterparty listens, and the address that the SUT is given leads to it. An address that leads nowhere from here
 * may still be right where the SUT stands: then one real notification decides.
 */
export const callback: Probe = {
  name: "callback",
  async look(scope, session) {
    const { counterparty, signers } = scope;
    if (counterparty === undefined) return fine("no counterparty: checks of notifications are skipped", "没有对端：通知类检查将跳过");
    const mark = new URL(`${counterparty.notifyUrl}/elsewhere/${session.fresh()}`);
    const reached = await asked(scope, mark.href);
    const journal = await asked(scope, `${counterparty.adminUrl}/__admin/requests?limit=1000&target=${encodeURIComponent(mark.pathname)}`, counterparty.token);
    if (journal.body === undefined) return wrong("harness", [`our counterparty does not answer: ${journal.problem}`, `测试工具自身的对端无应答：${journal.problem}`], ["This is a defect of the harness or of this machine; please report it with this text.", "这是测试工具或本机的问题，请附此信息报告。"]);
    const arrived = (JSON.parse(journal.body) as { readonly requests: readonly unknown[] }).requests.length > 0;
    // Without a customer to pay for, nobody can be refused.
    const refused = await refusal(scope, session).catch((thrown: unknown) => {
      if (thrown instanceof CheckSkipped || thrown instanceof CheckInconclusive) return undefined;
      throw thrown;
    });
    if (refused !== undefined) return wrong("configuration", [`the system under test does not take ${counterparty.notifyUrl} as a target of notifications (${refused}), and takes the same payment without it`, `被测系统不接受 ${counterparty.notifyUrl} 作为通知地址（${refused}），而同一支付不带该地址时被受理`], [`Register ${counterparty.baseUrl} at the system under test as a place where ${signers[0]?.partyId ?? "the party"} is notified, or correct notify.publicUrl in the statement.`, `请在被测系统为 ${signers[0]?.partyId ?? "该参与方"} 登记通知地址 ${counterparty.baseUrl}，或更正声明中的 notify.publicUrl。`]);
    if (arrived || (await notified(scope, session))) return fine(`the counterparty answers at ${counterparty.notifyUrl}`, `对端在 ${counterparty.notifyUrl} 可达`);
    const seen = reached.body === undefined ? (reached.problem ?? "no answer") : "somebody else answers there";
    return wrong("configuration", [`notify.publicUrl does not lead to our counterparty at ${counterparty.notifyUrl}: ${seen}`, `声明中的 notify.publicUrl 未指向对端 ${counterparty.notifyUrl}：${reached.body === undefined ? "无应答" : "由其他程序应答"}`], ["Correct notify.publicUrl and notify.listen in the statement: what the system under test calls must arrive where we listen.", "请更正声明中的 notify.publicUrl 与 notify.listen：被测系统访问的地址须到达本机监听端口。"]);
  },
};

async function asked({ runtime, statement }: RunScope, url: string, token?: string): Promise<{ readonly body?: string; readonly problem?: string }> {
  const headers: [string, string][] = token === undefined ? [] : [["Authorization", `Bearer ${token}`]];
  try {
    const answer = await runtime.transport.send({ method: "GET", url, headers, body: new Uint8Array(), timeoutMs: statement.limits.timeoutMs });
    return { body: new TextDecoder().decode(answer.body) };
  } catch (failure) {
    if (!(failure instanceof TransportFailure)) throw failure;
    return { problem: failure.message };
  }
}

/** How a payment that is to be told of there is refused, where the same payment without a target is carried out: then it is the target that is not registered. */
async function refusal({ pack, statement }: RunScope, session: Session): Promise<string | undefined> {
  if (statement.role !== "bank" || !pack.hasInterface(PAID) || !inProfile(statement, PAID) || !fieldNames(pack, pack.interface(PAID), "body").includes("notify_url")) return undefined;
  const { answer } = await session.send(await session.request(PAID), { label: "preflight: a payment that is to be told of" });
  if (answer === undefined || answer.status < 400 || answer.status >= 500) return undefined;
  const without = await session.send(await session.request(PAID, { notify_url: undefined }), { label: "preflight: a payment that is not" });
  return without.answer?.status === pack.interface(PAID).response.status ? `${answer.status} ${answer.code ?? ""}`.trim() : undefined;
}

/** Whether a payment of the SUT is told of there; false where it cannot make one. */
async function notified({ pack, statement }: RunScope, session: Session): Promise<boolean> {
  if (statement.role !== "bank" || !pack.hasInterface(PAID)) return false;
  const client = clientOf(session);
  const { url } = client.target("ack");
  const exchange = await session.send(await session.request(PAID, { notify_url: url }), { label: "preflight: a payment to be told of" });
  return exchange.answer?.status === 200 && (await client.until(url, 1, statement.limits.settleWithinSeconds * 1000)).length > 0;
}
