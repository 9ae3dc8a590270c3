import type { ExchangeSeen, RequirementRow, RunEvent, RunStarted } from "../core/run/event.ts";
import type { Finding, WireExchange } from "../core/run/finding.ts";
import type { Bilingual, Level } from "../core/run/verdict.ts";

/** Made-up event logs, for the tests of reports and for looking at them. Nothing here was measured on a real bank. */

const AT = Date.parse("2026-03-10T08:15:00Z");

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

/** A bank with three fails (one of them waived), and everything else a report must be able to show. */
export function failedRun(): readonly RunEvent[] {
  const plan: RunStarted["plan"] = [
    ["SIG-01.absent", "SIG-01"],
    ["SIG-02.body", "SIG-02"],
    ["SIG-02.path", "SIG-02"],
    ["SIG-06.unknown", "SIG-06"],
    ["RPL-01.exact", "RPL-01"],
    ["RPL-02.late", "RPL-02"],
    ["IDM-01.retry", "IDM-01"],
    ["IDM-02.amount", "IDM-02"],
    ["IDM-05.race", "IDM-05"],
    ["ERR-01.low-balance", "ERR-01"],
    ["ERR-04.message", "ERR-04"],
    ["PAR-03.duplicate-key", "PAR-03"],
    ["NOT-01.retry", "NOT-01"],
    ["NOT-04.signed", "NOT-04"],
    ["REC-01.day", "REC-01"],
    ["FXQ-01.expired", "FXQ-01"],
    ["DAT-02.masked", "DAT-02"],
  ].map(([check = "", requirement = ""]) => ({ check, requirement, title: titleOf(requirement) }));
  return [
    sampleHead({
      plan,
      waivers: [
        {
          requirement: "PAR-03",
          owner: "acquiring team",
          reason: "The gateway in front is replaced in release 4.2",
          expires: "2026-06-30",
        },
        { requirement: "IDM-05", owner: "acquiring team", reason: "Row lock planned", expires: "2026-02-28" },
        {
          requirement: "NOT-04",
          owner: "platform operations",
          reason: "Certificate was being renewed",
          expires: "2026-05-31",
        },
      ],
    }),
    preflight("reachable", { en: "The SUT answered in 12 ms", zh: "被测系统在 12 ms 内应答" }),
    preflight("keys", { en: "Both sides verify each other's signature", zh: "双方验签成功" }),
    preflight("clock", { en: "Clock skew 0.4 s, 300 s allowed", zh: "时钟偏差 0.4 秒，允许 300 秒" }),
    ...sampleExchanges(),
    done("SIG-01.absent", "pass"),
    done("SIG-02.body", "pass"),
    done("SIG-02.path", "pass"),
    done("SIG-06.unknown", "pass"),
    done("RPL-01.exact", "pass"),
    done("RPL-02.late", "fail", {
      finding: finding("RPL-02.late", {
        summary: { en: "A request dated 20 minutes ago was executed.", zh: "20 分钟前的请求仍被执行。" },
        expected: "401 SIGN_ERROR",
        seen: "200 SUCCEEDED",
      }),
    }),
    done("IDM-01.retry", "pass"),
    done("IDM-02.amount", "pass"),
    done("IDM-05.race", "fail", {
      finding: finding("IDM-05.race", {
        summary: {
          en: "Two of eight concurrent requests with one out_trade_no were both executed: the customer paid twice.",
          zh: "八个并发的同号请求中有两个均被执行：客户被重复扣款。",
        },
        expected: "one effect per out_trade_no: balance 9 900.00 after paying 100.00",
        seen: "balance 9 800.00; two answers with different transaction_id",
        likelyCause: {
          en: "The number is looked up before it is inserted, and nothing unique holds between the two. Look for a missing unique constraint on (party_id, out_trade_no).",
          zh: "先查询再插入，其间没有唯一性约束。请检查 (party_id, out_trade_no) 是否缺少唯一索引。",
        },
        minimal: {
          description: "2 concurrent requests, same number",
          value: { concurrency: 2, out_trade_no: "T000017", amount: { minor: 10000, currency: "CNY" } },
          reproduced: { tries: 20, failures: 13 },
        },
        evidence: [payment("request 1 of 2", "4200000001"), payment("request 2 of 2", "4200000002")],
      }),
    }),
    done("ERR-01.low-balance", "pass"),
    done("ERR-04.message", "pass"),
    done("PAR-03.duplicate-key", "fail", {
      finding: finding("PAR-03.duplicate-key", {
        summary: {
          en: "A body with two amounts was accepted; the last one was paid.",
          zh: "含两个 amount 的报文被接受，并按后者扣款。",
        },
        expected: "400 PARAM_ERROR",
        seen: "200 SUCCEEDED with amount 1",
        likelyCause: {
          en: "The JSON parser keeps the last of duplicate keys.",
          zh: "JSON 解析器保留了重复键中的最后一个。",
        },
      }),
    }),
    done("NOT-01.retry", "inconclusive", {
      reason: {
        en: "No notification arrived within 60 s, and the callback address was not reached from the SUT.",
        zh: "60 秒内未收到通知，且被测系统未能访问回调地址。",
      },
    }),
    done("NOT-04.signed", "pass"),
    done("REC-01.day", "error", {
      error: "TypeError: cannot read the footer of an empty bill",
      reason: { en: "The harness broke while reading the bill.", zh: "测试工具读取对账单时出错。" },
    }),
    done("FXQ-01.expired", "skipped", {
      skipCause: "capability",
      reason: { en: "The statement does not declare cross-border payment.", zh: "声明中未包含跨境支付。" },
    }),
    done("DAT-02.masked", "pass"),
    {
      type: "service-level.finished",
      at: AT + 90_000,
      name: "payment.create.p99",
      interface: "payment.create",
      title: { en: "Payments are answered in time", zh: "支付及时应答" },
      target: "p99 ≤ 500 ms",
      seen: "p99 = 212 ms",
      samples: 240,
      ok: true,
    },
    { type: "run.finished", at: AT + 91_400, partial: false },
  ];
}

