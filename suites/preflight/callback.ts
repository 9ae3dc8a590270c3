import { TransportFailure } from "../../core/runtime/runtime.ts";
import { CheckSkipped } from "../outcome.ts";
import type { RunScope } from "../run/scope.ts";
import type { Session } from "../session.ts";
import type { Answer } from "../wire/answer.ts";
import { counterparty as clientOf } from "../wire/counterparty.ts";
import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";

/**
 * Our counterparty listens, and the address that the SUT is given leads to it. An address that leads nowhere from here
 * may still be right where the SUT stands: then one real notification decides. And the SUT takes it for a target: where
 * it is not registered, every payment would be refused.
 */
export const callback: Probe = {
  name: "callback",
  async look(scope, session) {
    const { counterparty } = scope;
    if (counterparty === undefined) return fine("no counterparty: checks of notifications are skipped", "没有对端：通知类检查将跳过");
    const mark = new URL(`${counterparty.notifyUrl}/elsewhere/${session.fresh()}`);
    const reached = await asked(scope, mark.href);
    const journal = await asked(scope, `${counterparty.adminUrl}/__admin/requests?limit=1000&target=${encodeURIComponent(mark.pathname)}`, counterparty.token);
    if (journal.body === undefined) return wrong("harness", [`our counterparty does not answer: ${journal.problem}`, `测试工具自身的对端无应答：${journal.problem}`], ["This is a defect of the harness or of this machine; please report it with this text.", "这是测试工具或本机的问题，请附此信息报告。"]);
    const arrived = (JSON.parse(journal.body) as { readonly requests: readonly unknown[] }).requests.length > 0;
    const told = await toldOf(session);
    if (told?.answer?.code === NOT_ALLOWED) {
      const code = scope.pack.dialect.word(NOT_ALLOWED);
      return wrong("configuration", [`the system under test does not notify ${counterparty.notifyUrl}: it refuses a payment that names that address with ${code}`, `被测系统不允许通知 ${counterparty.notifyUrl}：以该地址支付被拒绝（${code}）`], [`Register that address for ${session.party.partyId} at the system under test, or give in notify.publicUrl one that is registered there.`, `请在被测系统为 ${session.party.partyId} 登记该地址，或在 notify.publicUrl 中填写已登记的地址。`]);
    }
    if (arrived || (told?.answer?.status === 200 && (await told.notified()))) return fine(`the counterparty answers at ${counterparty.notifyUrl}`, `对端在 ${counterparty.notifyUrl} 可达`);
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

/** The code of a target that nobody has registered. */
const NOT_ALLOWED = "NOTIFY_URL_NOT_ALLOWED";

interface Told {
  readonly answer: Answer | undefined;
  /** Whether word of it comes to our counterparty in time. */
  notified(): Promise<boolean>;
}

/** A payment of which the SUT is to tell our counterparty; undefined where it cannot make one. */
async function toldOf(session: Session): Promise<Told | undefined> {
  const { role, limits } = session.statement;
  if (role !== "bank" || !session.claims("payment.create")) return undefined;
  const client = clientOf(session);
  const { url } = client.target("ack");
  const draft = await session.request("payment.create", { notify_url: url }).catch((cause: unknown) => {
    // Nobody who could pay is bound.
    if (cause instanceof CheckSkipped) return undefined;
    throw cause;
  });
  if (draft === undefined) return undefined;
  const { answer } = await session.send(draft, { label: "preflight: a payment to be told of" });
  return { answer, notified: async () => (await client.until(url, 1, limits.settleWithinSeconds * 1000)).length > 0 };
}
