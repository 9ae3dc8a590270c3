import { expect, test } from "vitest";
import type { Scope } from "../expression/expression.ts";
import type { Json, Read, Unit } from "../unit/unit.ts";
import { RowMap } from "../unit/row-map.ts";
import { decideUnit } from "../unit/run.ts";
import { Workspace } from "../unit/workspace.ts";
import { loadRows, MOST_ROWS } from "./load-rows.ts";
import type { LifecyclePlan } from "./plan.ts";
import { joinKey } from "./rows.ts";

const scope = { roots: {}, host: {} } as unknown as Scope;
const source = { resource: "trade", key: ["party_id", "trade_no"] };
const planOf = (where: Readonly<Record<string, Json | undefined>>, by?: string): Parameters<typeof loadRows>[1] => ({
  kind: "rows",
  name: "trades",
  lifecycle: () => ({ collection: "row.trade", source }) as unknown as LifecyclePlan,
  where: Object.entries(where).map(([name, value]) => ({ name, evaluate: () => value })),
  by,
});

const rows = new RowMap();
rows.apply(
  [
    ["P1", "A/1", 30, "PAID"],
    ["P1", "B", 10, "PAID"],
    ["P1", "C", 20, "CLOSED"],
    ["P10", "A", 5, "PAID"],
    ["P2", "D", undefined, "PAID"],
  ].map(([party_id, trade_no, created, state]) => ({
    collection: "row.trade",
    key: joinKey([String(party_id), String(trade_no)]),
    value: { party_id, trade_no, state, ...(created === undefined ? {} : { created }) } as Json,
  })),
);

function loaded(where: Readonly<Record<string, Json | undefined>>, by?: string): unknown {
  function* unit(): Unit<unknown> {
    const work = new Workspace();
    return work.outcome(yield* loadRows(work, planOf(where, by), scope));
  }
  return (decideUnit(rows, unit()).result as readonly { readonly trade_no: string }[]).map((row) => row.trade_no);
}

test("rows come by the values of their fields, in the order of their keys", () => {
  expect(loaded({ party_id: "P1" })).toEqual(["A/1", "B", "C"]);
  expect(loaded({ state: "PAID" })).toEqual(["A/1", "B", "A", "D"]);
  expect(loaded({ party_id: "P1", trade_no: "A/1" })).toEqual(["A/1"]);
  expect(loaded({ party_id: "P1", state: "PAID" })).toEqual(["A/1", "B"]);
  expect(loaded({ party_id: "P3" })).toEqual([]);
});

test("rows come in the order of a field, those without it first", () => {
  expect(loaded({ state: "PAID" }, "created")).toEqual(["D", "A", "B", "A/1"]);
});

test("rows wanted by a value that is missing are a mistake of the pack", () => {
  expect(() => loaded({ party_id: undefined })).toThrow(/wanted by party_id, which is missing/u);
});

test("leading parts of the key narrow what is looked at", () => {
  const bounds = (where: Readonly<Record<string, Json>>): unknown => {
    const step = loadRows(new Workspace(), planOf(where), scope).next().value as Extract<Read, { scan: unknown }>;
    return [step.scan.from, step.scan.below];
  };
  expect(bounds({ party_id: "P1", state: "PAID" })).toEqual(["P1/", "P1/\x7f"]);
  expect(bounds({ trade_no: "A" })).toEqual(["", "\x7f"]);
});

test("more rows than one commit may look at are refused, and told how to narrow", () => {
  const step = loadRows(new Workspace(), planOf({}), scope);
  step.next();
  const values = Array.from({ length: MOST_ROWS + 1 }, () => ({}));
  expect(() => step.next({ keys: [], values })).toThrow(/more than 100000 rows of trade .* \(party_id, trade_no\)/u);
});
