import type { Defect } from "../defect.ts";
import { inInterface, inTransition, withoutReadGuard } from "../parts/edit-pack.ts";

/** What is wrong with statements, balances and the day of a booking. */
export const RECONCILIATION: readonly Defect[] = [
  {
    name: "late-refund-under-no-number",
    role: "bank",
    requirement: "REC-02",
    title: { en: "A refund that settles late is booked without its number", zh: "延迟完成的退款入账时未记单号" },
    pack: (source) => inTransition(source, "refund.create", ["to", 0, "post", 0, "reference"], "none"),
  },
  {
    name: "late-refund-lost-on-its-way",
    role: "bank",
    requirement: "REC-02",
    title: {
      en: "A refund that settles late leaves the platform and never reaches the customer",
      zh: "延迟完成的退款已扣平台但未入客户账",
    },
    pack: (source) => inTransition(source, "refund.create", ["to", 0, "post", 0, "credit"], "clearing:lost"),
  },
  {
    name: "late-payout-booked-as-adjustment",
    role: "bank",
    requirement: "REC-02",
    title: { en: "A payout that settles late is booked as an adjustment", zh: "延迟完成的代付记为调账" },
    pack: (source) => inTransition(source, "payout.create", ["to", 0, "post", 0, "kind"], "adjustment"),
  },
  {
    name: "late-payout-told-with-fee",
    role: "bank",
    requirement: "CON-06",
    title: {
      en: "A payout that settles late is told with its fee added to the amount",
      zh: "延迟完成的代付金额误含手续费",
    },
    pack: (source) =>
      inTransition(source, "payout.create", ["to", 0, "set", "amount"], {
        "money.add": ["$request.amount", { fee: ["payout", "$request.amount"] }],
      }),
  },
  {
    name: "late-success-not-booked",
    role: "bank",
    requirement: "REC-08",
    title: { en: "A payment that succeeds late is missing in the bill", zh: "延迟成功的支付未进入对账单" },
    pack: (source) => inTransition(source, "payment.create", ["to", 0, "post", 0, "credit"], "clearing:late"),
  },
  {
    name: "day-goes-back-with-the-clock",
    role: "bank",
    requirement: "REC-03",
    title: {
      en: "The payment's business date follows the clock, the books' one does not go back",
      zh: "支付会计日期随时钟回退，账务日期不回退",
    },
    pack: (source) => inTransition(source, "payment.create", ["to", 1, "set", "business_date"], { date: ["$now"] }),
  },
  {
    name: "late-payment-dated-as-made",
    role: "bank",
    requirement: "REC-08",
    title: {
      en: "A payment that settles late has the business date on which it was made",
      zh: "延迟成功的支付会计日期为其创建日",
    },
    pack: (source) =>
      inTransition(source, "payment.settle", ["to", 1, "set", "business_date"], { date: ["$payment.created_at"] }),
  },
  {
    name: "cursor-stands-still",
    role: "bank",
    requirement: "REC-01",
    title: { en: "The next page of a statement is always the same one", zh: "明细翻页游标不前移" },
    pack: (source) => inInterface(source, "account.statement", ["read", "answer", "next_cursor"], "1"),
  },
  {
    name: "customer-entries-of-no-transfer",
    role: "bank",
    requirement: "REC-12",
    title: {
      en: "A customer's statement has the entry's id where the transfer's belongs",
      zh: "客户明细的交易流水号误为分录号",
    },
    pack: (source) =>
      inInterface(
        source,
        "account.statement",
        ["read", "answer", "entries", "each", 1, "transfer_id"],
        "$item.entry_id",
      ),
  },
  {
    name: "customer-entries-of-one-kind",
    role: "bank",
    requirement: "REC-12",
    title: { en: "Entries of a customer are all of one kind", zh: "客户明细的业务种类固定不变" },
    pack: (source) =>
      inInterface(source, "account.statement", ["read", "answer", "entries", "each", 1, "kind"], "transaction"),
  },
  {
    name: "transfers-numbered-alike",
    role: "bank",
    requirement: "REC-12",
    title: { en: "All transfers have one id", zh: "所有转账的流水号相同" },
    pack: (source) =>
      ["account.statement", "settlement.statement"].reduce(
        (so, id) => inInterface(so, id, ["read", "answer", "entries", "each", 1, "transfer_id"], "T1"),
        source,
      ),
  },
  {
    name: "statement-of-any-range",
    role: "bank",
    requirement: "REC-13",
    title: { en: "A statement is given of any range, or of none", zh: "明细区间不作校验" },
    pack: (source) =>
      ["account.statement", "settlement.statement"].reduce(
        (so, id) => withoutReadGuard(so, id, "STATEMENT_RANGE"),
        source,
      ),
  },
  {
    name: "unknown-cursor-first-page",
    role: "bank",
    requirement: "REC-13",
    title: { en: "A cursor that no page gave is answered with the first page", zh: "未知游标返回首页" },
    pack: (source) =>
      ["account.statement", "settlement.statement"].reduce(
        (so, id) => inInterface(so, id, ["read", "load", "entries", "else"], undefined),
        source,
      ),
  },
  {
    name: "customer-entries-undated",
    role: "bank",
    requirement: "CON-10",
    title: { en: "Entries of a customer all have one business date", zh: "客户明细的会计日期固定不变" },
    pack: (source) =>
      inInterface(source, "account.statement", ["read", "answer", "entries", "each", 1, "business_date"], "2026-01-01"),
  },
  {
    name: "entries-of-another-day",
    role: "bank",
    requirement: "CON-10",
    title: { en: "Entries all say the same time, long past", zh: "明细记账时间为固定的过去时刻" },
    pack: (source) =>
      inInterface(
        source,
        "settlement.statement",
        ["read", "answer", "entries", "each", 1, "at"],
        "2026-01-01T00:00:00+08:00",
      ),
  },
  {
    name: "page-lost",
    role: "bank",
    requirement: "REC-01",
    title: { en: "The statement never says that more entries follow", zh: "明细分页丢失后续页" },
    pack: (source) => inInterface(source, "settlement.statement", ["read", "answer", "next_cursor"], undefined),
  },
  {
    name: "held-untold",
    role: "bank",
    requirement: "REC-01",
    title: { en: "What is held is always told as nothing of it", zh: "在途占用金额展示错误" },
    pack: (source) =>
      inInterface(source, "settlement.balance", ["read", "answer", "pending"], { value: 7, currency: "CNY" }),
  },
  {
    name: "balance-counts-held",
    role: "bank",
    requirement: "REC-01",
    title: { en: "The balance told is what is available", zh: "余额字段取可用余额" },
    pack: (source) =>
      inInterface(source, "account.balance", ["read", "answer", "posted"], {
        "money.add": ["$funds.posted", { value: 1, currency: "CNY" }],
      }),
  },
  {
    name: "refund-booked-short",
    role: "bank",
    requirement: "REC-11",
    title: { en: "Refunds are booked a fen short", zh: "退款入账少一分" },
    pack: (source) =>
      inTransition(source, "refund.create", ["to", 1, "post", 0, "amount"], {
        if: [
          { "money.gt": ["$request.amount", { value: 1, currency: "CNY" }] },
          { "money.sub": ["$request.amount", { value: 1, currency: "CNY" }] },
          "$request.amount",
        ],
      }),
  },
];
