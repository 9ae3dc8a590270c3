import type { RunEvent, RunStarted } from "../../core/run/event.ts";
import { AT, done, finding, payment, preflight, sampleExchanges, sampleHead, titleOf } from "./sample-events.ts";

const PLAN: RunStarted["plan"] = [
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

const WAIVERS: RunStarted["waivers"] = [
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
];

const PAID_TWICE = {
  expected: "one effect per out_trade_no: balance 9 900.00 after paying 100.00",
  seen: "balance 9 800.00; two answers with different transaction_id",
  inChinese: {
    expected: "同一 out_trade_no 只生效一次：支付 100.00 后余额为 9 900.00",
    seen: "余额为 9 800.00；两次应答的 transaction_id 不同",
  },
};

/** Every verdict, each with what a report has to show of it. */
const verdicts = (): readonly RunEvent[] => [
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
      ...PAID_TWICE,
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
];

/** A bank with three fails (one of them waived), and everything else a report must be able to show. */
export function failedRun(): readonly RunEvent[] {
  return [
    sampleHead({ plan: PLAN, waivers: WAIVERS }),
    preflight("reachable", { en: "The SUT answered in 12 ms", zh: "被测系统在 12 ms 内应答" }),
    preflight("keys", { en: "Both sides verify each other's signature", zh: "双方验签成功" }),
    preflight("clock", { en: "Clock skew 0.4 s, 300 s allowed", zh: "时钟偏差 0.4 秒，允许 300 秒" }),
    ...sampleExchanges(),
    ...verdicts(),
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
