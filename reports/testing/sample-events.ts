import type { ExchangeSeen, RunEvent, RunStarted } from "../../core/run/event.ts";
import type { Finding, WireExchange } from "../../core/run/finding.ts";
import type { Bilingual, Level } from "../../core/run/verdict.ts";

/* Made-up event logs, for the tests of reports and for looking at them. Nothing here was measured on a real bank. */

/** When the sample runs began. */
export const AT = Date.parse("2026-03-10T08:15:00Z");

const REQUIREMENTS: readonly (readonly [string, Level, string, string])[] = [
  ["SIG-01", "MUST", "A request without a signature is refused", "无签名的请求必须拒绝"],
  ["SIG-02", "MUST", "Every part of a request is covered by its signature", "签名必须覆盖请求的每个部分"],
  ["SIG-06", "MUST", "An unknown key id is refused", "未知密钥序列号必须拒绝"],
  ["SIG-23", "MUST", "Keys rotate without a failed call", "密钥轮换期间调用不得失败"],
  ["RPL-01", "MUST", "A replayed request has no second effect", "重放请求不得产生第二次效果"],
  ["RPL-02", "SHOULD", "A request outside the clock window is refused", "超出时间窗口的请求应当拒绝"],
  ["IDM-01", "MUST", "The same number pays once", "同一订单号只扣款一次"],
  ["IDM-02", "MUST", "The same number with another amount is a conflict", "同号不同金额必须报冲突"],
  ["IDM-05", "MUST", "Concurrent requests with one number pay once", "并发的同号请求只扣款一次"],
  ["ERR-01", "MUST", "Insufficient funds answer INSUFFICIENT_FUNDS", "余额不足返回 INSUFFICIENT_FUNDS"],
  ["ERR-04", "SHOULD", "Errors carry a readable message", "错误应当附带可读说明"],
  ["PAR-03", "MUST", "Duplicate keys in a body are refused", "报文中的重复键必须拒绝"],
  ["NOT-01", "MUST", "A result is notified until it is acknowledged", "结果通知须重发直至确认"],
  ["NOT-04", "MUST", "A notification is signed", "通知必须签名"],
  ["REC-01", "MUST", "The bill equals the ledger", "对账单与账本一致"],
  ["REC-03", "MUST", "Cut-over loses no order", "日切不得丢单"],
  ["FXQ-01", "MUST", "An expired quote is not consumed", "过期报价不得使用"],
  ["DAT-02", "SHOULD", "Card numbers are masked in errors", "错误信息中的卡号应当脱敏"],
];

const ERRORS: readonly (readonly [string, number, string, string])[] = [
  ["SIGN_ERROR", 401, "The signature does not verify", "验签失败"],
  ["REQUEST_REPLAYED", 401, "The nonce was used before", "请求重放"],
  ["PARAM_ERROR", 400, "A parameter is invalid", "参数错误"],
  ["INSUFFICIENT_FUNDS", 403, "The balance does not suffice", "余额不足"],
  ["ACCOUNT_FROZEN", 403, "The account is frozen", "账户已冻结"],
  ["OUT_TRADE_NO_USED", 409, "The number is used with other content", "商户订单号重复"],
  ["BINDING_NOT_FOUND", 404, "There is no such binding", "签约不存在"],
  ["LIMIT_EXCEEDED", 403, "A limit is exceeded", "超出限额"],
];

/** The first line of a sample run. */
export function sampleHead(extra: Partial<RunStarted>): RunStarted {
  return {
    type: "run.started",
    at: AT,
    run: "2026-03-10T08-15-00Z",
    liantiao: "0.1.0",
    role: "bank",
    sut: { name: "Example Bank, joint-test environment", baseUrl: "https://bank.test:8443" },
    pack: {
      name: "cooperation",
      title: { en: "Bank and platform cooperation", zh: "银行与平台合作接口" },
      version: "1.0.0",
      digest: `sha256:${"9f2c41d07be8".repeat(5)}a1b2`,
    },
    suites: { digest: `sha256:${"c07d5e6f1a2b".repeat(5)}33f0` },
    statement: { digest: `sha256:${"41ab90ce77d2".repeat(5)}0c9d`, file: "sut.json" },
    seed: 20260310,
    effort: "standard",
    requirements: REQUIREMENTS.map(([id, level, en, zh]) => ({
      id,
      area: id.slice(0, 3),
      level,
      title: { en, zh },
      text: { en: `${en}.`, zh: `${zh}。` },
      source: `cooperation ${id}`,
    })),
    errors: ERRORS.map(([code, status, en, zh]) => ({ code, status, title: { en, zh } })),
    waivers: [],
    plan: [],
    ...extra,
  };
}

