import { AUTHORIZATION_HEADER } from "../../envelope/testing/policies.ts";
import type { ErrorCode, Interface, Lifecycle, Manifest, PackSource, Scenario, Stage } from "../types.ts";

const text = (en: string): { readonly en: string; readonly zh: string } => ({ en, zh: `${en}(中文)` });

const error = (
  code: string,
  stage: Stage,
  rank: number,
  why: Pick<ErrorCode, "reason" | "provoke"> = {},
): ErrorCode => ({
  code,
  status: 400,
  class: "fix-and-resend",
  stage,
  rank,
  title: text(code),
  remedy: text("Correct it."),
  ...why,
});

const manifest: Manifest = {
  name: "small",
  version: "1.0.0",
  title: text("Small pack"),
  description: text("The smallest pack that has one of everything."),
  timeZone: "Asia/Shanghai",
  currencies: [{ code: "CNY", minorUnits: 2 }],
  policies: {
    envelope: { ...AUTHORIZATION_HEADER, algorithms: { ED: "ed25519" } },
    freshness: {
      clockSkewSeconds: 300,
      nonce: { minLength: 8, maxLength: 64, pattern: "^[0-9A-Za-z]+$" },
      exactReplay: "refuse",
    },
    limits: { bodyBytes: 65_536, depth: 16, members: 1_000, targetBytes: 2_048 },
    stages: {
      "route.unknown": "NO_ROUTE",
      "route.method": "NO_ROUTE",
      "route.size": "NO_ROUTE",
      "route.media": "NO_ROUTE",
      signature: "SIGN",
      "freshness.timestamp": "STALE",
      "freshness.replay": "STALE",
      decode: "MALFORMED",
      schema: "PARAM",
      party: "PARAM",
      overload: "BROKEN",
      system: "BROKEN",
    },
    notification: {
      retrySeconds: [15],
      acknowledgeWithinSeconds: 5,
      acknowledgeStatus: [200, 204],
      signedAs: "answer",
    },
    cutover: { at: "00:00:00", billReadyAfterSeconds: 600 },
  },
  accounts: {
    customer: { title: text("Customer"), normal: "credit", neverNegative: true },
    settlement: { title: text("Settlement"), normal: "credit", neverNegative: true },
  },
  fees: { pay: { title: text("Fee"), rateBasisPoints: 60, minimum: 0 } },
};

const pay: Interface = {
  id: "pay.create",
  title: text("Pay"),
  description: text("Pays."),
  provider: "bank",
  purpose: { creates: "pay" },
  http: { method: "POST", path: "/v1/pay" },
  request: { representation: "json", body: { $ref: "messages/pay.json#/$defs/create" }, party: "$request.party_id" },
  response: {
    status: 200,
    representation: "json",
    body: { $ref: "messages/pay.json#/$defs/view" },
    answer: {
      out_no: "$pay.out_no",
      state: "$pay.state",
      amount: "$pay.amount",
      settled_at: { if: [{ exists: "$pay.settled_at" }, { "time.rfc3339": "$pay.settled_at" }] },
    },
  },
  idempotency: {
    key: ["out_no"],
    fingerprint: "all",
    onSuccess: "same",
    onDecline: "reevaluate",
    inFlight: "wait",
    mismatch: "CONFLICT",
  },
  errors: ["CONFLICT", "NO_ACCOUNT", "NO_MONEY"],
  caller: { success: "query", query: { interface: "pay.query", afterSeconds: [1] } },
};

