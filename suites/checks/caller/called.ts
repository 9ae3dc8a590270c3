import { TransportFailure } from "../../../core/runtime/runtime.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { named } from "../../../core/text/alike.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Needs, PlanContext } from "../../check.ts";
import { peerRequest, peerRole } from "../../data/peer-request.ts";
import type { Given } from "../../data/request-builder.ts";
import { fieldNames, inProfile } from "../../profile.ts";
import { REPORT } from "../../resources/kinds.ts";
import type { Session } from "../../session.ts";
import { counterparty, turnedAway } from "../../wire/counterparty.ts";
import type { PeerCall } from "../../wire/counterparty.ts";
import type { Moment } from "../../wire/peer-journal.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { logTraffic } from "./peer-traffic.ts";

/** The needs of checks of a SUT as a caller: a hook that makes it call, and a counterparty to be called. */
export const NEEDS: Needs = { hooks: ["call"], notify: true };

/** The SUT's conclusion about a call. Source: docs/hooks.md. */
export type Conclusion =
  | { readonly outcome: "answered"; readonly answer: Fields }
  | { readonly outcome: "refused"; readonly code: string }
  | { readonly outcome: "unknown" };

/** A call that the SUT was told to make, and its outcome. */
export interface Called {
  readonly draft: Draft;
  readonly conclusion: Conclusion;
  /** All calls of the SUT since it was told to. */
  readonly calls: readonly PeerCall[];
  /** When it was told to. */
  readonly since: Moment;
  /** The numbers of every call that it was told to make in this run: it may still go on about an earlier one. */
  readonly ordered: ReadonlySet<string>;
}

/**
 * Interfaces that the SUT may be told to call: what moves money, or where its peer offers nothing of the kind, what
 * reads; and what makes and ends a report.
 */
export function callable({ pack, role }: Pick<PlanContext, "pack" | "role">): readonly Interface[] {
  const all = pack.provided(peerRole(role)).filter((one) => one.notification === undefined);
  const moving = all.filter(
    (one) =>
      one.idempotency !== undefined && one.caller.query !== undefined && pack.meanings(one).asked("amount").length > 0,
  );
  const reporting = all.filter((one) => {
    const about = pack.resources.about(one);
    const reports = about?.resource !== undefined && REPORT.holds(about.resource, pack);
    return reports && (about.verb === "creates" || about.verb === "ends");
  });
  if (moving.length > 0) return [...moving, ...reporting];
  const reading = all.filter(
    (one) =>
      one.read?.load !== undefined &&
      fieldNames(pack, one, "path").length > 0 &&
      one.response.representation === "json",
  );
  return [...reading, ...reporting];
}

/** A request for the SUT to make; the SUT first makes, undisturbed, the calls that it depends on. */
export async function ordered(session: Session, interfaceId: string, given: Given = {}, depth = 0): Promise<Draft> {
  // A profile names what the SUT calls, too.
  if (!inProfile(session.statement, interfaceId))
    session.skip(
      `the interface ${interfaceId} is not in the profile`,
      `接口 ${interfaceId} 不在声明范围内`,
      "not-demanded",
    );
  return peerRequest(
    session,
    interfaceId,
    async (id) => {
      // What others are built upon is given room: a refund of any ordinary amount must fit into it.
      const takesMoney = session.pack.meanings(session.pack.interface(id)).asked("amount").length > 0;
      const before = await called(
        session,
        await ordered(session, id, takesMoney ? { amount: 100_000 * 10 ** depth } : {}, depth + 1),
      );
      expectBelieved(session, before);
      return { ...fieldsOf(before.draft), ...("answer" in before.conclusion ? before.conclusion.answer : {}) };
    },
    given,
  );
}

/**
 * Has the SUT make a call, and waits until it says what it concluded. `at`: where its peer is this time, and whose
 * certificates are trusted there.
 */
