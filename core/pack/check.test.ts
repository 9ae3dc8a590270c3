import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkPack } from "./check.ts";
import { smallPack } from "./fixture.ts";
import { loadPack } from "./load.ts";
import type { PackSource } from "./types.ts";

/** A copy of the small pack with the member at a JSON Pointer replaced; `undefined` removes it. */
function broken(pointer: string, value: unknown): PackSource {
  const source = smallPack();
  const tokens = pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = tokens.pop() ?? "";
  let holder: unknown = source;
  for (const token of tokens) {
    if (typeof holder !== "object" || holder === null) throw new Error(`the fixture has no ${pointer}`);
    holder = Reflect.get(holder, token);
  }
  if (typeof holder !== "object" || holder === null) throw new Error(`the fixture has no ${pointer}`);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, value);
  return source;
}

const BREAKS: readonly (readonly [what: string, at: string, value: unknown, problem: string])[] = [
  [
    "an undeclared code",
    "/interfaces/1/read/load/pay/else",
    "NOPE",
    "error.unknown interfaces/pay.query.json#/read/load/pay/else",
  ],
  [
    "an undeclared code of a policy",
    "/manifest/policies/stages/route.size",
    "NOPE",
    "error.unknown pack.json#/policies/stages/route.size",
  ],
  [
    "an undeclared code in a list",
    "/interfaces/1/errors/1",
    "NOPE",
    "error.unknown interfaces/pay.query.json#/errors/1",
  ],
  [
    "a guard's code of another stage",
    "/lifecycles/1/transitions/0/require/0/else",
    "SIGN",
    "error.stage lifecycles/pay.json#/transitions/0/require/0/else",
  ],
  ["two equal ranks in a stage", "/errors/7/rank", 1, "error.rank errors.json#/errors/7/rank"],
  [
    "a code answered but not listed",
    "/interfaces/0/errors",
    ["CONFLICT", "NO_MONEY"],
    "error.listed interfaces/pay.create.json#/errors",
  ],
  [
    "a code listed but never answered",
    "/interfaces/1/errors/1",
    "NO_MONEY",
    "error.listed interfaces/pay.query.json#/errors/1",
  ],
  [
    "a code that nothing answers",
    "/errors/10",
    {
      code: "IDLE",
      status: 400,
      class: "final-fail",
      stage: "guards",
      rank: 9,
      title: { en: "a", zh: "b" },
      remedy: { en: "a", zh: "b" },
    },
    "error.unused errors.json#/errors/10",
  ],
  [
    "a way to a code through no interface",
    "/errors/8/provoke/0/in",
    "pay.nowhere",
    "error.provoke errors.json#/errors/8/provoke/0/in",
  ],
  [
    "a way to a code in no scenario",
    "/errors/8/provoke/1/scenario",
    "nowhere",
    "error.provoke errors.json#/errors/8/provoke/1/scenario",
  ],
  [
    "a way that sets a field which the request lacks",
    "/errors/8/provoke/0/set",
    { "/out_number": "$fresh" },
    "error.provoke errors.json#/errors/8/provoke/0/set/~1out_number",
  ],
  [
    "a way that names a step which is not before it",
    "/errors/8/provoke/1/after/0/as",
    "other",
    "error.provoke errors.json#/errors/8/provoke/1/set/~1out_no",
  ],
  [
    "a way through a call that is never refused so",
    "/errors/8/provoke/0/in",
    "pay.create",
    "error.provoke errors.json#/errors/8/provoke/0/in",
  ],
  [
    "a purpose with two verbs",
    "/interfaces/0/purpose",
    { creates: "pay", ends: "pay" },
    "purpose.names interfaces/pay.create.json#/purpose",
  ],
  [
    "a purpose over a resource that is none",
    "/interfaces/0/purpose",
    { creates: "payment" },
    "purpose.names interfaces/pay.create.json#/purpose/creates",
  ],
  [
    "a balance of no kind of account",
    "/interfaces/1/purpose",
    { reads: "balance", account: "savings" },
    "purpose.names interfaces/pay.query.json#/purpose/account",
  ],
  [
    "a resource called like a thing of purposes",
    "/lifecycles/0/resource",
    "balance",
    "purpose.reserved lifecycles/balance.json#/resource",
  ],
  [
    "a purpose that the lifecycle does not have",
    "/interfaces/1/purpose",
    { creates: "pay" },
    "purpose.true interfaces/pay.query.json#/purpose/creates",
  ],
  [
    "a purpose whose fields do not say what they are",
    "/messages/pay/$defs/number/x-is",
    "remark",
    "purpose.fields interfaces/pay.create.json#/request",
  ],
  [
    "a state without an outcome",
    "/lifecycles/1/states/PAID/outcome",
    undefined,
    "state.outcome lifecycles/pay.json#/states/PAID",
  ],
  [
    "a law about an account that is none",
    "/lifecycles/1/law",
    { moves: { from: "savings", to: "outside" } },
    "law.names lifecycles/pay.json#/law/moves/from",
  ],
  ["a law about a fee that is none", "/lifecycles/1/law/fee", "payout", "law.names lifecycles/pay.json#/law/fee"],
  [
    "a scenario that plays no resource",
    "/scenarios/0/plays/0/resource",
    "payment",
    "scenario.plays scenarios/funded.json#/plays/0/resource",
  ],
  [
    "a $ref to nowhere",
    "/interfaces/0/response/body/$ref",
    "messages/pay.json#/$defs/veiw",
    "schema.reference interfaces/pay.create.json#/response/body/$ref",
  ],
  [
    "a schema that does not compile",
    "/messages/pay/$defs/number/patern",
    "x",
    "schema.compile messages/pay.json#/$defs/number",
  ],
  [
    "a schema that nothing uses",
    "/messages/pay/$defs/idle",
    { type: "string" },
    "schema.unused messages/pay.json#/$defs/idle",
  ],
  [
    "a pattern with lookahead",
    "/messages/pay/$defs/number/pattern",
    "^(?!x).*$",
    "schema.pattern messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern with a back reference",
    "/messages/pay/$defs/number/pattern",
    "^(a)\\1$",
    "schema.pattern messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern with a word boundary",
    "/messages/pay/$defs/number/pattern",
    "^a\\b$",
    "schema.pattern messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern without its beginning",
    "/messages/pay/$defs/number/pattern",
    "[0-9]{6}$",
    "schema.anchored messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern of which one alternative ends loosely",
    "/messages/pay/$defs/number/pattern",
    "^[0-9|]{6}$|^x",
    "schema.anchored messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern that ends in a dollar sign of the text",
    "/messages/pay/$defs/number/pattern",
    "^a\\$",
    "schema.anchored messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a source of a field that is none",
    "/messages/pay/$defs/create/properties/party_id/x-from",
    "partyid",
    "schema.from messages/pay.json#/$defs/create/properties/party_id/x-from",
  ],
  [
    "a gift that no scenario gives",
    "/messages/pay/$defs/create/properties/account_no/x-from",
    "scenario.acount_no",
    "schema.from messages/pay.json#/$defs/create/properties/account_no/x-from",
  ],
  [
    "a prior that is no interface",
    "/messages/pay/$defs/number/x-from",
    "prior.pay.make",
    "schema.from messages/pay.json#/$defs/number/x-from",
  ],
  [
    "a prior without the field",
    "/messages/pay/$defs/number/x-from",
    "prior.pay.create#transaction_id",
    "schema.from messages/pay.json#/$defs/number/x-from",
  ],
  [
    "a prior in a state that is none",
    "/messages/pay/$defs/number/x-from",
    "prior.pay.create#out_no@PAYED",
    "schema.from messages/pay.json#/$defs/number/x-from",
  ],
  [
    "a signature scheme that is none",
    "/manifest/policies/envelope/algorithms/ED",
    "ed25591",
    "signature.scheme pack.json#/policies/envelope/algorithms/ED",
  ],
  [
    "a status of an answer that HTTP does not have",
    "/interfaces/0/response/status",
    299,
    "response.status interfaces/pay.create.json#/response/status",
  ],
  [
    "a body where the status has none",
    "/interfaces/0/response/status",
    204,
    "response.status interfaces/pay.create.json#/response/status",
  ],
  [
    "a status of a code that HTTP does not have",
    "/errors/0/status",
    499,
    "response.status errors.json#/errors/0/status",
  ],
  [
    "a header of the signature among those of answers",
    "/manifest/policies/headers",
    { "x-signature": "none" },
    "response.headers pack.json#/policies/headers/x-signature",
  ],
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
    "a refusal whose code stands elsewhere",
    "/manifest/policies/refusal",
    { body: { result: "$error.code" }, code: "/code" },
    "refusal.pointer pack.json#/policies/refusal/code",
  ],
  [
    "a refusal about what refusals have not",
    "/manifest/policies/refusal",
    { body: { code: "$error.cod" }, code: "/code" },
    "expression.path pack.json#/policies/refusal/body/code",
  ],
  [
    "a query to follow that is not named",
    "/interfaces/0/caller",
    { success: "query" },
    "caller.query interfaces/pay.create.json#/caller",
  ],
  [
    "a call that cannot be made again",
    "/interfaces/0/idempotency",
    undefined,
    "interface.repetition interfaces/pay.create.json#",
  ],
  [
    "idempotency of calls that are all new",
    "/interfaces/0/repetition",
    "new",
    "interface.repetition interfaces/pay.create.json#/repetition",
  ],
  [
    "a sensitive field in the query",
    "/interfaces/1/request/query/properties/mobile",
    { type: "string", "x-sensitive": "mobile" },
    "request.sensitive interfaces/pay.query.json#/request/query",
  ],
  [
    "a sensitive field in the path",
    "/messages/pay/$defs/number/x-sensitive",
    "account",
    "request.sensitive interfaces/pay.query.json#/request/path",
  ],
  ["an interface that does nothing", "/interfaces/1/read", undefined, "interface.idle interfaces/pay.query.json#"],
  [
    "a body that nothing makes",
    "/interfaces/0/response/answer",
    undefined,
    "interface.answer interfaces/pay.create.json#/response",
  ],
  ["an interface that reads and triggers", "/interfaces/0/read", {}, "interface.idle interfaces/pay.create.json#/read"],
  [
    "a trigger of no interface",
    "/lifecycles/1/transitions/0/on",
    { call: "pay.make" },
    "reference.unknown lifecycles/pay.json#/transitions/0/on/call",
  ],
  [
    "a trigger of the other role's interface",
    "/interfaces/0/provider",
    "platform",
    "trigger.role lifecycles/pay.json#/transitions/0/on/call",
  ],
  [
    "a moved transition that nothing moves",
    "/lifecycles/1/transitions/0/to/0/move",
    [],
    "move.counterpart lifecycles/account.json#/transitions/1/on/transition",
  ],
  [
    "a move of a transition that is not moved",
    "/lifecycles/0/transitions/1/on",
    { operator: "x" },
    "move.counterpart lifecycles/pay.json#/transitions/0/to/0/move/0/transition",
  ],
  [
    "a move of no transition",
    "/lifecycles/1/transitions/0/to/0/move/0/transition",
    "payed",
    "reference.unknown lifecycles/pay.json#/transitions/0/to/0/move/0/transition",
  ],
  [
    "a move of a row that is not loaded",
    "/lifecycles/1/transitions/0/to/0/move/0/row",
    "binding",
    "reference.unknown lifecycles/pay.json#/transitions/0/to/0/move/0/row",
  ],
  [
    "a notification that is none",
    "/lifecycles/1/transitions/1/to/0/notify",
    ["pay.query"],
    "reference.unknown lifecycles/pay.json#/transitions/1/to/0/notify/0",
  ],
  [
    "a refusal's notification that is none",
    "/lifecycles/1/transitions/0/require/0/onRefuse",
    { notify: ["pay.query"] },
    "reference.unknown lifecycles/pay.json#/transitions/0/require/0/onRefuse/notify/0",
  ],
  [
    "an operator's input that refers to nowhere",
    "/lifecycles/0/transitions/2/on/input/properties/account_no",
    { $ref: "messages/pay.json#/$defs/nope" },
    "schema.reference lifecycles/account.json#/transitions/2/on/input/properties/account_no/$ref",
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
    "a caller's query that is no interface",
    "/interfaces/0/caller/query/interface",
    "pay.ask",
    "reference.unknown interfaces/pay.create.json#/caller/query/interface",
  ],
  [
    "a load of no resource",
    "/interfaces/1/read/load/pay/resource",
    "payment",
    "reference.unknown interfaces/pay.query.json#/read/load/pay/resource",
  ],
  [
    "a load by half a key",
    "/interfaces/1/read/load/pay/key/out_no",
    undefined,
    "load.key interfaces/pay.query.json#/read/load/pay/key",
  ],
  [
    "rows chosen by no field",
    "/interfaces/1/read/load/all",
    { resource: "pay", where: { acount_no: "x" } },
    "load.rows interfaces/pay.query.json#/read/load/all/where/acount_no",
  ],
  [
    "rows chosen by what may be missing",
    "/interfaces/1/read/load/all",
    { resource: "pay", where: { settled_at: "$pay.settled_at" } },
    "expression.type interfaces/pay.query.json#/read/load/all/where/settled_at",
  ],
  [
    "rows ordered by money",
    "/interfaces/1/read/load/all",
    { resource: "pay", where: {}, by: "amount" },
    "load.rows interfaces/pay.query.json#/read/load/all/by",
  ],
  [
    "rows of no resource",
    "/interfaces/1/read/load/all",
    { resource: "pays", where: {} },
    "reference.unknown interfaces/pay.query.json#/read/load/all/resource",
  ],
  [
    "a value that may be missing where it is needed",
    "/lifecycles/1/transitions/0/load/account",
    { value: { "money.parse": ["$request.out_no", "CNY"] } },
    "expression.path lifecycles/pay.json#/transitions/0/load/funds/ledger",
  ],
  [
    "a code of a value that is not listed",
    "/interfaces/1/read/load/no",
    { value: { "integer.parse": "$request.out_no" }, else: "NO_MONEY" },
    "error.listed interfaces/pay.query.json#/errors",
  ],
  ["a key that is json", "/lifecycles/1/fields/out_no", "json", "lifecycle.fields lifecycles/pay.json#/key"],
  [
    "a posting to no kind of account",
    "/lifecycles/1/transitions/0/to/0/post/0/debit",
    "client:1",
    "reference.unknown lifecycles/pay.json#/transitions/0/to/0/post/0/debit",
  ],
  [
    "an end of no pending transfer",
    "/lifecycles/1/transitions/1/to/0/post/0/of",
    "paid",
    "reference.unknown lifecycles/pay.json#/transitions/1/to/0/post/0/of",
  ],
  [
    "a path parameter without a schema",
    "/interfaces/1/http/path",
    "/v1/pay/{no}",
    "request.path interfaces/pay.query.json#/http/path",
  ],
  [
    "an idempotency key that is no field",
    "/interfaces/0/idempotency/key",
    ["out_trade_no"],
    "idempotency.field interfaces/pay.create.json#/idempotency/key/0",
  ],
  [
    "an undeclared state",
    "/lifecycles/1/transitions/1/to/0/state",
    "PAYED",
    "state.unknown lifecycles/pay.json#/transitions/1/to/0/state",
  ],
  [
    "a state that nothing enters",
    "/lifecycles/1/states/FAILED",
    { title: { en: "a", zh: "b" }, final: true },
    "state.unreachable lifecycles/pay.json#/states/FAILED",
  ],
  [
    "a dead end that is not final",
    "/lifecycles/1/states/PAID/final",
    false,
    "state.final lifecycles/pay.json#/states/PAID",
  ],
  [
    "a final state with a way out",
    "/lifecycles/1/states/PROCESSING/final",
    true,
    "state.final lifecycles/pay.json#/states/PROCESSING",
  ],
  [
    "a new row without a field",
    "/lifecycles/1/transitions/0/to/0/set/amount",
    undefined,
    "lifecycle.fields lifecycles/pay.json#/transitions/0/to/0/set",
  ],
  [
    "a set of no field",
    "/lifecycles/1/transitions/1/to/0/set/setled_at",
    "$now",
    "lifecycle.fields lifecycles/pay.json#/transitions/1/to/0/set/setled_at",
  ],
  [
    "a unique over no field",
    "/lifecycles/1/unique/0/fields",
    ["acount_no"],
    "lifecycle.fields lifecycles/pay.json#/unique/0/fields",
  ],
  [
    "a last branch with a condition",
    "/lifecycles/1/transitions/1/to/0/when",
    true,
    "branch.last lifecycles/pay.json#/transitions/1/to/0/when",
  ],
  [
    "a seed of no resource",
    "/scenarios/0/seed/0/resource",
    "acount",
    "scenario.resource scenarios/funded.json#/seed/0/resource",
  ],
  [
    "a seed of no field",
    "/scenarios/0/seed/0/fields/acount_no",
    "1",
    "scenario.field scenarios/funded.json#/seed/0/fields/acount_no",
  ],
  [
    "a seed without a needed field",
    "/scenarios/0/seed/0/fields/account_no",
    undefined,
    "scenario.field scenarios/funded.json#/seed/0/fields",
  ],
  ["a gift that is not bound", "/scenarios/0/bind/account_no", undefined, "scenario.bind scenarios/funded.json#/bind"],
  ["a duplicate id", "/interfaces/1/id", "pay.create", "id.duplicate interfaces/pay.create.json#/id"],
  ["a duplicate requirement", "/requirements/1/id", "PAY-01", "id.duplicate requirements/pay.json#/requirements/1/id"],
  [
    "a duplicate route",
    "/interfaces/1/http",
    { method: "POST", path: "/v1/pay" },
    "route.duplicate interfaces/pay.query.json#/http/path",
  ],
  ["a text in one language", "/errors/0/title/zh", " ", "text.missing errors.json#/errors/0/title/zh"],
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
    "a meaning of a word that the pack does not have",
    "/manifest/means",
    { fields: { mer_order_id: "out_trade_no" } },
    "meaning.unused pack.json#/means/fields/mer_order_id",
  ],
  [
    "a meaning that another word of the pack is",
    "/manifest/means",
    { codes: { NO_PAY: "NO_MONEY" } },
    "meaning.taken pack.json#/means/codes/NO_PAY",
  ],
  [
    "a comparison with a state that is none",
    "/lifecycles/1/invariants/0/that",
    { eq: ["$pay.state", "PAYED"] },
    "expression.type lifecycles/pay.json#/invariants/0/that/eq/1",
  ],
  [
    "a form with an object in it",
    "/interfaces/0/request/representation",
    "form",
    "form.flat interfaces/pay.create.json#/request/body",
  ],
];

