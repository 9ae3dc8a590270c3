import type { Defect } from "../defect.ts";
import { inInterface, inLifecycle, inTransition, withoutGuard } from "../parts/edit-pack.ts";
import { interfaceOf } from "../parts/answers.ts";
import { withoutSignature } from "../parts/signed-answers.ts";
import { staleReads } from "../parts/stale-reads.ts";
import { writingBehind } from "../parts/stores.ts";

/** What is wrong with how a platform takes notifications. */
export const NOTIFICATION_RECEIVED: readonly Defect[] = [
  {
    name: "acknowledgement-unsigned",
    role: "platform",
    requirement: "SIG-25",
    needs: { signedAcknowledgements: true },
    title: {
      en: "Notifications are acknowledged without a signature, where the bank asks for one",
      zh: "对通知的确认未签名，而银行要求签名",
    },
    handle: (inner, parts) => async (request) => {
      const response = await inner(request);
      const id = interfaceOf(request, parts);
      const one = id === undefined ? undefined : parts.pack.interface(id);
      return one?.notification === undefined || response.status >= 300
        ? response
        : withoutSignature(response, { envelope: parts.pack.answerEnvelope(one) });
    },
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
    name: "refund-id-unread",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "A refund that is known is acknowledged under another id of the bank's",
      zh: "已知退款单号的通知未比对银行退款编号",
    },
    pack: (source) =>
      inTransition(source, "refund_record.refund-result-again", ["require", 0, "that", "and", 3], undefined),
  },
  {
    name: "payout-id-unread",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "A payout that is known is acknowledged as returned under another id of the bank's",
      zh: "已知代付单号的退票通知未比对银行代付编号",
    },
    pack: (source) => inTransition(source, "payout_record.payout-return", ["require", 0, "that", "and", 2], undefined),
  },
  {
    name: "failed-refund-counted",
    role: "platform",
    requirement: "NOT-07",
    title: {
      en: "A refund that failed is held against what is left of the order",
      zh: "失败的退款也与订单剩余金额比对",
    },
    pack: (source) =>
      inTransition(source, "refund_record.refund-result", ["require", 1, "that", "money.lte", 0, "money.add", 0], {
        default: ["$order.refunded", { "money.zero": ["$order.amount"] }],
      }),
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
    name: "refunds-at-once-lost",
    role: "platform",
    requirement: "NOT-18",
    title: {
      en: "The refunded sum of an order is read before, not while, a refund is booked",
      zh: "订单已退金额先读后写，并发退款丢失更新",
    },
    store: (store, runtime) => staleReads(store, runtime, ["row.order"], 3),
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