/** A bank that passes all that is put to it. */
export function passedRun(): readonly RunEvent[] {
  const plan = ["SIG-01", "RPL-01", "IDM-01"].map((requirement) => ({
    check: `${requirement}.only`,
    requirement,
    title: titleOf(requirement),
  }));
  return [
    sampleHead({ plan }),
    preflight("reachable", { en: "The SUT answered", zh: "被测系统已应答" }),
    ...sampleExchanges(),
    ...plan.map(({ check }) => done(check, "pass")),
    { type: "run.finished", at: AT + 5_000, partial: false },
  ];
}

/** A run that a waiver turns green, with the fail of a SHOULD beside it. */
export function waivedRun(): readonly RunEvent[] {
  const plan = ["SIG-01", "PAR-03", "RPL-02"].map((requirement) => ({
    check: `${requirement}.only`,
    requirement,
    title: titleOf(requirement),
  }));
  return [
    sampleHead({
      plan,
      waivers: [
        {
          requirement: "PAR-03",
          owner: "acquiring team",
          reason: "Gateway replaced in release 4.2",
          expires: "2026-06-30",
        },
      ],
    }),
    done("SIG-01.only", "pass"),
    done("PAR-03.only", "fail"),
    done("RPL-02.only", "fail"),
    { type: "run.finished", at: AT + 5_000, partial: false },
  ];
}

/** A run whose SUT could not be reached. */
export function unreachableRun(): readonly RunEvent[] {
  return [
    sampleHead({ plan: [{ check: "SIG-01.absent", requirement: "SIG-01", title: titleOf("SIG-01") }] }),
    {
      type: "preflight.finished",
      at: AT + 10,
      name: "reachable",
      ok: false,
      attribution: "network",
      message: { en: "https://bank.test:8443 refused the connection", zh: "https://bank.test:8443 拒绝连接" },
      remedy: { en: "Start the SUT, or mend baseUrl in sut.json", zh: "请启动被测系统，或修正 sut.json 中的 baseUrl" },
    },
    { type: "run.finished", at: AT + 20, partial: true, reason: "preflight" },
  ];
}

