import type { Part } from "../../../core/pack/purpose.ts";
import { alike, asJson } from "../../../core/text/alike.ts";
import { balanceOf, entriesUnder, today } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { caseOf, eachResource, resourceOf } from "../../check.ts";
import { CHARGE, CLOSABLE, REVERSAL, originalOf } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import {
  accountOf,
  closable,
  expectOutcome,
  handleFor,
  look,
  needed,
  reverse,
  settled,
  shownBy,
  succeeded,
} from "../resource-steps.ts";
import { expectMoved, quietBalance } from "../steps.ts";

const AMOUNT = 137;

/** One over data with which it settles late, caught while it is open. */
async function processing(
  session: Session,
  resource: Resource,
  part: Part,
): Promise<{ readonly draft: Draft; readonly shown: Shown }> {
  const scenario = session.scenario(resource, part);
  const create = needed(session, resource, "creates");
  const draft = await session.make(create, { amount: AMOUNT }, { scenario });
  const shown = await shownBy(session, resource, await session.send(draft, { label: "pay, to be settled late" }));
  if (shown.outcome !== "open")
    session.inconclusive(
      `a payment of ${scenario} was ${String(shown.state)} at once`,
      `场景 ${scenario} 的支付立即为 ${String(shown.state)}`,
    );
  return { draft, shown };
}

async function stillOpen(session: Session, resource: Resource, draft: Draft): Promise<boolean> {
  return (await look(session, resource, draft)).outcome === "open";
}

export const lateSuccess: Check = {
  id: "lifecycle.late-success",
  requirement: "LIF-02",
  title: { en: "A late success arrives and is booked once", zh: "延迟成功到达且仅记账一次" },
  effort: "smoke",
  isolated: true,
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const account = await accountOf(session, resource, "settles-late");
    const before = await quietBalance(session, account);
    const from = today(session);
    const { draft, shown } = await processing(session, resource, "settles-late");
    const end = await settled(session, resource, draft);
    expectOutcome(session, resource, end, "succeeded", {
      en: "a payment that settles late did not succeed",
      zh: "延迟结算的支付未成功",
    });
    if (end.text("settled") === undefined)
      session.fail({
        summary: { en: "a succeeded payment does not say when it settled", zh: "成功的支付没有完成时间" },
        expected: { en: "a field that is settled", zh: "有完成时间字段（settled）" },
        seen: asJson(undefined),
      });
    expectMoved(
      session,
      before,
      await balanceOf(session, account),
      { posted: -AMOUNT, available: -AMOUNT, pending: 0 },
      {
        en: "a late success did not move the balance by its amount, once",
        zh: "延迟成功未按金额恰好记账一次",
      },
    );
    const entries = await entriesUnder(session, account, from, shown.text("number"));
    const first = entries[0];
    if (entries.length !== 1 || first?.amount !== AMOUNT || first.direction !== "debit")
      session.fail({
        summary: { en: "a late success is not booked once", zh: "延迟成功未恰好记账一次" },
        expected: {
          en: `one debit of ${AMOUNT} under ${String(shown.text("number"))}`,
          zh: `${String(shown.text("number"))} 之下有一笔 ${AMOUNT} 的借记`,
        },
        seen: asJson(entries),
      });
  },
};

export const lateFailure: Check = {
  id: "lifecycle.late-failure",
  requirement: "LIF-03",
  title: { en: "A late failure moves no money", zh: "延迟失败不动账" },
  effort: "smoke",
  isolated: true,
  each: eachResource(CHARGE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const account = await accountOf(session, resource, "fails-late");
    const before = await quietBalance(session, account);
    const from = today(session);
    const { draft, shown } = await processing(session, resource, "fails-late");
    const meanwhile = await balanceOf(session, account);
    // Only where it was still open after the balance was read does the balance belong to an open payment.
    if (await stillOpen(session, resource, draft))
      expectMoved(
        session,
        before,
        meanwhile,
        { available: -AMOUNT, posted: 0 },
        {
          en: "a processing payment does not hold its money",
          zh: "处理中的支付未占用资金",
        },
      );
    const end = await settled(session, resource, draft);
    expectOutcome(session, resource, end, "failed", {
      en: "a payment that fails late did not fail",
      zh: "延迟失败的支付未失败",
    });
    if (end.text("reason") === undefined)
      session.fail({
        summary: { en: "a failed payment does not say why", zh: "失败的支付没有失败原因" },
        expected: { en: "a field that is a reason", zh: "有失败原因字段（reason）" },
        seen: asJson(undefined),
      });
    expectMoved(
      session,
      before,
      await balanceOf(session, account),
      { available: 0, pending: 0, posted: 0 },
      {
        en: "a failed payment left a trace in the balance",
        zh: "失败的支付影响了余额",
      },
    );
    const entries = await entriesUnder(session, account, from, shown.text("number"));
    if (entries.length > 0)
      session.fail({
        summary: { en: "a failed payment appears in the statement", zh: "失败的支付出现在明细中" },
        expected: { en: "no entry", zh: "无明细" },
        seen: asJson(entries),
      });
  },
};

