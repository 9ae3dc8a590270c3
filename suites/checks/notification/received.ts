import type { Check, Needs } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Session } from "../../session.ts";
import { withFields } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { besideCall, isLate } from "../beside.ts";

/*
 * A platform as SUT: we play its bank and tell it of payments. What became of an order is read by `order.query` alone.
 */

export const NOTIFY = "notify.payment_result";
const REFUND = "notify.refund_result";
export const NEEDS: Needs = { interfaces: [NOTIFY, "order.query"], fixtures: ["order.created"], hooks: ["fixtures"] };

/** An order that waits for its payment, and the notification that pays it. */
export interface Waiting {
  readonly draft: Draft;
  readonly number: string;
}

export async function waiting(session: Session): Promise<Waiting> {
  const draft = await session.request(NOTIFY);
  return { draft, number: String(carried(draft, "payment")["out_trade_no"]) };
}

export function carried(draft: Draft, name: string): Fields {
  return (draft.body?.[name] ?? {}) as Fields;
}

/** The same notification with other values in what it carries, and a notify_id of its own unless it is a repetition. */
export function saying(session: Session, draft: Draft, name: string, changes: Fields): Draft {
  return withFields(draft, { notify_id: session.fresh(), [name]: { ...carried(draft, name), ...changes } });
}

export async function order(session: Session, number: string): Promise<Fields> {
  return session.expectSuccess(
    await session.send(await session.request("order.query", { out_trade_no: number }), { label: "order.query" }),
  );
}

/** Holds that the order has this state, and is otherwise what it was made as. */
export async function expectState(
  session: Session,
  number: string,
  state: string,
  after: { readonly en: string; readonly zh: string },
): Promise<Fields> {
  const seen = await order(session, number);
  session.judged();
  if (seen["state"] === state) return seen;
  return session.fail({
    summary: {
      en: `after ${after.en} the order is ${String(seen["state"])}`,
      zh: `${after.zh}后订单状态为 ${String(seen["state"])}`,
    },
    expected: state,
    seen: JSON.stringify(seen),
  });
}

const amountOf = (body: Fields): number => Number((body["amount"] as Fields | undefined)?.["value"]);

export const duplicates: Check = {
  id: "notification.duplicates",
  requirement: "NOT-05",
  title: {
    en: "Twenty simultaneous duplicates have one effect, and each is acknowledged",
    zh: "20 条并发重复通知只生效一次且均获确认",
  },
  effort: "smoke",
  roles: ["platform"],
  needs: NEEDS,
  each: ({ provided }) => [
    { id: "payment" },
    { id: "refund", interface: REFUND },
    ...provided
      .filter(({ id, notification }) => notification !== undefined && id !== NOTIFY && id !== REFUND)
      .map(({ id }) => ({ id: id.replace(/^notify\./, ""), interface: id, data: id })),
  ],
  async run(session, instance) {
    const n = Math.min(20, session.statement.limits.maxConcurrency);
    const acknowledged = (exchanges: readonly Exchange[]): void => {
      for (const one of exchanges) session.expectSuccess(one);
    };
    if (typeof instance.data === "string") {
      // What became of it is shown by no interface: that none of them fails on what another has just made is all there
      // is to see.
      const news = await session.request(instance.data);
      acknowledged(
        await session.race(
          Array.from({ length: n }, () => news),
          "duplicate",
        ),
      );
      return;
    }
    const { draft: payment, number } = await waiting(session);
    if (instance.id === "payment") {
      acknowledged(
        await session.race(
          Array.from({ length: n }, () => payment),
          "duplicate",
        ),
      );
      await expectState(session, number, "PAID", { en: `${n} duplicates of its payment`, zh: `${n} 条重复的支付通知` });
      return;
    }
    session.expectSuccess(await session.send(payment, { label: "the order is paid" }));
    const made = await session.request(REFUND);
    // Small enough that a second booking would still fit into the order: only the sum then tells of it.
    const amount = {
      ...(carried(payment, "payment")["amount"] as Fields),
      value: Math.max(1, Math.floor(amountOf(carried(payment, "payment")) / (n + 1))),
    };
    const refund = saying(session, made, "refund", {
      out_trade_no: number,
      out_refund_no: session.fresh(),
      amount: amount as Json,
    });
    acknowledged(
      await session.race(
        Array.from({ length: n }, () => refund),
        "duplicate",
      ),
    );
    const seen = await order(session, number);
    session.judged();
    const refunded = seen["refunded"] as Fields | undefined;
    if (refunded === undefined || equal(refunded["value"], amount.value)) return;
    session.fail({
      summary: {
        en: `${n} duplicates of one refund were booked more than once`,
        zh: `${n} 条重复的退款通知被重复入账`,
      },
      expected: `refunded ${amount.value}`,
      seen: `refunded ${JSON.stringify(refunded)}`,
      likelyCause: {
        en: "The number is looked up first and booked afterwards, without a unique key in between.",
        zh: "先查后入账，缺少唯一键约束。",
      },
    });
  },
};

