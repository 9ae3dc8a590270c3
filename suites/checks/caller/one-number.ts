import type { Bilingual } from "../../../core/run/verdict.ts";
import { alike } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { REVERSAL } from "../../resources/kinds.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import { about, callable, called, callsUntil, expectBelieved, NEEDS, numberOf, ordered } from "./called.ts";
import type { Called } from "./called.ts";

const LOST: Bilingual = { en: "an answer that was lost after the effect", zh: "处理成功但应答丢失" };

/** A refund whose answer was lost is asked about, or sent again, under its own number. */
export const refundKeepsItsNumber: Check = {
  id: "caller.refund-keeps-its-number",
  requirement: "IDM-12",
  title: {
    en: "A refund whose outcome is unknown goes on under its own number",
    zh: "退款结果未知时沿用原退款单号",
  },
  effort: "smoke",
  roles: ["platform"],
  needs: NEEDS,
  each: (context) =>
    callable(context)
      .filter((one) => {
        const resource = context.pack.resources.about(one)?.resource;
        return resource !== undefined && REVERSAL.holds(resource, context.pack);
      })
      .map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const peer = counterparty(session);
    expectBelieved(session, await called(session, await ordered(session, id)));
    const draft = await ordered(session, id);
    session.cleanup(() => peer.behave());
    await peer.misbehave(id, numberOf(draft), [{ name: "answer-lost-after-commit", settings: {} }]);
    const done = await called(session, draft);
    if (!about(done.calls, draft).some(({ faults }) => faults.length > 0))
      session.inconclusive(
        `the hook call was answered, but no call of ${id} came`,
        `控制钩子 call 已应答，但未收到 ${id} 调用`,
      );
    session.judged();
    // Long enough for it to ask, or to send the refund again.
    const calls = await callsUntil(session, done, (seen) => about(seen, draft).length > 1);
    expectOneNumber(session, { ...done, calls }, LOST);
  },
};

/** Holds that the SUT did not repeat the call under another number. */
export function expectOneNumber(session: Session, { draft, calls, ordered: numbers }: Called, what: Bilingual): void {
  const key = draft.interface.idempotency?.key[0] ?? "";
  const other = calls.find(
    (one) => one.interface === draft.interface.id && one.body[key] !== undefined && !numbers.has(String(one.body[key])),
  );
  if (other === undefined) return;
  session.fail({
    summary: {
      en: `after ${what.en} to ${draft.interface.id} the SUT called again under another number`,
      zh: `${draft.interface.id} 出现${what.zh}后，被测系统换单号重新发起`,
    },
    expected: { en: `${key} ${numberOf(draft)}, and no other`, zh: `${key} 始终为 ${numberOf(draft)}` },
    seen: alike(String(other.body[key])),
    evidence: calls.map(({ wire }) => wire),
    likelyCause: {
      en: "A retry makes a new number: if the first call was carried out, it is done twice.",
      zh: "重试时生成新单号：若首次已成功，则重复执行。",
    },
  });
}
