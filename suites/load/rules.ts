import type { Bilingual } from "../../core/run/verdict.ts";
import type { MoneyFault } from "./money.ts";

/** What a load is judged by beside its service levels. Each cites a requirement of the pack, as checks do. */
export interface LoadRule {
  readonly check: string;
  readonly requirement: string;
  readonly title: Bilingual;
  /** Faults of money that break it. */
  readonly faults: readonly MoneyFault["kind"][];
}

export const MONEY_RULES: readonly LoadRule[] = [
  {
    check: "load.booked-once",
    requirement: "LAW-03",
    title: { en: "Each order that succeeded is booked once", zh: "每笔成功订单只入账一次" },
    faults: ["doubled", "wrong-amount"],
  },
  {
    check: "load.kept",
    requirement: "LAW-07",
    title: { en: "Each order that was accepted is known and booked", zh: "已受理的订单均可查询且已入账" },
    faults: ["lost", "forgotten"],
  },
  {
    check: "load.nothing-else",
    requirement: "LAW-08",
    title: { en: "What did not succeed moved nothing", zh: "未成功的订单未动账" },
    faults: ["unaccepted"],
  },
];

/** Judged where the callers of a load send again what no answer came to. */
export const AGAIN_RULE: LoadRule = {
  check: "load.sent-again",
  requirement: "STB-24",
  title: {
    en: "What was sent again for want of an answer has one effect",
    zh: "未获应答而重发的请求只生效一次",
  },
  faults: ["doubled", "wrong-amount", "unaccepted"],
};

export const BALANCE_RULE: LoadRule = {
  check: "load.balance",
  requirement: "LAW-04",
  title: { en: "Balances moved by what the statements list", zh: "余额变动与明细一致" },
  faults: [],
};

export const SIGNED_RULE: LoadRule = {
  check: "load.signed",
  requirement: "SIG-25",
  title: { en: "Answers are signed under load too", zh: "负载下应答仍有有效签名" },
  faults: [],
};

export const DOCUMENTED_RULE: LoadRule = {
  check: "load.documented",
  requirement: "ERR-05",
  title: { en: "Answers under load are those of the pack", zh: "负载下的应答均符合规范" },
  faults: [],
};

export const BILL_RULE: LoadRule = {
  check: "load.bill",
  requirement: "REC-02",
  title: { en: "Each order that succeeded is in one bill, once", zh: "每笔成功订单在账单中恰出现一次" },
  faults: [],
};

export const BILL_SUMS_RULE: LoadRule = {
  check: "load.bill-sums",
  requirement: "REC-07",
  title: { en: "The sums of each bill are those of its rows", zh: "账单合计与各行一致" },
  faults: [],
};

export const BILL_STATEMENT_RULE: LoadRule = {
  check: "load.bill-statement",
  requirement: "LAW-05",
  title: { en: "Each bill lists what the statement of its day does", zh: "账单与当日明细一致" },
  faults: [],
};

/** Rules of what a platform is told. */
export const ACKNOWLEDGED_RULE: LoadRule = {
  check: "load.acknowledged",
  requirement: "NOT-07",
  title: { en: "Sound news is acknowledged, also when it is repeated", zh: "正确的通知均获确认，重复时亦然" },
  faults: [],
};

export const SHOWN_RULE: LoadRule = {
  check: "load.shown",
  requirement: "LIF-22",
  title: { en: "News that was acknowledged is shown by the query", zh: "已确认的通知均体现在查询中" },
  faults: [],
};

export const BOOKED_RULE: LoadRule = {
  check: "load.news-booked-once",
  requirement: "NOT-05",
  title: { en: "News that was repeated is booked once", zh: "重复通知只入账一次" },
  faults: [],
};

/** Rules of what a platform orders of our bank. */
export const PAID_ONCE_RULE: LoadRule = {
  check: "load.ordered-once",
  requirement: "ERR-06",
  title: {
    en: "Each order reaches the bank under its own number alone, and as it was given",
    zh: "每笔订单仅以原单号、原金额到达银行",
  },
  faults: [],
};

export const CONCLUDED_RULE: LoadRule = {
  check: "load.concluded",
  requirement: "ERR-06",
  title: { en: "What the platform concludes is what the bank did", zh: "平台所认定的结果与银行一致" },
  faults: [],
};

/** Rules of what a bank tells. */
export const TOLD_RULE: LoadRule = {
  check: "load.told",
  requirement: "NOT-09",
  title: { en: "Each order that succeeded is told of", zh: "每笔成功订单均已通知" },
  faults: [],
};

export const TOLD_ONCE_RULE: LoadRule = {
  check: "load.told-once",
  requirement: "NOT-03",
  title: { en: "News that was acknowledged is not sent again", zh: "已确认的通知不再发送" },
  faults: [],
};

export const TOLD_SOUNDLY_RULE: LoadRule = {
  check: "load.told-soundly",
  requirement: "NOT-16",
  title: { en: "Notifications under load are sound messages", zh: "负载下的通知均为正确报文" },
  faults: [],
};

/** Rules that our counterparty's journal is judged by. */
export const PEER_RULES: readonly LoadRule[] = [
  PAID_ONCE_RULE,
  CONCLUDED_RULE,
  TOLD_RULE,
  TOLD_ONCE_RULE,
  TOLD_SOUNDLY_RULE,
];

export const RECORD_RULES: readonly LoadRule[] = [ACKNOWLEDGED_RULE, SHOWN_RULE, BOOKED_RULE];
export const ANSWER_RULES: readonly LoadRule[] = [SIGNED_RULE, DOCUMENTED_RULE];
export const LOAD_RULES: readonly LoadRule[] = [
  ...MONEY_RULES,
  BALANCE_RULE,
  BILL_RULE,
  BILL_SUMS_RULE,
  BILL_STATEMENT_RULE,
  ...ANSWER_RULES,
];
