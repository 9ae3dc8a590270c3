import type { Bilingual } from "../../core/run/verdict.ts";
import type { Interface } from "../../core/pack/types.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { TlsSettings } from "../../core/runtime/runtime.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import { CHARGE } from "../resources/kinds.ts";
import type { Counterparty, RunScope, TurnedAway } from "../run/scope.ts";
import type { Session } from "../session.ts";
import type { Answer } from "../wire/answer.ts";
import type { Draft } from "../wire/draft.ts";
import { counterparty as clientOf, turnedAway } from "../wire/counterparty.ts";
import type { Delivery } from "../wire/counterparty.ts";
import { fine, untried, wrong } from "./probe.ts";
import type { Finding, Probe } from "./probe.ts";

/**
 * Our counterparty listens, and the address that the SUT is given leads to it. An address that leads nowhere from here
 * may still be right where the SUT stands: then one real notification decides. And the SUT takes it for a target: where
 * it is not registered, every payment would be refused.
 */
export const callback: Probe = {
  name: "callback",
  title: {
    en: "calls and notifications of the system reach the counterparty, and it takes that address as a target",
    zh: "被测系统的调用与通知可到达对端，且接受该地址作为通知目标",
  },
  async look(scope, session) {
    const { counterparty } = scope;
    if (counterparty === undefined)
      return untried("no counterparty: checks of notifications are skipped", "没有对端：通知类检查将跳过");
    const since = scope.runtime.now();
    const mark = new URL(`${counterparty.notifyUrl}/elsewhere/${session.run.fresh.identifier()}`);
    const reached = await asked(scope, mark.href, { tls: counterparty.visit });
    const journal = await asked(
      scope,
      `${counterparty.adminUrl}/__admin/requests?limit=1000&target=${encodeURIComponent(mark.pathname)}`,
      { token: counterparty.token },
    );
    if (journal.body === undefined)
      return wrong(
        "harness",
        [
          `our counterparty does not answer: ${journal.problem?.en ?? ""}`,
          `测试工具自身的对端无应答：${journal.problem?.zh ?? ""}`,
        ],
        [
          "This is a bug of the harness or a problem of this machine; please report it with this text.",
          "这是测试工具或本机的问题，请附此信息报告。",
        ],
      );
    const arrived = (JSON.parse(journal.body) as { readonly requests: readonly unknown[] }).requests.length > 0;
    const told = await toldOf(session);
    const refused = await told?.refusal();
    if (refused !== undefined)
      return wrong(
        "configuration",
        [
          `the system under test does not take ${counterparty.notifyUrl} as a target of notifications (${refused}), and takes the same payment without it`,
          `被测系统不接受 ${counterparty.notifyUrl} 作为通知地址（${refused}），而同一支付不带该地址时被受理`,
        ],
        [
          `Register that address for ${session.party.partyId} at the system under test, or give in notify.publicUrl one that is registered there.`,
          `请在被测系统为 ${session.party.partyId} 登记该地址，或在 notify.publicUrl 中填写已登记的地址。`,
        ],
      );
    // In TLS the SUT may be turned away where our own visit is let in, so that its notification is waited for.
    const isShort = arrived && counterparty.visit === undefined;
    const notice = await told?.notice(isShort ? NOTICED_WITHIN_MS : undefined);
    const misnamed = otherParty(notice, scope);
    if (misnamed !== undefined) return misnamed;
    const away = notice === undefined ? (await turnedAway(session, since)).at(-1) : undefined;
    if (away !== undefined) return keptOut(counterparty, away);
    if (arrived || notice !== undefined)
      return fine(`the counterparty answers at ${counterparty.notifyUrl}`, `对端在 ${counterparty.notifyUrl} 可达`);
    const seen = reached.body === undefined ? (reached.problem?.en ?? "no answer") : "another server answers there";
    return wrong(
      "configuration",
      [
        `notify.publicUrl does not lead to our counterparty at ${counterparty.notifyUrl}: ${seen}`,
        `声明中的 notify.publicUrl 未指向对端 ${counterparty.notifyUrl}：${reached.body === undefined ? "无应答" : "由其他程序应答"}`,
      ],
      [
        "Correct notify.publicUrl and notify.listen in the statement: what the system under test calls must arrive where we listen.",
        "请更正声明中的 notify.publicUrl 与 notify.listen：被测系统访问的地址须到达本机监听端口。",
      ],
    );
  },
};

/** Where the address is known to lead to us, a notification is looked at if it comes soon, and judged by the checks. */
const NOTICED_WITHIN_MS = 2_000;

