import { asJson } from "../../../core/text/alike.ts";
import { caseOf, eachResource, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { Given } from "../../data/request-builder.ts";
import { RECORD, REVERSIBLE_RECORD } from "../../resources/kinds.ts";
import type { Money } from "../../resources/money-shape.ts";
import { moneyAt } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { needed } from "../resource-steps.ts";
import {
  amountIn,
  expectRecord,
  expectUntouched,
  NEEDS,
  recordGivenBack,
  reversalTold,
  saying,
  shownRecord,
  tellOf,
  waiting,
} from "./record.ts";
import type { Waiting } from "./record.ts";

/** Rightly signed notifications with wrong data, which a platform must compare before it books. */
const MISMATCHES: Readonly<Record<string, (amount: Money, unknown: string) => Given>> = {
  "amount-more": (amount) => ({ amount: { ...amount, value: amount.value + 1 } }),
  "amount-less": (amount) => ({ amount: { ...amount, value: Math.max(1, amount.value - 1) } }),
  "amount-scaled": (amount) => ({ amount: { ...amount, value: amount.value * 100 } }),
  currency: (amount) => ({ amount: { ...amount, currency: amount.currency === "USD" ? "EUR" : "USD" } }),
  "unknown-order": (_amount, unknown) => ({ number: unknown }),
};

export const mismatch: Check = {
  id: "notification.mismatch",
  requirement: "NOT-07",
  title: { en: "What does not match the order is refused and not booked", zh: "与订单不符的通知被拒绝且不入账" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: eachResource(RECORD, () => Object.keys(MISMATCHES)),
  async run(session, instance) {
    const name = caseOf(instance);
    const waits = await waiting(session, resourceOf(session.pack, instance));
    const { draft, record, subject } = waits;
    if (name === "currency") mustTellCurrency(session, draft);
    const before = await shownRecord(session, waits);
    const unknown = session.fresh();
    const changes = (MISMATCHES[name] as (amount: Money, unknown: string) => Given)(amountIn(session, draft), unknown);
    const wrong = saying(session, draft, changes);
    // The interface's own code; a schema that knows no other currency may refuse that too.
    const codes = [...wrong.interface.errors, ...(name === "currency" ? [session.code("schema")] : [])];
    session.expectRefusal(await session.send(wrong, { label: `${name}: ${JSON.stringify(changes)}` }), codes, {
      en: "Amount and order are taken from the notification and not compared with what was ordered.",
      zh: "直接采用通知中的金额与订单，未与原订单比对。",
    });
    await expectUntouched(session, waits, before, {
      en: `a notification that does not match (${name}) changed the ${record.name}`,
      zh: `不符的通知（${name}）改变了 ${record.name}`,
    });
    if (name === "unknown-order") await expectNone(session, waits, unknown);
    await tellOf(session, waits);
    await expectRecord(session, waits, "succeeded", {
      en: `the right notification of its ${subject.name}`,
      zh: `正确的 ${subject.name} 通知`,
    });
  },
};

/** Skips a case about currencies where amounts are told without one. */
function mustTellCurrency(session: Session, { interface: one }: Draft): void {
  const place = session.pack.meanings(one).asked("amount")[0];
  if (place === undefined || moneyAt(session.pack, one.request[place.part], place.path)?.members === undefined)
    session.skip(`amounts of ${one.id} name no currency`, `${one.id} 的金额不带币种`, "not-demanded");
}

/** Holds that there is no record under a number that was told of, and never placed. */
async function expectNone(session: Session, { record }: Waiting, unknown: string): Promise<void> {
  const one = needed(session, record, "reads");
  const { answer } = await session.ask(one, { number: unknown }, `${one.id} of the unknown number`);
  if (answer?.status === one.response.status)
    session.fail({
      summary: {
        en: `a notification created a ${record.name} that was never placed`,
        zh: `通知凭空创建了 ${record.name}`,
      },
      expected: { en: `no such ${record.name}`, zh: `没有该 ${record.name}` },
      seen: asJson(answer.json),
    });
}

export const refundMismatch: Check = {
  id: "notification.refund-mismatch",
  requirement: "NOT-07",
  title: {
    en: "A refund beyond the order, or of an unknown one, is not booked",
    zh: "超出订单或订单不存在的退款通知不入账",
  },
  effort: "standard",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: eachResource(REVERSIBLE_RECORD, () => ["more-than-paid", "more-than-left", "unknown-order"]),
  async run(session, instance) {
    const name = caseOf(instance);
    const waits = await waiting(session, resourceOf(session.pack, instance));
    await tellOf(session, waits);
    await expectRecord(session, waits, "succeeded", {
      en: `its ${waits.subject.name}`,
      zh: `${waits.subject.name} 通知`,
    });
    const whole = amountIn(session, waits.draft);
    // What was refunded before is no longer there to be refunded.
    const part = name === "more-than-left" ? Math.floor(whole.value / 2) : 0;
    if (name === "more-than-left" && part === 0)
      session.inconclusive("the order is too small to be refunded in parts", "订单金额过小，无法部分退款");
    if (part > 0)
      session.expectSuccess(
        await session.send(await reversalTold(session, waits, { ...whole, value: part }), {
          label: "a part of it refunded",
        }),
      );
    const before = await recordGivenBack(session, waits, part);
    const left: Money = { ...whole, value: whole.value - part };
    const right = await reversalTold(session, waits, left);
    const changes: Given =
      name === "unknown-order" ? { of: session.fresh() } : { amount: { ...left, value: left.value + 1 } };
    session.expectRefusal(
      await session.send(saying(session, right, { ...changes, number: session.fresh() }), { label: name }),
      right.interface.errors,
    );
    await expectUntouched(session, waits, before, {
      en: `a refund notification that does not match (${name}) changed the ${waits.record.name}`,
      zh: `不符的退款通知（${name}）改变了 ${waits.record.name}`,
    });
    session.expectSuccess(await session.send(right, { label: "the right refund" }));
  },
};
