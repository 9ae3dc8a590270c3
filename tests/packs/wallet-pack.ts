import type { ErrorCode, Interface, Lifecycle, PackSource, Schema } from "../../core/pack/types.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";

/*
 * A wallet as gateways write it: yuan and local times in texts, goods as a list, one-use codes, amendments by PATCH, an
 * action behind a colon, and a file of trades. Policies, codes of the early stages and requirements are the reference's.
 */

const text = (en: string): { readonly en: string; readonly zh: string } => ({ en, zh: `${en}（中文）` });

const error = (code: string, status: number, stage: ErrorCode["stage"], rank: number): ErrorCode => ({
  code,
  status,
  class: "final-fail",
  stage,
  rank,
  title: text(code),
  remedy: text("Correct the request."),
  ...(stage === "guards" ? { reason: code.endsWith("NOT_EXIST") ? "not-found" : "consumed" } : {}),
});

const party: Schema = { type: "string", minLength: 1, maxLength: 32, "x-from": "party" };
const number = (from: string): Schema => ({
  type: "string",
  pattern: "^[0-9A-Za-z_-]{6,32}$",
  "x-from": from,
  "x-is": "number",
});
const yuan: Schema = {
  type: "string",
  pattern: "^(0|[1-9][0-9]{0,8})\\.[0-9]{1,2}$",
  examples: ["88.80"],
};
const object = (required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});
const answered = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: "object",
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

const VIEW = {
  trade_no: "$trade.trade_no",
  trade_state: "$trade.state",
  total_amount: { "money.yuan": "$trade.amount" },
  transaction_id: "$trade.transaction_id",
  gmt_create: { "time.format": ["$trade.created", "yyyy-MM-dd HH:mm:ss"] },
  time_expire: { if: [{ exists: "$trade.expires" }, { "time.format": ["$trade.expires", "yyyyMMddHHmmss"] }] },
  goods_detail: "$trade.goods",
  attach: "$trade.attach",
} as const;
const view = answered(
  {
    trade_no: { type: "string", "x-is": "number" },
    trade_state: { type: "string", "x-is": "state" },
    total_amount: { type: "string" },
    transaction_id: { type: "string" },
    gmt_create: { type: "string" },
    time_expire: { type: "string" },
    goods_detail: { type: "array" },
    attach: { type: "string" },
  },
  ["time_expire", "goods_detail", "attach"],
);

type Own = Omit<Interface, "id" | "title" | "description" | "provider" | "caller"> & Partial<Pick<Interface, "caller">>;
const make = (id: string, more: Own): Interface => ({
  id,
  title: text(id),
  description: text(id),
  provider: "bank",
  caller: { success: "final" },
  ...more,
});

const ofTrade = (parameters: Schema): Pick<Interface["request"], "path"> => ({ path: parameters });
const tradePath = object(["trade_no"], { trade_no: number("prior.trade.create") });
const partyQuery = object(["mch_id"], { mch_id: party });
const idempotency = (fingerprint: "all" | readonly string[]): NonNullable<Interface["idempotency"]> => ({
  key: ["trade_no"],
  fingerprint,
  onSuccess: "same",
  onDecline: "reevaluate",
  inFlight: "wait",
  mismatch: "TRADE.CONFLICT",
});

