import { isDeepStrictEqual } from "node:util";
import type { Defect, Handle, HandleParts } from "../defect.ts";
import { bodyOf, codeOf, interfaceOf, refused } from "../parts/answers.ts";
import { inInterface, withoutGuard } from "../parts/edit-pack.ts";
import { deadlocking } from "../parts/deadlocking.ts";
import { endedByTimestamp } from "../parts/ended-by-timestamp.ts";
import { verifiedRequest } from "../parts/front.ts";
import { staleReads } from "../parts/stale-reads.ts";
import { writingBehind, renaming } from "../parts/stores.ts";

/** How long the gap between check and act is: that of a remote look-up. */
const GAP_MS = 3;

const isRecord = ({ collection }: { readonly collection: string }): boolean => collection === "idempotency";

export const IDEMPOTENCY: readonly Defect[] = [
  {
    name: "decline-uses-the-number-up",
    role: "bank",
    requirement: "IDM-19",
    title: {
      en: "An application that was declined cannot be put right under its number",
      zh: "绑卡申请被拒后单号被占用，无法更正",
    },
    pack: (source) => inInterface(source, "binding.apply", ["idempotency", "onDecline"], "same"),
  },
  {
    name: "idempotency-race",
    role: "bank",
    requirement: "IDM-03",
    title: { en: "Whether a number was paid is looked up before, not while, paying", zh: "先查重后入账，两步之间无锁" },
    store: (store, runtime) => staleReads(store, runtime, ["idempotency", "row.payment"], GAP_MS),
  },
  {
    name: "refund-race",
    role: "bank",
    requirement: "IDM-11",
    title: { en: "The refunded sum is read before, not while, refunding", zh: "退款累计金额检查与退款非原子" },
    store: (store, runtime) => staleReads(store, runtime, ["row.payment"], GAP_MS),
  },
  {
    name: "balance-race",
    role: "bank",
    requirement: "IDM-17",
    title: { en: "The balance is read before, not while, debiting", zh: "余额检查与扣款非原子" },
    store: (store, runtime) => staleReads(store, runtime, ["account"], GAP_MS),
  },
  {
    name: "close-race",
    role: "bank",
    requirement: "IDM-13",
    title: { en: "Paying and closing do not see each other", zh: "支付与关单互不加锁" },
    store: (store, runtime) => staleReads(store, runtime, ["row.closure", "row.payment"], GAP_MS),
  },
  {
    name: "two-pools",
    role: "bank",
    requirement: "IDM-04",
    title: { en: "Two nodes look a number up in their own caches", zh: "多节点各自缓存查重" },
    store: (store, runtime) =>
      staleReads(store, runtime, ["idempotency", "row.payment", "row.payout", "row.refund"], GAP_MS),
  },
  {
    name: "payment-not-idempotent",
    role: "bank",
    requirement: "IDM-01",
    title: { en: "A payment sent again is refused as paid", zh: "重发支付返回已支付错误而非首次结果" },
    pack: (source) => inInterface(source, "payment.create", ["idempotency"], undefined),
  },
  {
    name: "payout-not-idempotent",
    role: "bank",
    requirement: "IDM-01",
    title: { en: "A payout sent again is judged anew", zh: "重发代付重新处理" },
    pack: (source) => inInterface(source, "payout.create", ["idempotency", "onSuccess"], "reevaluate"),
  },
  {
    name: "content-not-compared",
    role: "bank",
    requirement: "IDM-02",
    title: { en: "The same number with another content gets the old success", zh: "同号不同内容返回旧的成功结果" },
    pack: (source) => inInterface(source, "payment.create", ["idempotency", "fingerprint"], []),
  },
  {
    name: "amount-not-compared",
    role: "bank",
    requirement: "IDM-02",
    title: { en: "The same payout number with another amount gets the old success", zh: "代付同号不比对金额" },
    pack: (source) =>
      inInterface(
        source,
        "payout.create",
        ["idempotency", "fingerprint"],
        ["payee_account_no", "payee_name", "purpose"],
      ),
  },
  {
    name: "payee-not-compared",
    role: "bank",
    requirement: "IDM-02",
    title: { en: "The same payout number to another payee gets the old success", zh: "代付同号不比对收款人" },
    pack: (source) => inInterface(source, "payout.create", ["idempotency", "fingerprint"], ["amount", "purpose"]),
  },
  {
    name: "number-across-parties",
    role: "bank",
    requirement: "IDM-08",
    title: { en: "A number used by one party is used up for all", zh: "单号未按机构隔离" },
    store: (store) =>
      renaming(store, ["idempotency"], (key) => {
        const [id, _party, ...number] = key.split("/");
        return [id, ...number].join("/");
      }),
  },
  {
    name: "number-burnt-by-refusal",
    role: "bank",
    requirement: "IDM-09",
    title: { en: "A number is used up by a request that was refused for its form", zh: "参数错误也占用单号" },
    handle: (inner, parts) => {
      const burnt = new Set<string>();
      return async (request) => {
        const body = request.body instanceof Uint8Array ? bodyOf({ body: request.body }) : undefined;
        const number = interfaceOf(request, parts) === "payment.create" ? body?.["out_trade_no"] : undefined;
        if (typeof number === "string" && burnt.has(number)) return refused("CONTEXT_INCONSISTENT", parts);
        const response = await inner(request);
        if (typeof number === "string" && codeOf(response, parts) === "PARAM_ERROR") burnt.add(number);
        return response;
      };
    },
  },
  {
    name: "record-in-memory",
    role: "bank",
    requirement: "IDM-06",
    title: { en: "Answers are remembered in memory and lost at a restart", zh: "幂等记录仅存内存" },
    store: (store, runtime) => writingBehind(store, runtime, Number.POSITIVE_INFINITY, isRecord),
  },
  {
    name: "record-after-effect",
    role: "bank",
    requirement: "IDM-06",
    title: {
      en: "The effect is committed first and the number a second later",
      zh: "先入账，稍后写幂等记录，存在崩溃窗口",
    },
    store: (store, runtime) => writingBehind(store, runtime, 1_000, isRecord),
  },
  {
    name: "abandoned-number-blocked",
    role: "bank",
    requirement: "IDM-05",
    title: {
      en: "A call repeated at once after a lost answer is refused as a conflict",
      zh: "断线后立即重发被当作冲突",
    },
    handle: (inner, parts) => {
      const busy = new Map<string, number>();
      return async (request) => {
        const body = request.body instanceof Uint8Array ? bodyOf({ body: request.body }) : undefined;
        const number = request.method === "POST" ? (body?.["out_trade_no"] ?? body?.["out_payout_no"]) : undefined;
        if (typeof number !== "string") return inner(request);
        if ((busy.get(number) ?? 0) > parts.runtime.now()) return refused("CONTEXT_INCONSISTENT", parts);
        busy.set(number, parts.runtime.now() + 5_000);
        return inner(request);
      };
    },
  },
  {
    name: "refund-known-by-payment",
    role: "bank",
    requirement: "IDM-12",
    title: { en: "A second refund of a payment counts as the first again", zh: "退款以原支付单号去重" },
    pack: (source) =>
      inInterface(
        inInterface(source, "refund.create", ["idempotency", "key"], ["out_trade_no"]),
        "refund.create",
        ["idempotency", "fingerprint"],
        ["amount"],
      ),
  },
  {
    name: "closed-number-pays",
    role: "bank",
    requirement: "IDM-16",
    title: { en: "A payment that arrives after its close pays", zh: "关单后到达的支付仍扣款" },
    pack: (source) => withoutGuard(source, "payment.create", "ORDER_CLOSED"),
  },
  {
    name: "close-counts-by-timestamp",
    role: "bank",
    requirement: "IDM-16",
    title: {
      en: "A payment that was signed before the close pays, whenever it arrives",
      zh: "关单前签名的支付无论何时送达均扣款",
    },
    pack: (source) => withoutGuard(source, "payment.create", "ORDER_CLOSED"),
    handle: endedByTimestamp({
      ends: "payment.close",
      uses: "payment.create",
      number: "out_trade_no",
      code: "ORDER_CLOSED",
    }),
  },
  {
    name: "content-compared-as-text",
    role: "bank",
    requirement: "IDM-01",
    title: {
      en: "A repetition is compared as text, so that another key order is another content",
      zh: "按报文文本比对，键序不同即视为内容不同",
    },
    handle: comparedAsText,
  },
  {
    name: "deadlock",
    role: "bank",
    requirement: "IDM-18",
    title: {
      en: "Accounts are locked in the order of the debit, and opposite ones block each other",
      zh: "按借贷顺序加锁，相向交易死锁",
    },
    store: (store, runtime) => deadlocking(store, runtime, GAP_MS),
  },
  {
    name: "decline-kept",
    role: "bank",
    requirement: "LIF-21",
    title: { en: "A payment once declined is declined for ever", zh: "余额不足的拒绝被固化" },
    pack: (source) => inInterface(source, "payment.create", ["idempotency", "onDecline"], "same"),
  },
];

/** Refuses a payment of a known number whose bytes differ, though they say the same. */
function comparedAsText(inner: Handle, parts: HandleParts): Handle {
  const known = new Map<string, string>();
  return async (request) => {
    if (interfaceOf(request, parts) !== "payment.create" || !(request.body instanceof Uint8Array))
      return inner(request);
    const text = new TextDecoder().decode(request.body);
    const body = bodyOf({ body: request.body });
    const key = `${verifiedRequest(request, parts)?.fields.party ?? ""}/${String(body?.["out_trade_no"])}`;
    const before = known.get(key);
    if (before !== undefined && before !== text && isDeepStrictEqual(JSON.parse(before), body))
      return refused("CONTEXT_INCONSISTENT", parts);
    const response = await inner(request);
    if (response.status < 300 && before === undefined) known.set(key, text);
    return response;
  };
}