const query: Interface = {
  id: "pay.query",
  title: text("Query"),
  description: text("Asks."),
  provider: "bank",
  purpose: { reads: "pay" },
  http: { method: "GET", path: "/v1/pay/{out_no}" },
  request: {
    representation: "empty",
    party: "$request.party_id",
    path: {
      type: "object",
      additionalProperties: false,
      required: ["out_no"],
      properties: { out_no: { $ref: "messages/pay.json#/$defs/number" } },
    },
    query: {
      type: "object",
      additionalProperties: false,
      required: ["party_id"],
      properties: {
        party_id: { type: "string" },
        limit: { type: "integer", minimum: 1, maximum: 200 },
        full: { type: "boolean" },
      },
    },
  },
  response: { status: 200, representation: "json", body: { $ref: "messages/pay.json#/$defs/view" } },
  read: {
    load: {
      pay: { resource: "pay", key: { party_id: "$request.party_id", out_no: "$request.out_no" }, else: "NO_PAY" },
    },
    answer: { out_no: "$pay.out_no", state: "$pay.state", amount: "$pay.amount" },
  },
  errors: ["NO_PAY"],
  caller: { success: "final" },
};

const notice: Interface = {
  id: "notify.pay",
  title: text("Notice"),
  description: text("Tells."),
  provider: "platform",
  http: { method: "POST", path: "/notify/pay" },
  request: { representation: "json", body: { $ref: "messages/pay.json#/$defs/notice" } },
  response: { status: 204, representation: "empty" },
  read: {},
  notification: { body: { notify_id: "$notification.id", amount: "$pay.amount" }, target: "$party.notify_url" },
  errors: [],
  caller: { success: "final" },
};

const account: Lifecycle = {
  resource: "account",
  role: "bank",
  title: text("Account"),
  key: ["account_no"],
  fields: { account_no: "text", last_paid: "time?" },
  initial: "ABSENT",
  states: { OPEN: { title: text("Open") }, CLOSED: { title: text("Closed"), final: true } },
  transitions: [
    { name: "close", on: { operator: "account.close" }, from: ["OPEN"], to: [{ state: "CLOSED" }] },
    {
      name: "paid",
      on: { transition: "pay.create" },
      from: ["OPEN"],
      to: [{ state: "OPEN", set: { last_paid: "$now" } }],
    },
    {
      name: "open",
      from: ["ABSENT"],
      to: [{ state: "OPEN" }],
      on: {
        operator: "account.open",
        input: {
          type: "object",
          additionalProperties: false,
          required: ["account_no"],
          properties: { account_no: { type: "string", minLength: 4 } },
        },
      },
    },
  ],
};

const payment: Lifecycle = {
  resource: "pay",
  role: "bank",
  title: text("Payment"),
  key: ["party_id", "out_no"],
  fields: { party_id: "text", out_no: "text", account_no: "text", amount: "money", settled_at: "time?" },
  initial: "ABSENT",
  states: {
    PROCESSING: { title: text("Processing"), outcome: "open" },
    PAID: { title: text("Paid"), final: true, outcome: "succeeded" },
  },
  law: { moves: { from: "customer", to: "settlement" }, fee: "pay" },
  transitions: [
    {
      name: "create",
      on: { call: "pay.create" },
      from: ["ABSENT"],
      load: {
        account: { resource: "account", key: { account_no: "$request.account_no" }, else: "NO_ACCOUNT" },
        funds: { ledger: "customer:{$account.account_no}", currency: "$request.amount.currency" },
      },
      require: [{ that: { "money.gte": ["$funds.available", "$request.amount"] }, else: "NO_MONEY" }],
      to: [
        {
          state: "PROCESSING",
          set: { account_no: "$request.account_no", amount: "$request.amount" },
          post: [
            {
              phase: "pending",
              as: "pay",
              kind: "pay",
              debit: "customer:{$account.account_no}",
              credit: "settlement:{$pay.party_id}",
              amount: "$pay.amount",
              reference: "$pay.out_no",
            },
          ],
          move: [{ row: "account", transition: "paid" }],
        },
      ],
    },
    {
      name: "settle",
      on: { after: 2 },
      from: ["PROCESSING"],
      to: [
        { state: "PAID", set: { settled_at: "$now" }, post: [{ phase: "post", of: "pay" }], notify: ["notify.pay"] },
      ],
    },
  ],
  unique: [{ fields: ["account_no"], while: ["PROCESSING"], else: "NO_MONEY" }],
  invariants: [{ that: { "money.gte": ["$pay.amount", { "money.zero": "$pay.amount" }] }, why: "no negative payment" }],
};

