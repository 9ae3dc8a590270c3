import type { Defect } from "../defect.ts";
import { inInterface, inLifecycle, inPolicies, inTransition, withoutGuard } from "../parts/edit-pack.ts";
import { staleReads } from "../parts/stale-reads.ts";
import { writingBehind, keeping } from "../parts/stores.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Runtime, Transport } from "../../../core/runtime/runtime.ts";

type Row = Readonly<Record<string, Json>>;

const sending = (runtime: Runtime, send: (inner: Transport["send"]) => Transport["send"]): Runtime => ({
  ...runtime,
  now: () => runtime.now(),
  sleep: (ms, signal) => runtime.sleep(ms, signal),
  schedule: (ms, task) => runtime.schedule(ms, task),
  yield: () => runtime.yield(),
  random: (stream) => runtime.random(stream),
  offload: runtime.offload,
  transport: { send: send((request, signal) => runtime.transport.send(request, signal)) },
});

export const NOTIFICATION: readonly Defect[] = [
  {
    name: "any-2xx-acknowledges",
    role: "bank",
    requirement: "NOT-01",
    title: { en: "Every 2xx or 3xx counts as an acknowledgement", zh: "任意 2xx/3xx 均视为确认" },
    pack: (source) =>
      inPolicies(source, ["notification", "acknowledgeStatus"], [200, 201, 202, 204, 301, 302, 303, 307, 308]),
  },
  {
    name: "notified-once",
    role: "bank",
    requirement: "NOT-01",
    title: { en: "A notification is sent once and never again", zh: "通知失败后不重发" },
    pack: (source) => inPolicies(source, ["notification", "retrySeconds"], []),
  },
  {
    name: "retries-at-once",
    role: "bank",
    requirement: "NOT-02",
    title: { en: "Retries come every second", zh: "重发间隔不符合计划（每秒一次）" },
    pack: (source) =>
      inPolicies(
        source,
        ["notification", "retrySeconds"],
        source.manifest.policies.notification.retrySeconds.map(() => 1),
      ),
  },
  {
    name: "given-up-one-too-early",
    role: "bank",
    requirement: "NOT-02",
    title: { en: "The last attempt of the schedule is never made", zh: "少重发最后一次" },
    pack: (source) =>
      inPolicies(
        source,
        ["notification", "retrySeconds"],
        source.manifest.policies.notification.retrySeconds.slice(0, -1),
      ),
  },
  {
    name: "notified-without-its-fee",
    role: "bank",
    requirement: "NOT-17",
    title: { en: "A payment's notification does not say what it cost", zh: "支付通知缺少手续费" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "payment", "fee"], undefined),
  },
  {
    name: "cancellation-told-undated",
    role: "bank",
    requirement: "NOT-17",
    title: { en: "The notification of a cancelled binding does not say when", zh: "解约通知缺少解约时间" },
    pack: (source) =>
      inInterface(source, "notify.binding_change", ["notification", "body", "binding", "cancelled_at"], undefined),
  },
  {
    name: "notified-for-ever",
    role: "bank",
    requirement: "NOT-03",
    title: { en: "An acknowledgement ends nothing", zh: "确认后仍继续重发" },
    pack: (source) => inPolicies(source, ["notification", "acknowledgeStatus"], [299]),
  },
  {
    name: "no-patience",
    role: "bank",
    requirement: "NOT-03",
    title: { en: "An acknowledgement is waited for one second only", zh: "仅等待确认一秒" },
    pack: (source) => inPolicies(source, ["notification", "acknowledgeWithinSeconds"], 1),
  },
  {
    name: "new-id-for-each-attempt",
    role: "bank",
    requirement: "NOT-04",
    title: { en: "Each attempt has a notify_id of its own", zh: "每次重发更换 notify_id" },
    store: (store) =>
      keeping(store, (write) => {
        const row = write.value as { readonly body?: Row; readonly attempts?: number } | undefined;
        return write.collection !== "outbox" || row?.body === undefined || (row.attempts ?? 0) === 0
          ? write
          : {
              ...write,
              value: {
                ...row,
                body: { ...row.body, notify_id: `${String(row.body["notify_id"])}${row.attempts ?? 0}` },
              } as Json,
            };
      }),
  },
  {
    name: "one-id-for-all-events",
    role: "bank",
    requirement: "NOT-04",
    title: { en: "Every notification has the same notify_id", zh: "不同通知使用同一 notify_id" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "notify_id"], "ntf_always_the_same"),
  },
  {
    name: "one-nonce-for-all-attempts",
    role: "bank",
    requirement: "NOT-04",
    title: { en: "Every notification carries the same nonce", zh: "通知的随机串固定不变" },
    runtime: (runtime) => ({
      ...sending(runtime, (send) => send),
      random: (stream) =>
        stream === "nonce"
          ? { bytes: (count) => new Uint8Array(count).fill(7), below: () => 7 }
          : runtime.random(stream),
    }),
  },
  {
    name: "notified-as-text",
    role: "bank",
    requirement: "NOT-16",
    title: { en: "Notifications are called plain text", zh: "通知的 Content-Type 错误" },
    runtime: (runtime) =>
      sending(
        runtime,
        (send) => (request, signal) =>
          send(
            {
              ...request,
              headers: request.headers.map(([name, value]) =>
                name === "Content-Type" ? ([name, "text/plain"] as const) : ([name, value] as const),
              ),
            },
            signal,
          ),
      ),
  },
  {
    name: "notification-unsigned",
    role: "bank",
    requirement: "NOT-16",
    title: { en: "Notifications are not signed", zh: "通知未签名" },
    runtime: (runtime) =>
      sending(
        runtime,
        (send) => (request, signal) =>
          send({ ...request, headers: request.headers.filter(([name]) => name !== "Authorization") }, signal),
      ),
  },
  {
    name: "redirect-followed",
    role: "bank",
    requirement: "NOT-12",
    title: { en: "The notifier follows redirects", zh: "通知跟随重定向" },
    runtime: (runtime) =>
      sending(runtime, (send) => async (request, signal) => {
        const response = await send(request, signal);
        const location = response.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
        return response.status >= 300 && response.status < 400 && location !== undefined
          ? send({ ...request, url: new URL(location, request.url).href }, signal)
          : response;
      }),
  },
  {
    name: "lost-in-a-crash",
    role: "bank",
    requirement: "NOT-09",
    title: { en: "What is to be notified is kept in memory", zh: "通知未落库，崩溃即丢失" },
    store: (store, runtime) =>
      writingBehind(store, runtime, Number.POSITIVE_INFINITY, ({ collection }) => collection === "outbox"),
  },
  {
    name: "target-unchecked",
    role: "bank",
    requirement: "NOT-11",
    title: { en: "Any target is taken", zh: "不校验通知地址" },
    pack: (source) => withoutGuard(source, "payment.create", "NOTIFY_URL_NOT_ALLOWED"),
  },
  {
    name: "refund-target-unchecked",
    role: "bank",
    requirement: "NOT-11",
    title: { en: "The target of a payment is checked, that of a refund is not", zh: "退款不校验通知地址" },
    pack: (source) => withoutGuard(source, "refund.create", "NOTIFY_URL_NOT_ALLOWED"),
  },
  {
    name: "one-sender",
    role: "bank",
    requirement: "NOT-13",
    title: {
      en: "Notifications are sent one after another, and a dead target holds them all up",
      zh: "通知串行发送，被死链阻塞",
    },
    runtime: (runtime) => {
      let last: Promise<unknown> = Promise.resolve();
      return sending(runtime, (send) => (request, signal) => {
        const sent = last.then(() => send(request, signal));
        last = sent.catch(() => undefined);
        return sent;
      });
    },
  },
  {
    name: "notified-amount-differs",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "The notification tells the amount less the fee", zh: "通知金额扣除了手续费" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "payment", "amount"], {
        if: [{ exists: ["$payment.fee"] }, { "money.sub": ["$payment.amount", "$payment.fee"] }, "$payment.amount"],
      }),
  },
  {
    name: "notified-time-of-another-zone",
    role: "bank",
    requirement: "CON-10",
    title: { en: "A notification tells a local time with another zone's offset", zh: "通知时间的时区偏移错误" },
    pack: (source) =>
      inInterface(source, "notify.payout_result", ["notification", "body", "occurred_at"], {
        "time.rfc3339": [{ "time.add-seconds": ["$now", -28_800] }],
      }),
  },
  {
    name: "notified-undated",
    role: "bank",
    requirement: "CON-10",
    title: { en: "A notification of a refund does not say when it happened", zh: "退款通知未给出发生时间" },
    pack: (source) => inInterface(source, "notify.refund_result", ["notification", "body", "occurred_at"], undefined),
  },
  {
    name: "one-id-for-binding-changes",
    role: "bank",
    requirement: "NOT-04",
    title: {
      en: "Every notification of a binding change has the same notify_id",
      zh: "绑卡变更通知使用同一 notify_id",
    },
    pack: (source) =>
      inInterface(source, "notify.binding_change", ["notification", "body", "notify_id"], "ntf_binding_change_1"),
  },
  {
    name: "cancelled-binding-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "A binding that is cancelled is not told of", zh: "解约未通知" },
    pack: (source) => inTransition(source, "binding.cancel", ["to", 0, "notify"], []),
  },
  {
    name: "return-notified-undated",
    role: "bank",
    requirement: "CON-10",
    title: { en: "A notification of a return does not say when it was returned", zh: "退票通知未给出退回时间" },
    pack: (source) =>
      inInterface(source, "notify.payout_result", ["notification", "body", "payout", "returned_at"], undefined),
  },
  {
    name: "attach-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "A notification lacks what the platform attached to its payment", zh: "支付通知缺少附加数据" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "payment", "attach"], undefined),
  },
  {
    name: "notified-as-refunded",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "A notification of a payment tells it as refunded", zh: "支付通知的已退金额错误" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "payment", "refunded"], "$payment.amount"),
  },
  {
    name: "locked-binding-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "An application that is locked by wrong codes is not told of", zh: "绑卡申请锁定未通知" },
    pack: (source) => inTransition(source, "binding.confirm", ["require", 1, "onRefuse", "notify"], []),
  },
  {
    name: "expired-binding-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "An application that expires is not told of", zh: "绑卡申请过期未通知" },
    pack: (source) => inTransition(source, "binding.expire", ["to", 0, "notify"], []),
  },
  {
    name: "binding-told-under-another-number",
    role: "bank",
    requirement: "NOT-15",
    title: {
      en: "A notification gives the bank's number of a binding for the platform's",
      zh: "绑卡通知以银行编号代替平台单号",
    },
    pack: (source) =>
      inInterface(
        source,
        "notify.binding_change",
        ["notification", "body", "binding", "out_bind_no"],
        "$binding.binding_id",
      ),
  },
  {
    name: "late-refund-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "A refund that settles late is not told of", zh: "延迟完成的退款未通知" },
    pack: (source) => inTransition(source, "refund.settle", ["to", 0, "notify"], []),
  },
  {
    name: "amount-not-compared-by-platform",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "The platform books what a notification says, without comparing the amount",
      zh: "平台不比对通知金额",
    },
    pack: (source) => withoutGuard(source, "order.payment-result", "NOTIFICATION_MISMATCH"),
  },
  {
    name: "known-number-unread",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "A refund that is known is acknowledged without a look at its amount",
      zh: "已知退款单号的通知未比对金额",
    },
    pack: (source) => withoutGuard(source, "refund_record.refund-result-again", "NOTIFICATION_MISMATCH"),
  },
  {
    name: "known-payout-unread",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "A payout that is known is acknowledged as returned without a look at its amount",
      zh: "已知代付单号的退票通知未比对金额",
    },
    pack: (source) => withoutGuard(source, "payout_record.payout-return", "NOTIFICATION_MISMATCH"),
  },
  {
    name: "known-binding-unread",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "A binding that is known is taken under whatever number of the platform's",
      zh: "已知绑卡编号的通知未比对平台单号",
    },
    pack: (source) => withoutGuard(source, "binding_record.binding-change-when-active", "NOTIFICATION_MISMATCH"),
  },
  {
    name: "binding-repeated-refused",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "A binding told of once more is refused: its number was not kept",
      zh: "重复的绑卡通知被拒绝：未保存单号",
    },
    pack: (source) =>
      inTransition(
        source,
        "binding_record.binding-change",
        ["to", 0, "set", "out_bind_no"],
        "$request.binding.binding_id",
      ),
  },
  {
    name: "refund-moved-to-another-order",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "A refund that was told of for one order is taken for another when it succeeds",
      zh: "处理中的退款成功时可改记到其他订单",
    },
    pack: (source) => inTransition(source, "refund_record.refund-result", ["require", 0, "that", "and", 2], undefined),
  },
  {
    name: "refunds-not-added-up",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "Each refund is compared with the whole order, not with what is left of it",
      zh: "退款仅与订单总额比对，未累计已退金额",
    },
    pack: (source) =>
      inTransition(source, "refund_record.refund-result", ["require", 1, "that"], {
        "money.lte": ["$request.refund.amount", "$order.amount"],
      }),
  },
  {
    name: "refund-booked-while-processing",
    role: "platform",
    requirement: "LIF-22",
    title: { en: "A refund counts as refunded while it is still being processed", zh: "处理中的退款即计入已退金额" },
    pack: (source) => inLifecycle(source, "order", ["aggregates", "refunded", "while"], ["PROCESSING", "SUCCEEDED"]),
  },
  {
    name: "late-refund-not-booked",
    role: "platform",
    requirement: "LIF-22",
    title: {
      en: "A refund told of while it was being processed is not booked when it succeeds",
      zh: "处理中后成功的退款未入账",
    },
    pack: (source) => inTransition(source, "refund_record.refund-result", ["from"], ["ABSENT"]),
  },
  {
    name: "order-goes-back",
    role: "platform",
    requirement: "NOT-06",
    title: { en: "The last notification wins, an older one too", zh: "旧通知覆盖订单新状态" },
    pack: (source) =>
      inTransition(
        source,
        "order.payment-result-when-paid",
        ["to"],
        [{ when: { ne: ["$request.payment.state", "SUCCEEDED"] }, state: "FAILED" }, { state: "PAID" }],
      ),
  },
  {
    name: "refund-booked-for-each-duplicate",
    role: "platform",
    requirement: "NOT-05",
    title: { en: "Duplicates that arrive at once are each booked", zh: "并发重复通知重复入账" },
    store: (store, runtime) => staleReads(store, runtime, ["row.refund_record"], 3),
  },
  {
    name: "slow-to-acknowledge",
    role: "platform",
    requirement: "NOT-08",
    title: {
      en: "The work is done ahead of the acknowledgement, and takes its time",
      zh: "先处理业务后确认，超过时限",
    },
    handle:
      (inner, { runtime }) =>
      async (request) => {
        if (request.target.startsWith("/notify/")) await runtime.sleep(5_300);
        return inner(request);
      },
  },
  {
    name: "acknowledged-ahead-of-commit",
    role: "platform",
    requirement: "NOT-10",
    title: { en: "A notification is acknowledged and kept later", zh: "先确认后落库，崩溃丢失" },
    store: (store, runtime) => writingBehind(store, runtime, 2_000, () => true),
  },
  {
    name: "order-paid-in-another-zone",
    role: "platform",
    requirement: "CON-10",
    title: { en: "The time at which an order was paid is eight hours off", zh: "订单支付时间相差八小时" },
    pack: (source) =>
      inTransition(source, "order.payment-result", ["to", 0, "set", "paid_at"], {
        "time.add-seconds": ["$now", -28_800],
      }),
  },
  {
    name: "order-of-another-party",
    role: "platform",
    requirement: "LIF-22",
    title: { en: "An order is told as that of another party", zh: "订单查询返回其他机构号" },
    pack: (source) => inInterface(source, "order.query", ["read", "answer", "party_id"], "P9999"),
  },
  {
    name: "order-told-as-paid",
    role: "platform",
    requirement: "LIF-22",
    title: { en: "Every order is told as paid", zh: "订单查询一律返回已支付" },
    pack: (source) => inInterface(source, "order.query", ["read", "answer", "state"], "PAID"),
  },
  {
    name: "payment-acknowledged-and-dropped",
    role: "platform",
    requirement: "NOT-05",
    title: { en: "Payments are acknowledged and not booked", zh: "通知已确认但未入账" },
    pack: (source) => inTransition(source, "order.payment-result", ["to"], [{ state: "CREATED" }]),
  },
];