export async function called(
  session: Session,
  draft: Draft,
  at: { readonly url: string; readonly ca?: string } = { url: counterparty(session).baseUrl },
): Promise<Called> {
  const peer = counterparty(session);
  const since = peer.moment();
  const { statement, party } = session;
  const numbers = await session.shared("caller.ordered", () => Promise.resolve(new Set<string>()));
  numbers.add(numberOf(draft));
  const said = await session
    .hook("call", {
      interface: draft.interface.id,
      party_id: party.partyId,
      ...at,
      data: fieldsOf(draft),
    })
    .catch((failure: unknown) => {
      if (!(failure instanceof TransportFailure)) throw failure;
      return session.inconclusive(
        `the hook call did not answer: ${failure.message}`,
        `控制钩子 call 无应答：${failure.said.zh}`,
      );
    });
  const conclusion =
    conclusionOf(said) ??
    session.inconclusive(
      `the hook call of ${statement.name} answered something else than docs/hooks.md says`,
      `控制钩子 call 的应答不符合 docs/hooks.md`,
    );
  const calls = await logTraffic(session, await peer.calls(since));
  const away = calls.length === 0 && at.url === peer.baseUrl ? (await turnedAway(session, since.ms)).at(-1) : undefined;
  if (away !== undefined)
    session.inconclusive(
      `no call came to our counterparty, and a connection to it was turned away: ${away.reason.en}`,
      `对端未收到调用，且有连接被拒绝：${away.reason.zh}`,
    );
  return { draft, conclusion, calls, since, ordered: numbers };
}

/** What the hook `call` has answered; undefined for what docs/hooks.md does not have. */
export function conclusionOf(said: Json | undefined): Conclusion | undefined {
  const { outcome, answer, code } = (
    typeof said === "object" && said !== null && !Array.isArray(said) ? said : {}
  ) as Fields;
  if (outcome === "unknown") return { outcome };
  if (outcome === "refused" && typeof code === "string") return { outcome, code };
  return outcome === "answered" && typeof answer === "object" && answer !== null && !Array.isArray(answer)
    ? { outcome, answer: answer as Fields }
    : undefined;
}

/** The calls about the number of a draft: itself sent again, and what asks for it. */
export function about(calls: readonly PeerCall[], draft: Draft): readonly PeerCall[] {
  const ids = [draft.interface.id, draft.interface.caller.query?.interface];
  const number = numberOf(draft);
  return calls.filter(
    (one) =>
      ids.includes(one.interface) &&
      (decodeURIComponent(one.target.split("?")[0] ?? "")
        .split("/")
        .includes(number) ||
        Object.values(one.body).includes(number)),
  );
}

/** The SUT's calls when they are as awaited, or when it has had its time: it may go on after its hook has answered. */
export async function callsUntil(
  session: Session,
  { since }: Pick<Called, "since">,
  awaited: (calls: readonly PeerCall[]) => boolean,
): Promise<readonly PeerCall[]> {
  const within = session.statement.limits.settleWithinSeconds * 1000;
  return logTraffic(session, await counterparty(session).callsUntil(since, awaited, within));
}

/**
 * Why no query can be expected while a check waits: the caller does not know what the query asks by, or the pack has it
 * ask later. Undefined where one can.
 */
export function whyNotAskedSoon({ pack, statement }: Session, one: Interface): Bilingual | undefined {
  const { query } = one.caller;
  if (query === undefined) return undefined;
  const known = fieldNames(pack, one, "path").concat(one.idempotency?.key ?? []);
  const told = fieldNames(pack, pack.interface(query.interface), "path").find((name) => !known.includes(name));
  if (told !== undefined)
    return {
      en: `${query.interface} asks by ${told}, which a lost answer of ${one.id} does not tell`,
      zh: `${query.interface} 以 ${told} 查询，而 ${one.id} 的应答丢失时调用方并不知道它`,
    };
  const [first = 0] = query.afterSeconds;
  const waits = statement.limits.settleWithinSeconds;
  if (first <= waits) return undefined;
  return {
    en: `callers of ${one.id} ask after ${first} s, and this check waits ${waits} s (limits.settleWithinSeconds)`,
    zh: `${one.id} 的调用方在 ${first} 秒后查询，本检查只等待 ${waits} 秒（limits.settleWithinSeconds）`,
  };
}

/** What a call is known by: the first field of its key, or of its path. */
export function numberOf(draft: Draft): string {
  const key = draft.interface.idempotency?.key[0];
  return String(key === undefined ? Object.values(draft.path)[0] : fieldsOf(draft)[key]);
}

/** Holds that the SUT believed the sound answer of its peer. */
export function expectBelieved(session: Session, { draft, calls, conclusion }: Called): void {
  const own = about(calls, draft);
  const first =
    own[0] ??
    session.inconclusive(
      `the hook call was answered, but no call of ${draft.interface.id} came`,
      `控制钩子 call 已应答，但未收到 ${draft.interface.id} 调用`,
    );
  if (first.code !== undefined)
    session.inconclusive(
      `the SUT's own call of ${draft.interface.id} was refused with ${first.code}`,
      `被测系统对 ${draft.interface.id} 的调用被拒绝：${first.code}`,
    );
  session.judged();
  if (conclusion.outcome === "answered") return;
  session.fail({
    summary: {
      en: `a good answer to ${draft.interface.id} was not believed`,
      zh: `${draft.interface.id} 的正常应答未被采信`,
    },
    expected: { en: "outcome answered", zh: "认定为已应答" },
    seen: told(conclusion),
    evidence: own.map(({ wire }) => wire),
  });
}

