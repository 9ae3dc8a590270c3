import type { Break } from "./break.ts";

/** Mistakes of expressions. */
export const EXPRESSIONS: readonly Break[] = [
  [
    "a header that is no text",
    "/interfaces/0/response/headers",
    { "X-Amount": "$request.amount" },
    "expression.type interfaces/pay.create.json#/response/headers/X-Amount",
  ],
  [
    "a header over a row, which an answer given again does not have",
    "/interfaces/0/response/headers",
    { "X-State": "$pay.state" },
    "expression.path interfaces/pay.create.json#/response/headers/X-State",
  ],
  [
    "a refusal about what refusals have not",
    "/manifest/policies/refusal",
    { body: { code: "$error.cod" }, code: "/code" },
    "expression.path pack.json#/policies/refusal/body/code",
  ],
  [
    "an operator's input without the key of the new row",
    "/lifecycles/0/transitions/2/on/input/properties",
    {},
    "expression.path lifecycles/account.json#/transitions/2",
  ],
  [
    "an operator's input whose key may be missing",
    "/lifecycles/0/transitions/2/on/input/required",
    [],
    "expression.type lifecycles/account.json#/transitions/2",
  ],
  [
    "a timer that is no number of seconds",
    "/lifecycles/1/transitions/1/on/after",
    "$pay.out_no",
    "expression.type lifecycles/pay.json#/transitions/1/on/after",
  ],
  [
    "a policy that is none",
    "/lifecycles/1/invariants/0/that",
    { lt: ["$policies.cutover.ready", 1] },
    "expression.path lifecycles/pay.json#/invariants/0/that/lt/0",
  ],
  [
    "rows chosen by what may be missing",
    "/interfaces/1/read/load/all",
    { resource: "pay", where: { settled_at: "$pay.settled_at" } },
    "expression.type interfaces/pay.query.json#/read/load/all/where/settled_at",
  ],
  [
    "a value that may be missing where it is needed",
    "/lifecycles/1/transitions/0/load/account",
    { value: { "money.parse": ["$request.out_no", "CNY"] } },
    "expression.path lifecycles/pay.json#/transitions/0/load/funds/ledger",
  ],
  [
    "an expression that cannot be read",
    "/lifecycles/1/transitions/0/require/0/that",
    { "money.ge": ["$funds.available", "$request.amount"] },
    "expression.syntax lifecycles/pay.json#/transitions/0/require/0/that",
  ],
  [
    "a path to nowhere",
    "/lifecycles/1/transitions/0/require/0/that/money.gte/1",
    "$request.amout",
    "expression.path lifecycles/pay.json#/transitions/0/require/0/that/money.gte/1",
  ],
  [
    "a guard that is no condition",
    "/lifecycles/1/transitions/0/require/0/that",
    "$request.out_no",
    "expression.type lifecycles/pay.json#/transitions/0/require/0/that",
  ],
  [
    "a field of the wrong type",
    "/lifecycles/1/transitions/1/to/0/set/settled_at",
    { "time.rfc3339": "$now" },
    "expression.type lifecycles/pay.json#/transitions/1/to/0/set/settled_at",
  ],
  [
    "an answer without a required field",
    "/interfaces/0/response/answer/amount",
    undefined,
    "expression.type interfaces/pay.create.json#/response/answer/amount",
  ],
  [
    "an answer with a field that may be missing",
    "/interfaces/0/response/answer/settled_at",
    { "time.rfc3339": "$pay.settled_at" },
    "expression.type interfaces/pay.create.json#/response/answer/settled_at/time.rfc3339",
  ],
  [
    "an answer with a field that the schema lacks",
    "/interfaces/0/response/answer/sate",
    "$pay.state",
    "expression.type interfaces/pay.create.json#/response/answer/sate",
  ],
  [
    "a notification that does not fit its schema",
    "/interfaces/2/notification/body/amount",
    "$pay.out_no",
    "expression.type interfaces/notify.pay.json#/notification/body/amount",
  ],
  [
    "a comparison with a state that is none",
    "/lifecycles/1/invariants/0/that",
    { eq: ["$pay.state", "PAYED"] },
    "expression.type lifecycles/pay.json#/invariants/0/that/eq/1",
  ],
  [
    "a view that is none",
    "/views",
    { defined: {}, uses: [{ view: "pay", file: "interfaces/pay.create.json", pointer: "/response/answer" }] },
    "view.unknown interfaces/pay.create.json#/response/answer",
  ],
  [
    "a view that leads back to itself",
    "/views",
    { defined: { pay: { view: "pay" } }, uses: [] },
    "view.cycle views.json#/views/pay",
  ],
  [
    "a view that no expression uses",
    "/views",
    { defined: { pay: "$pay.amount" }, uses: [] },
    "view.unused views.json#/views/pay",
  ],
];