describe("checkPack", () => {
  it("checkPack accepts a sound pack", () => {
    expect(checkPack(smallPack())).toEqual([]);
  });

  it.each(BREAKS)("checkPack finds %s", (_what, at, value, expected) => {
    const found = checkPack(broken(at, value));
    expect(found.map(({ rule, file, pointer }) => `${rule} ${file}#${pointer}`)).toContain(expected);
    for (const { message, remedy } of found) {
      for (const text of [message.en, message.zh, remedy.en, remedy.zh]) expect(text.trim()).not.toBe("");
    }
  });

  it.each([
    [
      "a timer that only some rows have",
      "/lifecycles/1/transitions/1/on/after",
      { if: [{ exists: "$pay.settled_at" }, 2] },
    ],
    ["a timer at a moment that may be missing", "/lifecycles/1/transitions/1/on", { at: "$pay.settled_at" }],
    ["a number said in a policy", "/lifecycles/1/transitions/1/on/after", "$policies.cutover.billReadyAfterSeconds"],
    ["rows in order", "/interfaces/1/read/load/all", { resource: "pay", where: { state: "PAID" }, by: "settled_at" }],
    [
      "a value that is there, or the call is refused",
      "/interfaces/1/read/load/moment",
      { value: { "time.parse": "$request.out_no" }, else: "NO_PAY" },
    ],
    ["a field of any JSON", "/lifecycles/1/fields/goods", "json?"],
    ["a code at a second stage", "/errors/1/also", [{ stage: "freshness", status: 408 }]],
    ["a header that may be missing", "/manifest/policies/headers", { "X-Party": "$party.party_id" }],
    ["a notification that is only acknowledged", "/interfaces/2/read", undefined],
    ["a pattern in two alternatives", "/messages/pay/$defs/number/pattern", "^[0-9A-Z]{6}$|^[|()\\$]{6}$"],
    ["a prior with its field and state", "/messages/pay/$defs/number/x-from", "prior.pay.create#out_no@PAID"],
    ["a refusal that notifies", "/lifecycles/1/transitions/0/require/0/onRefuse", { notify: ["notify.pay"] }],
  ])("checkPack accepts %s", (_what, at, value) => {
    expect(checkPack(broken(at, value))).toEqual([]);
  });

  it("checkPack names a cause before its consequences", () => {
    const found = checkPack(broken("/lifecycles/1/transitions/0/on", { call: "pay.craete" }));
    expect(found[0]?.message.en).toBe('There is no interface "pay.craete".');
    expect(found[0]?.remedy.en).toMatch(/^Did you mean "pay\.create"\?/u);
    expect(found.map(({ rule }) => rule)).toContain("interface.idle");
  });

  it.each(["cooperation", "vocabulary"])("checkPack accepts the pack %s", (name) => {
    expect(checkPack(loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url))))).toEqual([]);
  });
});