/** How a payment can end, and what its order then is. */
const ENDS = { SUCCEEDED: "PAID", FAILED: "FAILED", CLOSED: "CLOSED" } as const;

/**
 * Later and older news of one order. Whether an older one is acknowledged or refused is the platform's affair; that
 * nothing goes back is not.
 */
export const noWayBack: Check = {
  id: "notification.no-way-back",
  requirement: "NOT-06",
  title: { en: "An older notification never takes an order back", zh: "旧通知不得使订单回退" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: () =>
    Object.keys(ENDS).flatMap((first) =>
      [...Object.keys(ENDS), "PROCESSING"]
        .filter((then) => then !== first)
        .map((then) => ({ id: `${first}-then-${then}`, data: [first, then] })),
    ),
  async run(session, instance) {
    const [first, then] = instance.data as readonly [keyof typeof ENDS, string];
    const made = await waiting(session);
    const draft = saying(session, made.draft, "payment", { state: first });
    session.expectSuccess(await session.send(draft, { label: `the payment: ${first}` }));
    const before = await expectState(session, made.number, ENDS[first], {
      en: `its payment was ${first}`,
      zh: `支付结果 ${first}`,
    });
    await session.send(saying(session, draft, "payment", { state: then }), { label: `and then: ${then}` });
    const after = await order(session, made.number);
    session.judged();
    if (!equal(before, after))
      session.fail({
        summary: {
          en: `an order that was ${ENDS[first]} was changed by a later notification of ${then}`,
          zh: `状态为 ${ENDS[first]} 的订单被随后到达的 ${then} 通知改变`,
        },
        expected: JSON.stringify(before),
        seen: JSON.stringify(after),
        likelyCause: {
          en: "The state of the notification is stored without a check of the present state.",
          zh: "未检查当前状态即写入通知状态。",
        },
      });
    session.expectSuccess(
      await session.send(withFields(draft, { notify_id: session.fresh() }), { label: `${first} once more` }),
    );
  },
};

/** News that is not the end: the order stays open, and is paid by the success that follows. */
export const stillOpen: Check = {
  id: "notification.still-open",
  requirement: "NOT-06",
  title: { en: "A payment in processing does not end its order", zh: "处理中的通知不终结订单" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  async run(session) {
    const { draft, number } = await waiting(session);
    const before = await order(session, number);
    await session.send(saying(session, draft, "payment", { state: "PROCESSING" }), {
      label: "the payment: PROCESSING",
    });
    await expectState(session, number, String(before["state"]), { en: "its payment was PROCESSING", zh: "支付处理中" });
    session.expectSuccess(await session.send(draft, { label: "the payment succeeded" }));
    await expectState(session, number, ENDS.SUCCEEDED, { en: "its payment", zh: "支付" });
  },
};

export const refundFirst: Check = {
  id: "notification.refund-before-payment",
  requirement: "NOT-06",
  title: {
    en: "A refund notified before its payment loses neither",
    zh: "退款通知先于支付通知到达时两者均不丢失",
  },
  effort: "standard",
  isolated: true,
  roles: ["platform"],
  needs: { ...NEEDS, interfaces: [NOTIFY, REFUND, "order.query"] },
  async run(session) {
    const { draft, number } = await waiting(session);
    const amount = carried(draft, "payment")["amount"] as Json;
    const made = await session.request(REFUND);
    const refund = saying(session, made, "refund", { out_trade_no: number, out_refund_no: session.fresh(), amount });
    const early = await session.send(refund, { label: "the refund, ahead of its payment" });
    session.expectSuccess(await session.send(draft, { label: "the payment" }));
    await expectState(session, number, "PAID", { en: "a refund and then its payment", zh: "先退款后支付的通知" });
    // One that was not acknowledged comes again, as a bank's would.
    if (!session.pack.succeeds(refund.interface, early.answer?.status))
      session.expectSuccess(await session.send(refund, { label: "the refund again" }));
    const seen = await order(session, number);
    session.judged();
    if (seen["refunded"] === undefined || equal((seen["refunded"] as Fields)["value"], (amount as Fields)["value"]))
      return;
    session.fail({
      summary: {
        en: "a refund notified before its payment was lost, or booked twice",
        zh: "先于支付到达的退款通知丢失或重复入账",
      },
      expected: `refunded ${JSON.stringify(amount)}`,
      seen: JSON.stringify(seen["refunded"]),
    });
  },
};

/** Rightly signed notifications with wrong data, which a platform must compare before it books. */
const MISMATCHES: Readonly<Record<string, (payment: Fields, unknown: string) => Fields>> = {
  "amount-more": (payment) => ({ amount: { ...(payment["amount"] as Fields), value: amountOf(payment) + 1 } }),
  "amount-less": (payment) => ({
    amount: { ...(payment["amount"] as Fields), value: Math.max(1, amountOf(payment) - 1) },
  }),
  "amount-scaled": (payment) => ({ amount: { ...(payment["amount"] as Fields), value: amountOf(payment) * 100 } }),
  currency: (payment) => ({
    amount: {
      ...(payment["amount"] as Fields),
      currency: (payment["amount"] as Fields)["currency"] === "USD" ? "EUR" : "USD",
    },
  }),
  "unknown-order": (_payment, unknown) => ({ out_trade_no: unknown }),
};

export const mismatch: Check = {
  id: "notification.mismatch",
  requirement: "NOT-07",
  title: { en: "What does not match the order is refused and not booked", zh: "与订单不符的通知被拒绝且不入账" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: () => Object.keys(MISMATCHES).map((id) => ({ id })),
  async run(session, instance) {
    const { draft, number } = await waiting(session);
    const before = await order(session, number);
    const unknown = session.fresh();
    const changes = (MISMATCHES[instance.id] as (payment: Fields, unknown: string) => Fields)(
      carried(draft, "payment"),
      unknown,
    );
    const wrong = saying(session, draft, "payment", changes);
    // The interface's own code; a schema that knows no other currency may refuse that too.
    const codes = [...wrong.interface.errors, ...(instance.id === "currency" ? [session.code("schema")] : [])];
    session.expectRefusal(await session.send(wrong, { label: `${instance.id}: ${JSON.stringify(changes)}` }), codes, {
      en: "Amount and order are taken from the notification and not compared with what was ordered.",
      zh: "直接采用通知中的金额与订单，未与原订单比对。",
    });
    const after = await order(session, number);
    session.judged();
    if (!equal(before, after))
      session.fail({
        summary: {
          en: `a notification that does not match (${instance.id}) changed the order`,
          zh: `不符的通知（${instance.id}）改变了订单`,
        },
        expected: JSON.stringify(before),
        seen: JSON.stringify(after),
      });
    if (instance.id === "unknown-order") {
      const answer = await session.send(await session.request("order.query", { out_trade_no: unknown }), {
        label: "order.query of the unknown order",
      });
      if (answer.answer?.status === answer.draft.interface.response.status)
        session.fail({
          summary: { en: "a notification created an order that was never placed", zh: "通知凭空创建了订单" },
          expected: "no such order",
          seen: JSON.stringify(answer.answer.json),
        });
    }
    session.expectSuccess(await session.send(draft, { label: "the right one" }));
    await expectState(session, number, "PAID", { en: "the right notification", zh: "正确的通知" });
  },
};

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
  needs: { ...NEEDS, interfaces: [NOTIFY, REFUND, "order.query"] },
  each: () => [{ id: "more-than-paid" }, { id: "more-than-left" }, { id: "unknown-order" }],
  async run(session, instance) {
    const { draft, number } = await waiting(session);
    session.expectSuccess(await session.send(draft, { label: "the payment" }));
    const paid = carried(draft, "payment")["amount"] as Fields;
    const made = saying(session, await session.request(REFUND), "refund", {
      out_trade_no: number,
      out_refund_no: session.fresh(),
      amount: paid as Json,
    });
    // What was refunded before is no longer there to be refunded.
    const part = instance.id === "more-than-left" ? Math.floor(Number(paid["value"]) / 2) : 0;
    if (instance.id === "more-than-left" && part === 0)
      session.inconclusive("the order is too small to be refunded in parts", "订单金额过小，无法部分退款");
    if (part > 0)
      session.expectSuccess(
        await session.send(
          saying(session, made, "refund", { out_refund_no: session.fresh(), amount: { ...paid, value: part } as Json }),
          { label: "a part of it refunded" },
        ),
      );
    const before = await order(session, number);
    const amount: Fields = { ...paid, value: Number(paid["value"]) - part };
    const right = saying(session, made, "refund", { amount: amount as Json });
    const changes: Fields =
      instance.id === "unknown-order"
        ? { out_trade_no: session.fresh() }
        : { amount: { ...amount, value: Number(amount["value"]) + 1 } };
    session.expectRefusal(
      await session.send(saying(session, right, "refund", { ...changes, out_refund_no: session.fresh() }), {
        label: instance.id,
      }),
      right.interface.errors,
    );
    const after = await order(session, number);
    session.judged();
    if (!equal(before, after))
      session.fail({
        summary: {
          en: `a refund notification that does not match (${instance.id}) changed the order`,
          zh: `不符的退款通知（${instance.id}）改变了订单`,
        },
        expected: JSON.stringify(before),
        seen: JSON.stringify(after),
      });
    session.expectSuccess(await session.send(right, { label: "the right refund" }));
  },
};

export const promptly: Check = {
  id: "notification.promptly",
  requirement: "NOT-08",
  title: { en: "Notifications are acknowledged in time", zh: "在时限内确认通知" },
  effort: "standard",
  roles: ["platform"],
  needs: NEEDS,
  async run(session) {
    const limitMs = session.pack.policies.notification.acknowledgeWithinSeconds * 1000;
    const drafts = [];
    for (let count = 0; count < 5; count += 1) drafts.push((await waiting(session)).draft);
    for (const draft of drafts) {
      const exchange = await session.send(draft, { label: "notification" });
      session.judged();
      // No answer within the pack's limit is late, whatever the statement's timeout is.
      const tookMs = exchange.wire.durationMs;
      const besideMs = tookMs > limitMs ? (await besideCall(session, draft)).wire.durationMs : 0;
      if (isLate({ tookMs, besideMs }, limitMs))
        session.fail({
          summary: { en: "a notification was not acknowledged in time", zh: "未在时限内确认通知" },
          expected: `an answer within ${limitMs} ms${besideMs === 0 ? "" : `, beside the ${besideMs} ms of an ordinary call`}`,
          seen: `${exchange.answer === undefined ? "none" : "one"} after ${exchange.wire.durationMs} ms`,
          likelyCause: { en: "The work is done before the acknowledgement.", zh: "先处理业务后确认。" },
        });
      session.expectSuccess(exchange);
    }
  },
};

export const kept: Check = {
  id: "notification.kept",
  requirement: "NOT-10",
  title: { en: "What was acknowledged has its effect after a crash", zh: "已确认的通知在崩溃后仍生效" },
  effort: "standard",
  roles: ["platform"],
  needs: { ...NEEDS, hooks: ["fixtures", "restart"] },
  async run(session) {
    const told: Waiting[] = [];
    for (let count = 0; count < 5; count += 1) told.push(await waiting(session));
    for (const { draft } of told) session.expectSuccess(await session.send(draft, { label: "notification" }));
    await session.restart("kill");
    const deadline = session.run.runtime.now() + session.statement.limits.settleWithinSeconds * 1000;
    for (const { number } of told) {
      session.judged();
      // The work may be done after the acknowledgement, but an order that is not paid, or not known any more, once the
      // time for it is over has lost what was acknowledged.
      for (;;) {
        const { answer } = await session.send(await session.request("order.query", { out_trade_no: number }), {
          label: "order.query",
        });
        const seen = (answer?.json ?? {}) as Fields;
        if (seen["state"] === "PAID") break;
        if (session.run.runtime.now() >= deadline)
          session.fail({
            summary: { en: "an acknowledged payment was lost in a crash", zh: "已确认的支付通知在崩溃后丢失" },
            expected: "PAID",
            seen: answer === undefined ? "no answer" : JSON.stringify(seen),
          });
        await session.sleep(200);
      }
    }
    const [first] = told;
    // And it is remembered: the bank that never saw its acknowledgement sends it again.
    if (first !== undefined)
      session.expectSuccess(
        await session.send(withFields(first.draft, {}), { label: "the same notification after the crash" }),
      );
  },
};

/**
 * How much earlier than the answer that shows it an order may have been paid, and by how much rounding may make it
 * later.
 */
const EARLIER_SECONDS = 60;
const LATER_SECONDS = 2;

export const paidAt: Check = {
  id: "notification.paid-at",
  requirement: "CON-10",
  title: {
    en: "A paid order shows its payment time, and a waiting one shows none",
    zh: "刚支付的订单给出支付时间，待支付的不给出",
  },
  effort: "standard",
  roles: ["platform"],
  needs: NEEDS,
  async run(session) {
    const { draft, number } = await waiting(session);
    const before = await order(session, number);
    const fail = (en: string, zh: string, expected: string, seen: Fields): never =>
      session.fail({
        summary: { en, zh },
        expected,
        seen: JSON.stringify(seen),
        likelyCause: {
          en: "A local time is written with another zone's offset, or the time of the order is given for that of its payment.",
          zh: "本地时间使用了错误的时区偏移，或以下单时间代替支付时间。",
        },
      });
    session.judged();
    if (before["paid_at"] !== undefined)
      fail(
        "an order that waits for its payment says when it was paid",
        "待支付的订单给出了支付时间",
        "no paid_at",
        before,
      );
    // The bank says the same time, whether the platform takes its own or the bank's.
    const now = session.pack.calendar.rfc3339(session.sutNow());
    session.expectSuccess(
      await session.send(saying(session, draft, "payment", { created_at: now, settled_at: now }), {
        label: "the payment",
      }),
    );
    const exchange = await session.send(await session.request("order.query", { out_trade_no: number }), {
      label: "order.query, once it is paid",
    });
    const seen = session.expectSuccess(exchange);
    if (seen["state"] !== "PAID")
      session.inconclusive(
        `after its payment the order is ${String(seen["state"])}`,
        `支付后订单状态为 ${String(seen["state"])}`,
      );
    const signature = exchange.answer?.signature;
    const told =
      signature?.ok === true
        ? signature.timestampSeconds
        : session.inconclusive("the answer does not say when it was signed", "应答没有签名时间");
    const paid = Math.floor(Date.parse(String(seen["paid_at"])) / 1000);
    if (paid >= told - EARLIER_SECONDS && paid <= told + LATER_SECONDS) return;
    fail(
      seen["paid_at"] === undefined
        ? "a paid order does not say when it was paid"
        : "an order says another time than that at which it was paid",
      seen["paid_at"] === undefined ? "已支付的订单没有支付时间" : "订单的支付时间与实际不符",
      `paid_at within ${EARLIER_SECONDS} s before ${session.pack.calendar.rfc3339(told * 1000)}`,
      seen,
    );
  },
};