/** An answer that is not to be believed. */
export interface Unbelievable extends Bilingual {
  /** The fault that makes it so, where the call meets others too. */
  readonly fault?: string;
  /** Why it would be believed, where that is no matter of signature and timestamp. */
  readonly cause?: Bilingual;
}

/** Whether a call was answered with what is not to be believed. */
export const isLie = ({ faults }: PeerCall, { fault }: Unbelievable): boolean =>
  fault === undefined ? faults.length > 0 : faults.includes(fault);

/** Holds that the SUT based its conclusion on sound answers only. `what` is the answer that it must not believe. */
export function expectUnbelieved(session: Session, { draft, calls, conclusion }: Called, what: Unbelievable): void {
  const own = about(calls, draft);
  const lie =
    own.find((one) => isLie(one, what)) ??
    session.inconclusive(
      `the hook call was answered, but no call of ${draft.interface.id} came`,
      `控制钩子 call 已应答，但未收到 ${draft.interface.id} 调用`,
    );
  if (lie.code !== undefined && lie.answer?.body["code"] !== lie.code)
    session.inconclusive(
      `the SUT's own call of ${draft.interface.id} was refused with ${lie.code}`,
      `被测系统对 ${draft.interface.id} 的调用被拒绝：${lie.code}`,
    );
  const sound = own.flatMap(({ faults, answer }) => (faults.length === 0 && answer !== undefined ? [answer] : []));
  session.judged();
  if (conclusion.outcome === "unknown") return;
  const fail = (expected: Bilingual, seen: Bilingual): never =>
    session.fail({
      summary: {
        en: `${what.en} to ${draft.interface.id} was believed`,
        zh: `${draft.interface.id} 的${what.zh}被采信`,
      },
      expected,
      seen,
      evidence: own.map(({ wire }) => wire),
      likelyCause: what.cause ?? UNCHECKED,
    });
  if (conclusion.outcome === "refused") {
    if (sound.some(({ body }) => body["code"] === conclusion.code)) return;
    return fail(
      { en: "not held for refused: no sound answer said so", zh: "不认定为被拒绝：没有可信应答如此表示" },
      told(conclusion),
    );
  }
  const successes = sound.filter(({ status }) => status < 300);
  if (successes.length === 0)
    return fail(
      { en: "not held for answered: no sound answer said so", zh: "不认定为已应答：没有可信应答如此表示" },
      told(conclusion),
    );
  const truths = successes.map(({ body }) => claims(body));
  const held = claims(conclusion.answer);
  // What the SUT itself has sent it knows without being told.
  const sent = new Set(claims(fieldsOf(draft)).values());
  const untrue = [...claims(lie.answer?.body ?? {})].find(
    ([name, value]) =>
      held.get(name) === value && !sent.has(value) && truths.every((truth) => truth.get(name) !== value),
  );
  if (untrue === undefined) return;
  const [name, value] = untrue;
  const truth = truths.at(-1)?.get(name);
  fail(
    {
      en: `${name} as it was soundly told: ${truth ?? "absent"}`,
      zh: `${name} 以可信应答为准：${truth ?? "无"}`,
    },
    named(name, value),
  );
}

const UNCHECKED: Bilingual = {
  en: "The signature or the timestamp of the answer is not checked, or not for every answer.",
  zh: "未校验应答的签名或时间戳，或仅校验部分应答。",
};

const CONCLUDED: Readonly<Record<Conclusion["outcome"], string>> = {
  answered: "已应答",
  refused: "被拒绝",
  unknown: "结果未知",
};

export function told(conclusion: Conclusion): Bilingual {
  const code = "code" in conclusion ? ` ${conclusion.code}` : "";
  return { en: `outcome ${conclusion.outcome}${code}`, zh: `认定为${CONCLUDED[conclusion.outcome]}${code}` };
}

/** Everything that a message says, by place. */
export function claims(value: Json, at = ""): ReadonlyMap<string, string> {
  if (typeof value !== "object" || value === null) return new Map([[at, JSON.stringify(value)]]);
  return new Map(Object.entries(value).flatMap(([name, inner]) => [...claims(inner as Json, `${at}/${name}`)]));
}