const INTERFACES: readonly Interface[] = [
  make("trade.create", {
    purpose: { creates: "trade" },
    http: { method: "POST", path: "/wallet/trades" },
    request: {
      representation: "json",
      party: "$request.mch_id",
      body: object(["mch_id", "trade_no", "total_amount"], {
        mch_id: party,
        trade_no: number("fresh"),
        total_amount: yuan,
        time_expire: { type: "string", pattern: "^[0-9]{14}$" },
        goods_detail: { type: "array", maxItems: 10, items: { type: "object" } },
      }),
    },
    response: { status: 200, representation: "json", body: view, answer: VIEW },
    idempotency: idempotency("all"),
    errors: ["TRADE.CONFLICT", "TRADE.AMOUNT"],
    caller: { success: "query", query: { interface: "trade.get", afterSeconds: [1] } },
  }),
  make("trade.get", {
    purpose: { reads: "trade" },
    http: { method: "GET", path: "/wallet/trades/{trade_no}" },
    request: { representation: "empty", party: "$request.mch_id", ...ofTrade(tradePath), query: partyQuery },
    response: { status: 200, representation: "json", body: view },
    read: {
      load: {
        trade: {
          resource: "trade",
          key: { party_id: "$request.mch_id", trade_no: "$request.trade_no" },
          else: "TRADE.NOT_EXIST",
        },
      },
      answer: VIEW,
    },
    errors: ["TRADE.NOT_EXIST"],
  }),
  make("trade.amend", {
    http: { method: "PATCH", path: "/wallet/trades/{trade_no}" },
    request: {
      representation: "json",
      party: "$request.mch_id",
      ...ofTrade(tradePath),
      body: object(["mch_id", "attach"], { mch_id: party, attach: { type: "string", minLength: 1, maxLength: 64 } }),
    },
    response: { status: 200, representation: "json", body: view, answer: VIEW },
    errors: ["TRADE.NOT_EXIST", "TRADE.CLOSED"],
  }),
  make("trade.close", {
    purpose: { ends: "trade" },
    http: { method: "POST", path: "/wallet/trades/{trade_no}:close" },
    request: {
      representation: "json",
      party: "$request.mch_id",
      ...ofTrade(tradePath),
      body: object(["mch_id"], { mch_id: party }),
    },
    response: { status: 204, representation: "empty" },
    errors: ["TRADE.NOT_EXIST", "TRADE.PAID"],
  }),
  make("code.issue", {
    http: { method: "POST", path: "/wallet/codes" },
    request: { representation: "json", party: "$request.mch_id", body: object(["mch_id"], { mch_id: party }) },
    response: {
      status: 201,
      representation: "json",
      body: answered({ auth_code: { type: "string", pattern: "^28[0-9]{16}$" } }),
      answer: { auth_code: "$code.auth_code" },
    },
    repetition: "new",
    errors: [],
  }),
  make("code.pay", {
    http: { method: "POST", path: "/wallet/codes:pay" },
    request: {
      representation: "json",
      party: "$request.mch_id",
      body: object(["mch_id", "trade_no", "auth_code", "total_amount", "subject"], {
        mch_id: party,
        trade_no: number("fresh"),
        auth_code: { type: "string", pattern: "^[0-9]{18}$", "x-from": "prior.code.issue" },
        total_amount: yuan,
        subject: { type: "string", minLength: 1, maxLength: 64 },
      }),
    },
    response: { status: 200, representation: "json", body: view, answer: VIEW },
    idempotency: idempotency("all"),
    errors: ["TRADE.CONFLICT", "TRADE.AMOUNT", "CODE.NOT_EXIST", "CODE.USED"],
  }),
  make("bill.trades", {
    http: { method: "GET", path: "/wallet/bills/{bill_date}" },
    request: {
      representation: "empty",
      party: "$request.mch_id",
      path: object(["bill_date"], { bill_date: { type: "string", format: "date", "x-from": "date.today" } }),
      query: partyQuery,
    },
    response: {
      status: 200,
      representation: "table",
      table: {
        charset: "utf-8",
        bom: false,
        lineEnd: "\n",
        header: "title.zh",
        prefix: { text: "`", before: "all" },
        rows: "$paid",
        columns: [
          { name: "trade_no", title: { en: "Number", zh: "商户订单号" }, value: "$item.trade_no" },
          { name: "total_amount", title: { en: "Yuan", zh: "金额" }, value: { "money.yuan": "$item.amount" } },
        ],
        footer: [
          { title: { en: "Trades", zh: "总笔数" }, value: { text: [{ count: ["$paid"] }] } },
          { title: { en: "Sum", zh: "总金额" }, value: { "money.yuan": { sum: ["$paid", "$item.amount"] } } },
        ],
        footerHeader: "title.zh",
      },
    },
    read: {
      load: {
        trades: {
          resource: "trade",
          where: { party_id: "$request.mch_id", created_on: "$request.bill_date" },
          by: "created",
        },
        paid: { value: { filter: ["$trades", { eq: ["$item.state", "PAID"] }] } },
      },
    },
    errors: [],
  }),
];