/** A notification that names another party than the statement does, with a key that the statement has. */
function otherParty(notice: Delivery | undefined, { statement }: RunScope): Finding | undefined {
  const { party, serial } = notice ?? {};
  if (
    party === undefined ||
    party === statement.sutPartyId ||
    !statement.sutKeys.some((key) => serial === undefined || key.serial === serial)
  )
    return undefined;
  return wrong(
    "configuration",
    [
      `the system under test signs its notifications as ${party}, and sutPartyId says ${statement.sutPartyId}`,
      `被测系统以 ${party} 的身份签发通知，而 sutPartyId 为 ${statement.sutPartyId}`,
    ],
    [
      `Correct sutPartyId in the statement; if ${statement.sutPartyId} is right, the system names another party than its own.`,
      `请更正声明中的 sutPartyId；若 ${statement.sutPartyId} 无误，则被测系统使用了其他参与方的身份。`,
    ],
  );
}

/** The SUT came, and nothing of it could arrive: how both sides' TLS is set up, and no behaviour of the SUT. */
const keptOut = ({ notifyUrl }: Counterparty, { reason }: TurnedAway): Finding =>
  wrong(
    "configuration",
    [
      `the system under test reached our counterparty at ${notifyUrl}, and no request of its came through: ${reason.en}`,
      `被测系统已连接对端 ${notifyUrl}，但未能送达任何请求：${reason.zh}`,
    ],
    [
      "Have the system under test trust the authority of notify.tls.cert and show the client certificate that notify.tls names, or correct notify.tls in the statement.",
      "请使被测系统信任 notify.tls.cert 的签发机构，并出示 notify.tls 所指的客户端证书；或更正声明中的 notify.tls。",
    ],
  );

async function asked(
  { runtime, statement }: RunScope,
  url: string,
  { token, tls }: { readonly token?: string; readonly tls?: TlsSettings | undefined },
): Promise<{ readonly body?: string; readonly problem?: Bilingual }> {
  const headers: [string, string][] = token === undefined ? [] : [["Authorization", `Bearer ${token}`]];
  try {
    const answer = await runtime.transport.send({
      method: "GET",
      url,
      headers,
      body: new Uint8Array(),
      timeoutMs: statement.limits.timeoutMs,
      ...(tls === undefined ? {} : { tls }),
    });
    return { body: new TextDecoder().decode(answer.body) };
  } catch (failure) {
    if (!(failure instanceof TransportFailure)) throw failure;
    return { problem: failure.said };
  }
}

/** A payment of which the SUT is to tell our counterparty. */
interface Told {
  /**
   * How it was refused, where the same payment without a target is carried out: then it is the target that is not
   * registered.
   */
  refusal(): Promise<string | undefined>;
  /** What comes to our counterparty of it in time; undefined where it was not carried out, or nothing comes. */
  notice(withinMs?: number): Promise<Delivery | undefined>;
}

/** Undefined where the SUT cannot be paid at, or names no targets. */
async function toldOf(session: Session): Promise<Told | undefined> {
  const {
    pack,
    statement: { role, limits },
  } = session;
  if (role !== "bank") return undefined;
  const create = pack.resources.of(role).find((one) => CHARGE.holds(one, pack) && one.notifies !== undefined)?.creates;
  if (create === undefined || !session.claims(create.id) || pack.meanings(create).asked("target").length === 0)
    return undefined;
  const client = clientOf(session);
  const { url } = client.target("ack");
  const paid = async (notifyUrl: string | undefined, label: string): Promise<Answer | undefined> =>
    (await session.send(await withTarget(session, create, notifyUrl), { label })).answer;
  const done = (answer: Answer | undefined): boolean => pack.succeeds(create, answer?.status);
  let answer: Answer | undefined;
  try {
    answer = await paid(url, "preflight: a payment to be told of");
  } catch (thrown) {
    // No customer that could pay is bound.
    if (thrown instanceof CheckSkipped || thrown instanceof CheckInconclusive) return undefined;
    throw thrown;
  }
  return {
    async refusal() {
      if (
        answer === undefined ||
        answer.status < 400 ||
        answer.status >= 500 ||
        !done(await paid(undefined, "preflight: a payment not to be told of"))
      )
        return undefined;
      return `${answer.status} ${answer.code ?? ""}`.trim();
    },
    notice: async (withinMs = limits.settleWithinSeconds * 1000) =>
      done(answer) ? firstOf(client.until(url, 1, withinMs)) : undefined,
  };
}

/** The first that came; undefined where none did, whatever kept it away. */
const firstOf = (arriving: Promise<readonly Delivery[]>): Promise<Delivery | undefined> =>
  arriving.then(
    ([first]) => first,
    (thrown: unknown) => {
      if (thrown instanceof CheckInconclusive) return undefined;
      throw thrown;
    },
  );

/** A payment with a target of its own, or without any. */
async function withTarget(session: Session, create: Interface, target: string | undefined): Promise<Draft> {
  if (target !== undefined) return session.make(create, { target });
  const field = session.pack.meanings(create).field("target") ?? "";
  return session.request(create.id, { [field]: undefined });
}
