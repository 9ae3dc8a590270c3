// What this bank says when it says no.

/** HTTP status and text of every code this bank refuses with. */
export const REFUSALS = {
  ROUTE_NOT_FOUND: [404, "No such interface. 接口不存在。"],
  METHOD_NOT_ALLOWED: [405, "This path does not take this method. 请求方法不被允许。"],
  PAYLOAD_TOO_LARGE: [413, "The body or the target is too long. 请求过大。"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Send application/json in UTF-8. 仅支持 UTF-8 编码的 application/json。"],
  SIGN_ERROR: [401, "The signature does not hold. 签名错误。"],
  TIMESTAMP_OUT_OF_WINDOW: [401, "The timestamp is not within 300 s of now. 时间戳超出允许范围。"],
  NONCE_REUSED: [401, "This nonce was used before. 随机串重复使用。"],
  MALFORMED_BODY: [400, "The body is not strict JSON. 请求体格式错误。"],
  PARAM_ERROR: [400, "A parameter is wrong. 参数错误。"],
  PARTY_MISMATCH: [403, "party_id is not the signer. 机构号与签名方不一致。"],
  CONTEXT_INCONSISTENT: [422, "This number was used with other content. 同一单号的请求内容不一致。"],
  BINDING_NOT_FOUND: [404, "No such binding. 签约不存在。"],
  BINDING_NOT_ACTIVE: [403, "The binding is not active. 签约未生效。"],
  STATEMENT_RANGE: [400, "Ask for at most 31 days, by cursors as given. 明细区间或游标无效。"],
  ACCOUNT_FROZEN: [403, "The account is frozen. 账户已冻结。"],
  INSUFFICIENT_FUNDS: [403, "Not enough funds. 余额不足。"],
  SETTLEMENT_INSUFFICIENT: [403, "The settlement account cannot cover this. 结算账户余额不足。"],
  CURRENCY_NOT_SUPPORTED: [400, "Only CNY is supported. 仅支持人民币。"],
  NOTIFY_URL_NOT_ALLOWED: [403, "notify_url is outside the registered prefixes. 通知地址未登记。"],
  ORDER_NOT_FOUND: [404, "No such order. 订单不存在。"],
  ORDER_PAID: [409, "The order is paid. 订单已支付。"],
  ORDER_CLOSED: [409, "The order is closed. 订单已关闭。"],
  ORDER_PROCESSING: [409, "The order is being processed. 订单处理中。"],
  ORDER_NOT_REFUNDABLE: [409, "The order cannot be refunded. 订单不可退款。"],
  REFUND_EXCEEDS_PAYMENT: [403, "Refunds would exceed the payment. 退款金额超过支付金额。"],
  REFUND_COUNT_EXCEEDED: [403, "A payment takes at most 50 refunds. 退款次数超限。"],
  REFUND_NOT_FOUND: [404, "No such refund. 退款单不存在。"],
  SYSTEM_ERROR: [500, "Outcome unknown, query before retrying. 系统异常，请先查询。"],
};

/** Thrown where a call is refused; detail names the field, the issue and its location. */
export class Refusal extends Error {
  constructor(code, detail) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}