/** A run in which every text that the SUT may choose tries to break out of its document. */
export function hostileRun(text: string): readonly RunEvent[] {
  const both = { en: text, zh: text };
  const message = { headers: [[text, text]] as const, body: text, bodyEncoding: "utf8" as const };
  const exchange: WireExchange = {
    label: text,
    request: { ...message, method: text, url: text },
    response: { ...message, status: 200 },
    startedAt: AT,
    durationMs: 1,
  };
  const requirement: RequirementRow = { id: text, area: text, level: "MUST", title: both, text: both, source: text };
  return [
    {
      ...sampleHead({}),
      run: text,
      only: text,
      sut: { name: text, baseUrl: text },
      pack: { name: text, title: both, version: text, digest: text },
      suites: { digest: text },
      statement: { digest: text, file: text },
      requirements: [requirement, { ...requirement, id: `${text}2` }, { ...requirement, id: `${text}3` }],
      errors: [{ code: text, status: 400, title: both }],
      waivers: [{ requirement: text, owner: text, reason: text, expires: "2026-12-31" }],
      plan: [{ check: text, requirement: text, title: both }],
    },
    { type: "preflight.finished", at: AT, name: text, ok: false, attribution: "harness", message: both, remedy: both },
    { type: "exchange", at: AT, check: text, interface: text, code: text, exchange },
    { type: "exchange", at: AT, check: text, interface: text, code: `${text}!`, exchange },
    {
      type: "check.finished",
      at: AT,
      check: text,
      requirement: text,
      level: "MUST",
      verdict: "fail",
      durationMs: 1,
      reason: both,
      finding: {
        requirement: text,
        level: "MUST",
        check: text,
        summary: both,
        expected: text,
        seen: text,
        likelyCause: both,
        seed: 1,
        replay: text,
        minimal: { description: text, value: { [text]: text }, reproduced: { tries: 2, failures: 1 } },
        evidence: [exchange],
      },
    },
    {
      type: "check.finished",
      at: AT,
      check: `${text}2`,
      requirement: `${text}2`,
      level: "MUST",
      verdict: "skipped",
      durationMs: 1,
      reason: both,
    },
    {
      type: "check.finished",
      at: AT,
      check: `${text}3`,
      requirement: `${text}3`,
      level: "MUST",
      verdict: "error",
      durationMs: 1,
      error: text,
    },
    {
      type: "service-level.finished",
      at: AT,
      name: text,
      title: both,
      target: text,
      seen: text,
      samples: 1,
      ok: false,
    },
    { type: "run.finished", at: AT, partial: true, reason: text },
  ];
}

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

function titleOf(requirement: string): Bilingual {
  const row = REQUIREMENTS.find(([id]) => id === requirement);
  return { en: row?.[2] ?? requirement, zh: row?.[3] ?? requirement };
}

function preflight(name: string, message: Bilingual): RunEvent {
  return { type: "preflight.finished", at: AT + 5, name, ok: true, message };
}

type Done = Extract<RunEvent, { readonly type: "check.finished" }>;

function done(check: string, verdict: Done["verdict"], extra: Partial<Done> = {}): RunEvent {
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

function finding(check: string, extra: Pick<Finding, "summary" | "expected" | "seen"> & Partial<Finding>): Finding {
  return {
    requirement: check.slice(0, 6),
    level: "MUST",
    check,
    seed: 20260310,
    replay: `npx liantiao verify bank --sut sut.json --only '${check}' --seed 20260310`,
    evidence: [payment("the request", "4200000003")],
    ...extra,
  };
}

function payment(label: string, transaction: string): WireExchange {
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
function sampleExchanges(): readonly ExchangeSeen[] {
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
