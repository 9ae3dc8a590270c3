import type { Break } from "./break.ts";

/** Mistakes of lifecycles, loads and scenarios. */
export const LIFECYCLES: readonly Break[] = [
  [
    "a state without an outcome",
    "/lifecycles/1/states/PAID/outcome",
    undefined,
    "state.outcome lifecycles/pay.json#/states/PAID",
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
    "rows ordered by money",
    "/interfaces/1/read/load/all",
    { resource: "pay", where: {}, by: "amount" },
    "load.rows interfaces/pay.query.json#/read/load/all/by",
  ],
  ["a key that is json", "/lifecycles/1/fields/out_no", "json", "lifecycle.fields lifecycles/pay.json#/key"],
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
    "a limit by what is no date",
    "/lifecycles/1/limits",
    [
      {
        fields: ["account_no"],
        while: ["PAID"],
        sum: "$pay.amount",
        per: "day",
        date: "amount",
        most: "$pay.amount",
        else: "NO_MONEY",
      },
    ],
    "lifecycle.fields lifecycles/pay.json#/limits/0/date",
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
  [
    "a gift that a request does not take",
    "/messages/pay/$defs/create/properties/account_no",
    { type: "string", pattern: "^[0-9]{16}$", "x-from": "scenario.account_no" },
    "scenario.value scenarios/funded.json#/bind/account_no",
  ],
  ["a gift that is not bound", "/scenarios/0/bind/account_no", undefined, "scenario.bind scenarios/funded.json#/bind"],
];
