import { shownText } from "../shown-steps.ts";
import { balanceOf } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { REVERSAL, originalOf } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import {
  accountOf,
  created,
  expectMinor,
  expectOutcome,
  look,
  needed,
  reverse,
  settled,
  succeeded,
} from "../resource-steps.ts";
import { expectMoved, quietBalance } from "../steps.ts";

/** The resource that a reversal gives back; the kind of the check's instances says that there is one. */
function original(session: Session, reversal: Resource): Resource {
  return (
    originalOf(session.pack, reversal) ??
    session.skip(
      `no interface of the pack speaks of what ${reversal.name} reverses`,
      `规范包中没有 ${reversal.name} 所退回的资源`,
      "not-demanded",
    )
  );
}

const SHOWS_REFUNDED = { en: "the payment does not show what was refunded", zh: "支付未显示累计退款" };

export const refundsUpToPaid: Check = {
  id: "lifecycle.refund-sum",
  requirement: "LIF-08",
  title: { en: "Refunds may reach the payment's amount and not exceed it", zh: "退款可至支付金额，多一分即拒" },
  effort: "smoke",
  isolated: true,
  each: eachResource(REVERSAL),
  async run(session, instance) {
    const refund = resourceOf(session.pack, instance);
    const payment = original(session, refund);
    const account = await accountOf(session, payment);
    const before = await quietBalance(session, account);
    const paid = await succeeded(session, payment, { amount: 100 });
    session.expectRefusedFor(await reverse(session, refund, paid, 101, "refund one fen more than was paid"), "exceeds");
    for (const part of [30, 69]) session.expectSuccess(await reverse(session, refund, paid, part));
    session.expectRefusedFor(await reverse(session, refund, paid, 2, "refund one fen more than is left"), "exceeds");
    // The neighbour: exactly what is left.
    const last = session.expectShown(await reverse(session, refund, paid, 1, "refund what is left"));
    await settled(session, refund, last);
    session.expectRefusedFor(await reverse(session, refund, paid, 1, "refund when nothing is left"), "exceeds");
    expectMinor(session, await look(session, payment, paid), "returned", 100, SHOWS_REFUNDED);
    expectMoved(
      session,
      before,
      await quietBalance(session, account),
      { posted: 0 },
      {
        en: "a payment refunded in full did not leave the balance as it was",
        zh: "全额退款后余额未复原",
      },
    );
  },
};

/** What was paid late is given back like what was paid at once: to the same account, and no fen further. */
export const refundOfLate: Check = {
  id: "lifecycle.refund-of-late-payment",
  requirement: "LIF-08",
  title: {
    en: "A payment that settled late is refunded to the account that paid it",
    zh: "延迟成功的支付退款回到原账户",
  },
  effort: "standard",
  isolated: true,
  each: eachResource(REVERSAL),
  async run(session, instance) {
    const refund = resourceOf(session.pack, instance);
    const payment = original(session, refund);
    const scenario = session.scenario(payment, "settles-late");
    const account = await accountOf(session, payment, "settles-late");
    const before = await quietBalance(session, account);
    const paid = await succeeded(session, payment, { amount: 100 }, { scenario });
    const first = session.expectShown(await reverse(session, refund, paid, 60));
    session.expectRefusedFor(await reverse(session, refund, paid, 41, "refund one fen more than is left"), "exceeds");
    const last = session.expectShown(await reverse(session, refund, paid, 40, "refund what is left"));
    for (const one of [first, last]) await settled(session, refund, one);
    expectMoved(
      session,
      before,
      await quietBalance(session, account),
      { posted: 0 },
      {
        en: "a payment that settled late and was refunded in full did not leave the balance as it was",
        zh: "延迟成功的支付全额退款后余额未复原",
      },
    );
  },
};

/** So many reversals of one resource the pack allows, as its way to the refusal says. */
function mostOf(session: Session, refund: Resource): number {
  const one = needed(session, refund, "creates");
  const codes = session.codes(one, "too-many");
  const steps = session.pack.source.errors
    .filter(({ code }) => codes.includes(code))
    .flatMap(({ provoke }) => (provoke ?? []).filter((way) => way.in === one.id).flatMap(({ after }) => after ?? []));
  return (
    steps.find((step) => step.call === one.id && step.times !== undefined)?.times ??
    session.skip(
      `the pack does not say how many ${refund.name}s are too many (provoke, times)`,
      `规范包未说明 ${refund.name} 的次数上限（provoke 的 times）`,
      "not-demanded",
    )
  );
}

export const fiftyRefunds: Check = {
  id: "lifecycle.refund-count",
  requirement: "LIF-09",
  title: { en: "As many refunds of a payment as are allowed, and no more", zh: "同一支付的退款次数不超过上限" },
  effort: "standard",
  isolated: true,
  each: eachResource(REVERSAL),
  async run(session, instance) {
    const refund = resourceOf(session.pack, instance);
    const payment = original(session, refund);
    const most = mostOf(session, refund);
    const paid = await succeeded(session, payment, { amount: most + 10 });
    for (let count = 1; count <= most; count += 1)
      session.expectSuccess(await reverse(session, refund, paid, 1, `refund ${count} of ${most}`));
    session.expectRefusedFor(await reverse(session, refund, paid, 1, `refund ${most + 1}`), "too-many");
    expectMinor(session, await look(session, payment, paid), "returned", most, SHOWS_REFUNDED);
  },
};

export const lateRefund: Check = {
  id: "lifecycle.late-refund",
  requirement: "LIF-11",
  title: { en: "A processing refund counts at once", zh: "处理中的退款立即占用额度" },
  effort: "smoke",
  isolated: true,
  each: eachResource(REVERSAL),
  async run(session, instance) {
    const refund = resourceOf(session.pack, instance);
    const payment = original(session, refund);
    const scenario = session.scenario(refund, "settles-late");
    const { draft, shown } = await created(session, payment, { amount: 100 }, { scenario });
    const paid = await settled(session, payment, draft);
    const account = shownText(session, shown, "account");
    const before = await quietBalance(session, account);
    const first = session.expectShown(await reverse(session, refund, paid, 60));
    if (first.outcome !== "open")
      session.inconclusive(
        `a refund of ${scenario} was ${String(first.state)} at once`,
        `场景 ${scenario} 的退款立即为 ${String(first.state)}`,
      );
    session.expectRefusedFor(
      await reverse(session, refund, paid, 41, "refund one fen more than is left while the first is processing"),
      "exceeds",
      { en: "Only succeeded refunds are counted.", zh: "仅统计已成功的退款。" },
    );
    const second = session.expectShown(await reverse(session, refund, paid, 40, "refund what is left"));
    expectMinor(session, await look(session, payment, paid), "returned", 100, {
      en: "processing refunds are not counted as refunded",
      zh: "处理中的退款未计入累计退款",
    });
    for (const one of [first, second])
      expectOutcome(session, refund, await settled(session, refund, one), "succeeded", {
        en: "a late refund did not succeed",
        zh: "延迟退款未成功",
      });
    expectMoved(
      session,
      before,
      await balanceOf(session, account),
      { posted: 100 },
      {
        en: "late refunds were not credited once",
        zh: "延迟退款未恰好入账一次",
      },
    );
  },
};