const funded: Scenario = {
  id: "funded",
  title: text("Funded"),
  role: "bank",
  provoke: "state",
  plays: [{ resource: "pay", as: "ordinary" }],
  gives: { account_no: { type: "text", title: text("Account") } },
  seed: [
    {
      resource: "account",
      state: "OPEN",
      fields: { account_no: "6222{$party.index}" },
      opening: { account: "customer:{$account.account_no}", amount: { "money.of": [100, "CNY"] } },
    },
  ],
  bind: { account_no: "$account.account_no" },
};

const messages: PackSource["messages"] = {
  pay: {
    $defs: {
      number: { type: "string", pattern: "^[0-9A-Za-z_-]{6,32}$", "x-is": "number" },
      money: {
        type: "object",
        additionalProperties: false,
        required: ["value", "currency"],
        properties: { value: { type: "integer", minimum: 1 }, currency: { type: "string" } },
      },
      create: {
        type: "object",
        additionalProperties: false,
        required: ["party_id", "out_no", "account_no", "amount"],
        properties: {
          party_id: { type: "string", "x-from": "party" },
          out_no: { $ref: "#/$defs/number" },
          account_no: { type: "string", "x-sensitive": "account", "x-title": text("Account") },
          amount: { $ref: "#/$defs/money" },
        },
      },
      view: {
        type: "object",
        required: ["out_no", "state", "amount"],
        properties: {
          out_no: { $ref: "#/$defs/number" },
          state: { enum: ["PROCESSING", "PAID"], "x-is": "state" },
          amount: { $ref: "messages/pay.json#/$defs/money" },
          settled_at: { type: "string", format: "date-time" },
        },
      },
      notice: {
        type: "object",
        required: ["notify_id", "amount"],
        properties: { notify_id: { type: "string" }, amount: { $ref: "#/$defs/money" } },
      },
    },
  },
};

const errors: PackSource["errors"] = [
  error("NO_ROUTE", "route", 1),
  error("SIGN", "signature", 1),
  error("STALE", "freshness", 1),
  error("MALFORMED", "decode", 1),
  error("PARAM", "schema", 1),
  error("CONFLICT", "idempotency", 1),
  error("NO_ACCOUNT", "guards", 1),
  error("NO_MONEY", "guards", 2),
  error("NO_PAY", "guards", 3, {
    reason: "not-found",
    provoke: [
      { in: "pay.query", set: { "/out_no": "$fresh" } },
      {
        in: "pay.query",
        scenario: "funded",
        after: [{ call: "pay.create", as: "made" }],
        set: { "/out_no": "{$made.out_no}{$scenario.account_no}" },
      },
    ],
  }),
  error("BROKEN", "system", 1),
];

const requirements: PackSource["requirements"] = [
  {
    id: "PAY-01",
    area: "pay",
    level: "MUST",
    role: "bank",
    title: text("Pay once"),
    text: text("A payment is made once."),
    source: "this pack",
  },
  {
    id: "PAY-02",
    area: "pay",
    level: "SHOULD",
    role: "both",
    title: text("Ask"),
    text: text("One may ask."),
    source: "this pack",
  },
];

const loads: NonNullable<PackSource["loads"]> = {
  journeys: { pay: ["pay.create", "pay.query"] },
  profiles: { smoke: { title: text("Smoke"), phases: [{ seconds: 1, from: 1, to: 1 }], mix: { pay: 1 } } },
  levels: [
    {
      name: "answered",
      title: text("Answered"),
      source: "this pack",
      interface: "pay.create",
      good: { endings: ["success"] },
      target: "0.9",
    },
  ],
};

/** A small pack with one of everything and nothing wrong; for tests, which break a copy of it. */
export function smallPack(): PackSource {
  return structuredClone({
    directory: "",
    digest: "",
    manifest,
    interfaces: [pay, query, notice],
    lifecycles: [account, payment],
    scenarios: [funded],
    messages,
    errors,
    requirements,
    loads,
  } satisfies PackSource);
}
