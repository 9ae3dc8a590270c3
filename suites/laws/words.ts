import type { Entry, ResourceKind, ResourceSeen } from "./history.ts";

/*
 * What laws speak of, in Chinese; the English word is the name that a history has for it.
 */

export const KINDS: Readonly<Record<ResourceKind, string>> = {
  payment: "支付",
  refund: "退款",
  payout: "代付",
  record: "订单",
};

export const STATES: Readonly<Record<ResourceSeen["state"], string>> = {
  open: "未达终态",
  succeeded: "成功",
  failed: "失败",
  closed: "关闭",
  returned: "退票",
};

export const DIRECTIONS: Readonly<Record<Entry["direction"], string>> = { debit: "借", credit: "贷" };
