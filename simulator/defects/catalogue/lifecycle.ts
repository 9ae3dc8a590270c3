import type { Expression } from "../../../core/pack/types.ts";
import type { Defect } from "../defect.ts";
import { bodyOf, refused, saying } from "../parts/answers.ts";
import { endedByTimestamp } from "../parts/ended-by-timestamp.ts";
import {
  at,
  edited,
  inInterface,
  inLifecycle,
  inTransition,
  transitionPath,
  withGuard,
  withoutGuard,
} from "../parts/edit-pack.ts";

/** How far a copy for reading lags. */
const LAG_MS = 3_000;

export const LIFECYCLE: readonly Defect[] = [
  {
    name: "query-says-succeeded",
    role: "bank",
    requirement: "LIF-03",
    title: { en: "The query tells every payment as succeeded", zh: "查询一律返回成功" },
    pack: (source) => inInterface(source, "payment.query", ["read", "answer", "if", 1, "state"], "SUCCEEDED"),
  },
  {
    name: "query-of-stale-copy",
    role: "bank",
    requirement: "LIF-01",
    title: { en: "The query reads a copy that lags by seconds", zh: "查询走延迟的只读副本" },
    handle: (inner, parts) => {
      const made = new Map<string, number>();
      return async (request) => {
        const number = /^\/v1\/payments\/([^/?]+)\?/u.exec(request.target)?.[1];
        // Rows that the copy has not seen yet are unknown to it.
        if (request.method === "GET" && number !== undefined && parts.runtime.now() - (made.get(number) ?? 0) < LAG_MS)
          return refused("ORDER_NOT_FOUND", parts);
        const response = await inner(request);
        const { out_trade_no: paid } = request.target === "/v1/payments" ? (bodyOf(response, parts) ?? {}) : {};
        if (typeof paid === "string" && !made.has(paid)) made.set(paid, parts.runtime.now());
        return response;
      };
    },
  },
  {
    name: "late-payment-refunded-elsewhere",
    role: "bank",
    requirement: "LIF-08",
    title: { en: "A payment that settled late is refunded to another account", zh: "延迟成功的支付退款入错账户" },
    pack: (source) => inTransition(source, "payment.create", ["to", 0, "set", "account_no"], "6222029900000000"),
  },
  {
    name: "payout-answered-undated",
    role: "bank",
    requirement: "CON-10",
    title: {
      en: "The answer to a payout that succeeded at once does not say when",
      zh: "即时成功的代付应答未给出完成时间",
    },
    pack: (source) => inInterface(source, "payout.create", ["response", "answer", "settled_at"], undefined),
  },
  {
    name: "cancel-answers-another-binding",
    role: "bank",
    requirement: "LIF-16",
    title: {
      en: "The answer to a cancellation gives the bank's number of the binding for the platform's",
      zh: "解约应答以银行编号代替平台单号",
    },
    pack: (source) =>
      inInterface(source, "binding.cancel", ["response", "answer", "out_bind_no"], "$binding.binding_id"),
  },
  {
    name: "close-answers-another-number",
    role: "bank",
    requirement: "CON-06",
    title: {
      en: "The answer to a close gives another number than the one that was closed",
      zh: "关单应答的单号与所关单号不同",
    },
    pack: (source) => inInterface(source, "payment.close", ["response", "answer", "out_trade_no"], "CLOSED_000001"),
  },
  {
    name: "payout-fee-overdraws",
    role: "bank",
    requirement: "LIF-18",
    title: {
      en: "The balance is compared with the amount of a payout, and its fee overdraws the account",
      zh: "代付仅以金额比对余额，手续费造成透支",
    },
    pack: (source) =>
      withGuard(source, "payout.create", "SETTLEMENT_INSUFFICIENT", (guard) => ({
        ...guard,
        that: { "money.gte": ["$funds.available", "$request.amount"] },
      })),
  },
  {
    name: "expired-only-when-confirmed",
    role: "bank",
    requirement: "LIF-14",
    title: {
      en: "An expired application stays open until a confirmation is tried",
      zh: "超时的绑卡申请在有人确认前仍显示待确认",
    },
    pack: (source) => inTransition(source, "binding.expire", ["to", 0], { state: "PENDING" }),
  },
  {
    name: "late-payment-loses-text",
    role: "bank",
    requirement: "CON-06",
    title: { en: "A payment that settles late loses its attached data", zh: "延迟结算的支付丢失附加数据" },
    pack: (source) =>
      inTransition(source, "payment.create", ["to", 0, "set", "attach"], { default: ["$request.no_such_field", ""] }),
  },
  {
    name: "late-success-booked-twice",
    role: "bank",
    requirement: "LIF-02",
    title: { en: "A payment that settles late is booked twice", zh: "延迟成功的支付重复入账" },
    pack: (source) => {
      const path = [...transitionPath(source, "payment.settle"), "to", 1, "post"];
      const posts = at(source, path) as readonly unknown[];
      return inTransition(
        source,
        "payment.settle",
        ["to", 1, "post"],
        [
          ...posts,
          {
            phase: "posted",
            as: "again",
            kind: "payment",
            debit: "customer:{$payment.account_no}",
            credit: "settlement:{$payment.party_id}",
            amount: "$payment.amount",
            reference: "$payment.out_trade_no",
          },
        ],
      );
    },
  },
  {
    name: "failed-money-held",
    role: "bank",
    requirement: "LIF-03",
    title: { en: "The money of a payment that failed stays held", zh: "失败支付的冻结金额未释放" },
    pack: (source) => inTransition(source, "payment.settle", ["to", 0, "post"], []),
  },
  {
    name: "close-without-tombstone",
    role: "bank",
    requirement: "LIF-04",
    title: { en: "The close of an unknown number leaves no trace", zh: "关闭未知单号未留墓碑，仍可支付" },
    pack: (source) => withoutGuard(source, "payment.create", "ORDER_CLOSED"),
  },
  {
    name: "close-of-paid",
    role: "bank",
    requirement: "LIF-06",
    title: { en: "A paid number is closed", zh: "已支付的单号可被关闭" },
    pack: (source) => withoutGuard(source, "closure.close", "ORDER_PAID"),
  },
  {
    name: "close-of-processing",
    role: "bank",
    requirement: "LIF-07",
    title: { en: "A number in flight is closed", zh: "处理中的单号可被关闭" },
    pack: (source) => withoutGuard(source, "closure.close", "ORDER_PROCESSING"),
  },
  {
    name: "refund-beyond-payment",
    role: "bank",
    requirement: "LIF-08",
    title: { en: "Each refund is compared with the payment, not their sum", zh: "仅比较单笔退款金额，未累计" },
    pack: (source) =>
      withGuard(source, "refund.create", "REFUND_EXCEEDS_PAYMENT", (guard) => ({
        ...guard,
        that: { "money.lte": ["$request.amount", "$payment.amount"] },
      })),
  },
  {
    name: "refund-one-short",
    role: "bank",
    requirement: "LIF-08",
    title: { en: "The last fen of a payment cannot be refunded", zh: "最后一分无法退款（边界错误）" },
    pack: (source) =>
      withGuard(source, "refund.create", "REFUND_EXCEEDS_PAYMENT", (guard) => ({
        ...guard,
        that: { "money.lt": (guard.that as Readonly<Record<string, Expression>>)["money.lte"] ?? null },
      })),
  },
  {
    name: "refund-count-off-by-one",
    role: "bank",
    requirement: "LIF-09",
    title: { en: "A payment can be refunded 51 times", zh: "退款次数上限差一" },
    pack: (source) =>
      withGuard(source, "refund.create", "REFUND_COUNT_EXCEEDED", (guard) => ({
        ...guard,
        that: { lte: ["$payment.refund_count", 50] },
      })),
  },
  {
    name: "refund-of-unpaid",
    role: "bank",
    requirement: "LIF-10",
    title: { en: "A payment in flight, or failed, is refunded", zh: "处理中或失败的支付可退款" },
    pack: (source) => withoutGuard(source, "refund.create", "ORDER_NOT_REFUNDABLE"),
  },
  {
    name: "refund-counts-when-settled",
    role: "bank",
    requirement: "LIF-11",
    title: {
      en: "A refund counts once it is settled, not from its acceptance on",
      zh: "退款受理时不计入累计，完成后才计",
    },
    pack: (source) => inLifecycle(source, "payment", ["aggregates", "refunded", "while"], ["SUCCEEDED"]),
  },
  {
    name: "confirm-again-refused",
    role: "bank",
    requirement: "LIF-12",
    title: { en: "A binding confirmed again is refused", zh: "重复确认绑卡被拒绝" },
    pack: (source) => {
      const [lifecycles, index] = transitionPath(source, "binding.confirm-again");
      const transitions = source.lifecycles[Number(index)]?.transitions ?? [];
      return edited(source, [
        {
          path: [lifecycles ?? "lifecycles", Number(index), "transitions"],
          value: transitions
            .filter(({ name }) => name !== "confirm-again")
            .map((one) =>
              one.name === "confirm" ? { ...one, otherwise: { ...one.otherwise, ACTIVE: "BINDING_EXISTS" } } : one,
            ),
        },
      ]);
    },
  },
  {
    name: "sms-attempts-uncounted",
    role: "bank",
    requirement: "LIF-13",
    title: { en: "Codes may be guessed without end", zh: "短信验证码错误次数不限" },
    pack: (source) =>
      withGuard(source, "binding.confirm", "SMS_CODE_WRONG", ({ else: code }) => ({
        that: { eq: ["$request.sms_code", "$binding.sms_code"] },
        else: code,
      })),
  },
  {
    name: "sms-code-never-expires",
    role: "bank",
    requirement: "LIF-14",
    title: { en: "A code is good for days", zh: "短信验证码不过期" },
    pack: (source) =>
      inTransition(source, "binding.apply", ["to", 0, "set", "expires_at"], { "time.add-seconds": ["$now", 300_000] }),
  },
  {
    name: "binding-not-unique",
    role: "bank",
    requirement: "LIF-15",
    title: { en: "An account is bound twice", zh: "同一账户可重复绑定" },
    pack: (source) => inLifecycle(source, "binding", ["unique"], []),
  },
  {
    name: "cancelled-binding-pays",
    role: "bank",
    requirement: "LIF-16",
    title: { en: "A binding that was cancelled still pays", zh: "解约后仍可支付" },
    pack: (source) => withoutGuard(source, "payment.create", "BINDING_NOT_ACTIVE"),
  },
  {
    name: "cancellation-counts-by-timestamp",
    role: "bank",
    requirement: "LIF-16",
    title: {
      en: "A payment that was signed before the binding was cancelled is made, whenever it arrives",
      zh: "解约前签名的支付无论何时送达均受理",
    },
    // Those that were seeded as cancelled were so from the beginning.
    pack: (source) =>
      withGuard(source, "payment.create", "BINDING_NOT_ACTIVE", (guard) => ({
        ...guard,
        that: {
          or: [
            guard.that,
            {
              and: [{ eq: ["$binding.state", "CANCELLED"] }, { gt: ["$binding.cancelled_at", "$binding.created_at"] }],
            },
          ],
        },
      })),
    handle: endedByTimestamp({
      ends: "binding.cancel",
      uses: "payment.create",
      number: "binding_id",
      code: "BINDING_NOT_ACTIVE",
    }),
  },
  {
    name: "mobile-not-compared",
    role: "bank",
    requirement: "LIF-17",
    title: { en: "Name and identity number are compared, the mobile is not", zh: "绑卡不核验手机号" },
    pack: (source) =>
      withGuard(source, "binding.apply", "IDENTITY_MISMATCH", (guard) => ({
        ...guard,
        that: {
          and: [{ eq: ["$account.holder_name", "$request.holder_name"] }, { eq: ["$account.id_no", "$request.id_no"] }],
        },
      })),
  },
  {
    name: "payout-fee-forgotten",
    role: "bank",
    requirement: "LIF-18",
    title: { en: "The fee of a payout is told and not debited", zh: "代付手续费未扣收" },
    pack: (source) =>
      edited(
        source,
        source.lifecycles.flatMap((lifecycle, index) =>
          lifecycle.resource !== "payout"
            ? []
            : lifecycle.transitions.flatMap((transition, turn) =>
                transition.to.map((branch, which) => ({
                  path: ["lifecycles", index, "transitions", turn, "to", which, "post"],
                  value: (branch.post ?? []).filter((posting) => !("kind" in posting) || posting.kind !== "fee"),
                })),
              ),
        ),
      ),
  },
  {
    name: "returned-fee-given-back",
    role: "bank",
    requirement: "LIF-19",
    title: { en: "A returned payout gives its fee back too", zh: "退票时退还手续费" },
    pack: (source) => {
      const name =
        source.lifecycles
          .find(({ resource }) => resource === "payout")
          ?.transitions.find(({ to }) => to.some(({ state }) => state === "RETURNED"))?.name ?? "return";
      const path = [...transitionPath(source, `payout.${name}`), "to", 0, "post"];
      const posts = (at(source, path) ?? []) as readonly unknown[];
      return inTransition(
        source,
        `payout.${name}`,
        ["to", 0, "post"],
        [
          ...posts,
          {
            phase: "posted",
            as: "fee-back",
            kind: "fee",
            debit: "fee:income",
            credit: "settlement:{$payout.party_id}",
            amount: "$payout.fee",
            reference: "$payout.out_payout_no",
          },
        ],
      );
    },
  },
  {
    name: "frozen-account-pays",
    role: "bank",
    requirement: "LIF-20",
    title: { en: "A frozen account pays", zh: "冻结账户可支付" },
    pack: (source) => withoutGuard(source, "payment.create", "ACCOUNT_FROZEN"),
  },
  {
    name: "overdraft",
    role: "bank",
    requirement: "LIF-20",
    title: { en: "A payment beyond the balance is made", zh: "余额不足仍可支付" },
    pack: (source) => withoutGuard(source, "payment.create", "INSUFFICIENT_FUNDS"),
  },
  {
    name: "fee-off-by-one",
    role: "bank",
    requirement: "REC-02",
    title: { en: "The fee is told rounded down and booked rounded up", zh: "手续费展示与入账舍入不一致" },
    handle: saying((body, { status, interface: id }) => {
      const fee = body["fee"] as { readonly value?: number; readonly currency?: string } | undefined;
      return fee?.value === undefined || fee.value === 0 || id?.startsWith("payment.") !== true
        ? undefined
        : { status, body: { ...body, fee: { ...fee, value: fee.value - 1 } } };
    }),
  },
  {
    name: "late-success-undated",
    role: "bank",
    requirement: "LIF-02",
    title: { en: "A payment that settles late does not say when it was settled", zh: "延迟成功的支付缺少完成时间" },
    pack: (source) => inTransition(source, "payment.settle", ["to", 1, "set", "settled_at"], undefined),
  },
];