const TRADE: Lifecycle = {
  resource: "trade",
  role: "bank",
  title: text("Trade"),
  key: ["party_id", "trade_no"],
  initial: "ABSENT",
  fields: {
    party_id: "text",
    trade_no: "text",
    transaction_id: "text",
    amount: "money",
    created: "time",
    created_on: "date",
    expires: "time?",
    goods: "json?",
    attach: "text?",
  },
  states: {
    NOTPAY: { title: text("Not paid"), outcome: "open" },
    PAID: { title: text("Paid"), final: true, outcome: "succeeded" },
    CLOSED: { title: text("Closed"), final: true, outcome: "closed" },
  },
  transitions: [
    {
      name: "create",
      on: { call: "trade.create" },
      from: ["ABSENT"],
      key: { party_id: "$request.mch_id", trade_no: "$request.trade_no" },
      load: { amount: { value: { "money.parse": ["$request.total_amount", "CNY"] }, else: "TRADE.AMOUNT" } },
      to: [
        {
          state: "NOTPAY",
          set: {
            transaction_id: { concat: ["4200", { digits: 24 }] },
            amount: "$amount",
            created: "$now",
            created_on: "$today",
            expires: {
              if: [
                { exists: "$request.time_expire" },
                { "time.parse": [{ default: ["$request.time_expire", ""] }, "yyyyMMddHHmmss"] },
              ],
            },
            goods: "$request.goods_detail",
          },
        },
      ],
    },
    {
      name: "amend",
      on: { call: "trade.amend" },
      from: ["NOTPAY"],
      key: { party_id: "$request.mch_id", trade_no: "$request.trade_no" },
      otherwise: { ABSENT: "TRADE.NOT_EXIST", "*": "TRADE.CLOSED" },
      to: [{ state: "NOTPAY", set: { attach: "$request.attach" } }],
    },
    {
      name: "close",
      on: { call: "trade.close" },
      from: ["NOTPAY", "CLOSED"],
      key: { party_id: "$request.mch_id", trade_no: "$request.trade_no" },
      otherwise: { ABSENT: "TRADE.NOT_EXIST", "*": "TRADE.PAID" },
      to: [{ state: "CLOSED" }],
    },
    {
      name: "pay",
      on: { call: "code.pay" },
      from: ["ABSENT"],
      key: { party_id: "$request.mch_id", trade_no: "$request.trade_no" },
      load: {
        code: {
          resource: "code",
          key: { party_id: "$request.mch_id", auth_code: "$request.auth_code" },
          else: "CODE.NOT_EXIST",
        },
        amount: { value: { "money.parse": ["$request.total_amount", "CNY"] }, else: "TRADE.AMOUNT" },
      },
      to: [
        {
          state: "PAID",
          set: {
            transaction_id: { concat: ["4200", { digits: 24 }] },
            amount: "$amount",
            created: "$now",
            created_on: "$today",
            attach: "$request.subject",
          },
          move: [{ row: "code", transition: "use" }],
        },
      ],
    },
  ],
};

const CODE: Lifecycle = {
  resource: "code",
  role: "bank",
  title: text("Payment code"),
  key: ["party_id", "auth_code"],
  initial: "ABSENT",
  fields: { party_id: "text", auth_code: "text" },
  states: { ISSUED: { title: text("Issued") }, USED: { title: text("Used"), final: true } },
  transitions: [
    {
      name: "issue",
      on: { call: "code.issue" },
      from: ["ABSENT"],
      key: { party_id: "$request.mch_id", auth_code: { concat: ["28", { digits: 16 }] } },
      to: [{ state: "ISSUED" }],
    },
    {
      name: "use",
      on: { transition: "trade.pay" },
      from: ["ISSUED"],
      otherwise: { "*": "CODE.USED" },
      to: [{ state: "USED" }],
    },
  ],
};

export function walletPack(): PackSource {
  const { source } = cooperationPack();
  return {
    ...source,
    manifest: { ...source.manifest, name: "wallet", title: text("Wallet"), accounts: {}, fees: {} },
    interfaces: INTERFACES,
    lifecycles: [TRADE, CODE],
    messages: {},
    scenarios: [],
    errors: [
      ...source.errors.filter(({ stage }) => stage !== "guards" && stage !== "idempotency"),
      error("TRADE.CONFLICT", 409, "idempotency", 10),
      error("TRADE.NOT_EXIST", 404, "guards", 10),
      error("TRADE.CLOSED", 409, "guards", 20),
      error("TRADE.PAID", 409, "guards", 30),
      error("TRADE.AMOUNT", 400, "guards", 40),
      error("CODE.NOT_EXIST", 404, "guards", 50),
      error("CODE.USED", 409, "guards", 60),
    ],
  };
}