/** The title of a sample requirement. */
export function titleOf(requirement: string): Bilingual {
  const row = REQUIREMENTS.find(([id]) => id === requirement);
  return { en: row?.[2] ?? requirement, zh: row?.[3] ?? requirement };
}

/** A preflight that went well. */
export function preflight(name: string, message: Bilingual): RunEvent {
  return { type: "preflight.finished", at: AT + 5, name, ok: true, message };
}

type Done = Extract<RunEvent, { readonly type: "check.finished" }>;

/** The end of a check. */
export function done(check: string, verdict: Done["verdict"], extra: Partial<Done> = {}): RunEvent {
  const requirement = check.slice(0, 6);
  const level = REQUIREMENTS.find(([id]) => id === requirement)?.[1] ?? "MUST";
  return {
    type: "check.finished",
    at: AT + 1_000,
    check,
    requirement,
    level,
    verdict,
    durationMs: 120 + check.length * 31,
    ...extra,
  };
}

/** A finding with one exchange as evidence. */
export function finding(
  check: string,
  extra: Pick<Finding, "summary" | "expected" | "seen"> & Partial<Finding>,
): Finding {
  return {
    requirement: check.slice(0, 6),
    level: "MUST",
    check,
    seed: 20260310,
    replay: `npx --no liantiao verify bank --sut sut.json --only '${check}' --seed 20260310`,
    evidence: [payment("the request", "4200000003")],
    ...extra,
  };
}

/** An exchange that pays. */
export function payment(label: string, transaction: string): WireExchange {
  return {
    label,
    request: {
      method: "POST",
      url: "https://bank.test:8443/v1/payments",
      headers: [
        ["Content-Type", "application/json; charset=utf-8"],
        ["X-Key-Id", "platform-2026"],
        ["X-Timestamp", "1773130505"],
        ["X-Nonce", "b1946ac92492d2347c62"],
        ["X-Signature", "kN3tBw+/".repeat(43)],
      ],
      body: `{\n  "out_trade_no": "T000017",\n  "binding_id": "B0001",\n  "amount": {"minor": 10000, "currency": "CNY"},\n  "subject": "测试订单"\n}\n`,
      bodyEncoding: "utf8",
    },
    response: {
      status: 200,
      headers: [
        ["Content-Type", "application/json"],
        ["X-Key-Id", "bank-2026"],
      ],
      body: `{"transaction_id":"${transaction}","state":"SUCCEEDED"}`,
      bodyEncoding: "utf8",
    },
    startedAt: AT + 505,
    durationMs: 41.7,
  };
}

/** Latencies with a body and a tail, the same ones each time. */
export function sampleExchanges(): readonly ExchangeSeen[] {
  const shapes = [
    ["payment.create", 38, 90],
    ["payment.query", 9, 70],
    ["refund.create", 52, 40],
    ["bill.download", 310, 8],
  ] as const;
  const codes = ["SIGN_ERROR", "PARAM_ERROR", "INSUFFICIENT_FUNDS", "OUT_TRADE_NO_USED"];
  return shapes.flatMap(([name, medianMs, times], shape) =>
    Array.from({ length: times }, (_, index): ExchangeSeen => {
      const spread = ((index * 73 + shape * 31) % 97) / 97;
      const durationMs = Math.round(medianMs * Math.exp((spread - 0.5) * 1.6 + (spread > 0.95 ? 1.4 : 0)) * 100) / 100;
      const code = shape === 0 ? codes[index] : undefined;
      const { response, ...unanswered } = payment(`${name} ${index}`, "4200000000");
      return {
        type: "exchange",
        at: AT + 600 + index,
        check: "IDM-01.retry",
        interface: name,
        ...(code === undefined ? {} : { code, provokedBy: "state" }),
        ...(shape === 0 && index === 4 ? { code: "ACCOUNT_FROZEN", provokedBy: "fixture" } : {}),
        exchange:
          shape === 1 && index === 20
            ? {
                ...unanswered,
                durationMs: 5_000,
                failure: { kind: "timeout", message: "no answer within 5 000 ms", sent: true },
              }
            : { ...unanswered, ...(response === undefined ? {} : { response }), durationMs },
      };
    }),
  );
}
