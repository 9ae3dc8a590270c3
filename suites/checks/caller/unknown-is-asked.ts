import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Check, Instance } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { PeerCall } from "../../wire/counterparty.ts";
import type { Session } from "../../session.ts";
import {
  about,
  callable,
  called,
  callsUntil,
  expectBelieved,
  NEEDS,
  numberOf,
  ordered,
  told,
  whyNotAskedSoon,
} from "./called.ts";
import type { Called } from "./called.ts";
import { expectOneNumber } from "./one-number.ts";

/**
 * How long no answer is sent at most: longer than callers wait, and the hook that they are called by leaves them time
 * to ask afterwards.
 */
const SILENT_MS = 40_000;

/** Ways in which an outcome becomes unknown: an answer that says so, or a missing one, with or without an effect. */
const UNKNOWN: Readonly<
  Record<
    string,
    Bilingual & {
      readonly fault: string;
      readonly settings?: Readonly<Record<string, number>>;
      /** It takes the SUT's own time limit, so one interface stands for all. */ readonly slow?: true;
    }
  >
> = {
  "lost-after-effect": {
    fault: "answer-lost-after-commit",
    en: "an answer that was lost after the effect",
    zh: "处理成功但应答丢失",
  },
  "lost-before-effect": {
    fault: "reset-before-answer",
    en: "a connection that was cut before any effect",
    zh: "处理前连接中断",
  },
  silence: {
    fault: "answer-never-sent",
    settings: { heldMs: SILENT_MS },
    slow: true,
    en: "no answer within its own time limit",
    zh: "超过自身时限仍无应答",
  },
  "system-error": { fault: "server-error", en: "a system error", zh: "系统错误应答" },
};

export const unknownIsAsked: Check = {
  id: "errors.unknown-is-asked",
  requirement: "ERR-06",
  title: { en: "After an unknown outcome the SUT queries", zh: "结果未知时主动查询" },
  effort: "standard",
  needs: NEEDS,
  each: (context): readonly Instance[] =>
    callable(context)
      .filter(({ caller }) => caller.query !== undefined)
      .flatMap((one, index) =>
        Object.keys(UNKNOWN)
          .filter((how) => index === 0 || UNKNOWN[how]?.slow !== true)
          .map((how) => ({ id: `${how}/${one.id}`, interface: one.id, data: how })),
      ),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const { fault, settings = {}, ...what } = UNKNOWN[String(instance.data)] as (typeof UNKNOWN)[string];
    const later = whyNotAskedSoon(session, session.pack.interface(id));
    if (later !== undefined) session.skip(later.en, later.zh, "not-demanded");
    const peer = counterparty(session);
    expectBelieved(session, await called(session, await ordered(session, id)));
    const draft = await ordered(session, id);
    session.cleanup(() => peer.behave());
    await peer.misbehave(id, numberOf(draft), [{ name: fault, settings }]);
    const done = await called(session, draft);
    const first =
      about(done.calls, draft).find(({ faults }) => faults.length > 0) ??
      session.inconclusive(
        `the hook call was answered, but no call of ${id} came`,
        `控制钩子 call 已应答，但未收到 ${id} 调用`,
      );
    // Some HTTP clients send the same bytes again by themselves when a connection breaks.
    const isAgain = ({ nonce }: (typeof done.calls)[number]): boolean => nonce !== undefined && nonce === first.nonce;
    if (done.calls.some((one) => one !== first && isAgain(one) && one.code === undefined))
      session.inconclusive(
        "the SUT's HTTP client sent the same message again by itself, and that was answered: no outcome was unknown",
        "被测系统的 HTTP 客户端自动重发了同一报文并得到应答，结果并非未知",
      );
    session.judged();
    expectOneNumber(session, done, what);
    expectNotGuessed(session, done, what);
    const calls = await callsUntil(session, done, (seen) => asks(seen, done).length > 0);
    expectOneNumber(session, { ...done, calls }, what);
    if (asks(calls, done).length > 0) return;
    session.fail({
      summary: {
        en: `after ${what.en} to ${id} the SUT did not query the outcome`,
        zh: `${id} 出现${what.zh}后，被测系统未查询结果`,
      },
      expected: {
        en: `${draft.interface.caller.query?.interface ?? ""} with the number ${numberOf(draft)} within ${session.statement.limits.settleWithinSeconds} s`,
        zh: `${session.statement.limits.settleWithinSeconds} 秒内以单号 ${numberOf(draft)} 调用 ${draft.interface.caller.query?.interface ?? ""}`,
      },
      seen: { en: `${told(done.conclusion).en}, and no query`, zh: `${told(done.conclusion).zh}，且未查询` },
      evidence: [first, ...about(calls, draft).slice(1)].map(({ wire }) => wire),
    });
  },
};

/** The queries about a call's number. */
const asks = (calls: readonly PeerCall[], { draft }: Called): readonly PeerCall[] =>
  about(calls, draft).filter((one) => one.interface === draft.interface.caller.query?.interface);

/** Holds that the SUT reports neither failure nor success before it was told of one. */
function expectNotGuessed(session: Session, { draft, calls, conclusion }: Called, what: Bilingual): void {
  if (conclusion.outcome === "unknown") return;
  const sound = about(calls, draft).flatMap(({ faults, answer }) =>
    faults.length === 0 && answer !== undefined ? [answer] : [],
  );
  const refused = conclusion.outcome === "refused";
  if (sound.some(({ status, body }) => (refused ? body["code"] === conclusion.code : status < 300))) return;
  session.fail({
    summary: {
      en: `after ${what.en} to ${draft.interface.id} the SUT reported ${refused ? "failure" : "success"} although the outcome was unknown`,
      zh: `${draft.interface.id} 出现${what.zh}后，被测系统在未获确认时即报告${refused ? "失败" : "成功"}`,
    },
    expected: { en: "unknown until a query says more", zh: "在查询得知结果之前，认定为结果未知" },
    seen: told(conclusion),
    evidence: about(calls, draft).map(({ wire }) => wire),
    likelyCause: {
      en: "A timeout or a system error is taken for the outcome.",
      zh: "将超时或系统错误直接当作结果。",
    },
  });
}