export const closeProcessing: Check = {
  id: "lifecycle.close-processing",
  requirement: "LIF-07",
  title: { en: "A processing payment is not closed", zh: "处理中的支付不可关单" },
  effort: "smoke",
  isolated: true,
  each: eachResource(CLOSABLE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const close = needed(session, resource, "ends");
    session.codes(close, "in-flight");
    const { draft } = await processing(session, resource, "settles-late");
    const closing = await session.ask(close, handleFor(session, close, draft), "close a processing payment");
    const late = session.pack.resources.codes(close, "succeeded").includes(closing.answer?.code ?? "");
    if (late && !(await stillOpen(session, resource, draft)))
      session.inconclusive("the payment settled before it could be closed", "关单前支付已结算");
    session.expectRefusedFor(closing, "in-flight");
    expectOutcome(session, resource, await settled(session, resource, draft), "succeeded", {
      en: "a refused close changed the payment",
      zh: "被拒绝的关单改变了支付",
    });
  },
};

export const notRefundable: Check = {
  id: "lifecycle.not-refundable",
  requirement: "LIF-10",
  title: { en: "Only a succeeded payment is refunded", zh: "仅成功的支付可退款" },
  effort: "smoke",
  isolated: true,
  each: eachResource(REVERSAL, () => ["processing", "failed", "closed"]),
  async run(session, instance) {
    const refund = resourceOf(session.pack, instance);
    const payment =
      originalOf(session.pack, refund) ??
      session.skip("the pack has nothing to refund", "规范包中没有可退款的资源", "not-demanded");
    const how = caseOf(instance) as "processing" | "failed" | "closed";
    const good = await succeeded(session, payment, { amount: AMOUNT });
    const draft = how === "closed" ? await closed(session, payment) : await unsettled(session, payment, how);
    const one = needed(session, refund, "creates");
    const refused = await session.ask(
      one,
      { ...handleAsOriginal(session, payment, draft), amount: 1 },
      `refund of a number that is ${how}`,
    );
    if (
      how === "processing" &&
      refused.answer?.status === one.response.status &&
      !(await stillOpen(session, payment, draft))
    )
      session.inconclusive("the payment settled before it could be refunded", "退款前支付已结算");
    session.expectRefusedFor(refused, how === "closed" ? ["not-found", "unsettled"] : "unsettled");
    const query = needed(session, refund, "reads");
    session.expectRefusedFor(
      await session.ask(query, handleFor(session, query, refused.draft), "query of the refused refund"),
      "not-found",
    );
    // The neighbour differs in the payment's state alone.
    const accepted = session.expectShown(await reverse(session, refund, good, 1, "refund of a succeeded payment"));
    if (accepted.minor("amount") !== 1)
      session.fail({
        summary: { en: "a refund was answered with another amount", zh: "退款应答金额不符" },
        expected: alike("1"),
        seen: alike(String(accepted.minor("amount"))),
      });
  },
};

/** A number that was closed before it was paid. */
async function closed(session: Session, payment: Resource): Promise<Draft> {
  const close = needed(session, payment, "ends");
  const draft = await closable(session, payment, AMOUNT);
  session.expectSuccess(await session.ask(close, handleFor(session, close, draft), "close a number that is not paid"));
  return draft;
}

async function unsettled(session: Session, payment: Resource, how: "processing" | "failed"): Promise<Draft> {
  const { draft } = await processing(session, payment, how === "failed" ? "fails-late" : "settles-late");
  if (how === "processing") return draft;
  const end = await settled(session, payment, draft);
  if (end.outcome !== "failed")
    session.inconclusive(
      `the payment that was to fail ended ${String(end.state)}`,
      `应失败的支付终态为 ${String(end.state)}`,
    );
  return draft;
}

/** How a refund names what a request asked for. */
function handleAsOriginal(session: Session, payment: Resource, draft: Draft) {
  const query = needed(session, payment, "reads");
  const [value] = Object.values(handleFor(session, query, draft));
  return { of: value ?? null };
}
