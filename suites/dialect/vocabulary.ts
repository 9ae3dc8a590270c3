/** What checks name of an interface that they know by its id: of its request, and of its answer. */
interface Named {
  readonly request?: readonly string[];
  readonly answer?: readonly string[];
}

/**
 * The words of the suites that a pack must have, or say what it has in their place (`means` in pack.json). Without one
 * of these a check would look for what is not there, and hold that against the SUT. What only some packs have is left to
 * the checks, which skip.
 */
export const NAMED: Readonly<Record<string, Named>> = {
  "payment.create": {
    request: ["out_trade_no", "binding_id", "amount"],
    answer: ["out_trade_no", "transaction_id", "state", "amount"],
  },
  "payment.query": {
    request: ["out_trade_no"],
    answer: ["out_trade_no", "transaction_id", "state", "amount", "refunded"],
  },
  "payment.close": { request: ["out_trade_no"], answer: ["state", "CLOSED"] },
  "refund.create": {
    request: ["out_refund_no", "out_trade_no", "amount"],
    answer: ["out_refund_no", "refund_id", "state", "amount"],
  },
  "refund.query": { request: ["out_refund_no"], answer: ["out_refund_no", "refund_id", "state", "amount"] },
  "payout.create": { request: ["out_payout_no", "amount"], answer: ["out_payout_no", "state", "amount"] },
  "payout.query": { request: ["out_payout_no"], answer: ["out_payout_no", "state", "amount"] },
  "binding.apply": { answer: ["binding_id", "state"] },
  "binding.confirm": { request: ["binding_id", "sms_code"], answer: ["binding_id", "state"] },
  "binding.query": { request: ["binding_id"], answer: ["binding_id", "state"] },
  "binding.cancel": { request: ["binding_id"], answer: ["binding_id", "state", "CANCELLED"] },
  "account.balance": { request: ["binding_id"], answer: ["available", "pending", "posted"] },
  "account.statement": {
    request: ["binding_id", "from_date", "to_date", "cursor", "limit"],
    answer: ["entries", "next_cursor", "entry_id", "direction", "amount", "balance_after", "reference"],
  },
  "settlement.balance": { answer: ["available", "pending", "posted"] },
  "settlement.statement": {
    request: ["from_date", "to_date", "cursor", "limit"],
    answer: ["entries", "next_cursor", "entry_id", "direction", "amount", "balance_after", "reference"],
  },
  "bill.get": { request: ["bill_date"], answer: ["hash_value", "row_count"] },
  "bill.download": { request: ["bill_date"] },
  "order.query": { request: ["out_trade_no"], answer: ["out_trade_no", "state", "amount"] },
  "notify.payment_result": { request: ["notify_id", "payment", "out_trade_no", "state", "amount"] },
  "notify.refund_result": { request: ["notify_id", "refund", "out_refund_no", "state", "amount"] },
  "notify.payout_result": { request: ["notify_id", "payout", "out_payout_no", "state", "amount"] },
};

/** States that a resource's answers list, by the resource's name. */
export const STATES: Readonly<Record<string, readonly string[]>> = {
  payment: ["SUCCEEDED", "PROCESSING", "FAILED"],
  refund: ["SUCCEEDED", "PROCESSING", "FAILED"],
  payout: ["SUCCEEDED", "PROCESSING", "FAILED"],
  binding: ["PENDING", "ACTIVE"],
};
