import { expect, test } from "vitest";
import type { Scope } from "../expression/expression.ts";
import type { Money } from "../money/money.ts";
import { RowMap } from "../unit/row-map.ts";
import { decideUnit } from "../unit/run.ts";
import type { Unit } from "../unit/unit.ts";
import { Workspace } from "../unit/workspace.ts";
import { keepWithinLimits } from "./limits.ts";
import type { EngineParts } from "./parts.ts";
import type { LifecyclePlan, LimitPlan } from "./plan.ts";
import type { Row } from "./rows.ts";
import type { Step } from "./step.ts";
import { Refused } from "./refused.ts";

const parts = {
  pack: { source: { manifest: { policies: {} } } },
  host: { self: () => ({}) },
} as unknown as EngineParts;
const of = ({ roots }: Scope): Row => roots["debit"] as Row;

function limit(per: "day" | "month", most: number | undefined, summed = true): LimitPlan {
  return {
    rule: {
      fields: ["mandate"],
      while: ["OPEN", "DONE"],
      per,
      date: "on",
      most: "$debit.most",
      else: `${per.toUpperCase()}_LIMIT`,
    },
    sum: summed ? (scope) => of(scope)["amount"] as unknown as Money : undefined,
    most: () => (most === undefined || !summed ? most : { value: most, currency: "CNY" }),
  };
}

/** Rows of debits under some limits. */
function debits(...limits: readonly LimitPlan[]) {
  const rows = new RowMap();
  const lifecycle = { resource: "debit", limits } as unknown as LifecyclePlan;
  return {
    rows,
    /** The code of the refusal, or nothing. */
    keep(row: object, before?: object): string | undefined {
      function* unit(): Unit<string | undefined> {
        const work = new Workspace();
        const takeBack = work.checkpoint();
        try {
          const step = { lifecycle, before, moment: { now: 1, entropy: new Uint8Array(16) } } as unknown as Step;
          yield* keepWithinLimits(parts, work, step, row as Row);
          return work.outcome(undefined);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          takeBack();
          return work.outcome(error.code);
        }
      }
      const { result, writes } = decideUnit(rows, unit());
      rows.apply(writes);
      return result;
    },
  };
}

const debit = (amount: number, more: object = {}): object => ({
  mandate: "m",
  state: "DONE",
  on: "2026-11-30",
  amount: { value: amount, currency: "CNY" },
  ...more,
});

test("a limit is reached exactly, and the next fen is refused until the next day", () => {
  const { keep } = debits(limit("day", 100));
  expect([keep(debit(60)), keep(debit(41)), keep(debit(40)), keep(debit(1))]).toEqual([
    undefined,
    "DAY_LIMIT",
    undefined,
    "DAY_LIMIT",
  ]);
  expect(keep(debit(100, { on: "2026-12-01" }))).toBeUndefined();
  expect(keep(debit(100, { mandate: "other" }))).toBeUndefined();
});

test("a month takes the days of one calendar month together", () => {
  const { keep } = debits(limit("month", 100));
  expect(keep(debit(60, { on: "2026-11-01" }))).toBeUndefined();
  expect(keep(debit(60, { on: "2026-11-30" }))).toBe("MONTH_LIMIT");
  expect(keep(debit(60, { on: "2026-12-01" }))).toBeUndefined();
});

test("what is refused by one limit counts against no other", () => {
  const { keep } = debits(limit("day", 1_000), limit("month", 100));
  expect(keep(debit(101))).toBe("MONTH_LIMIT");
  expect(keep(debit(100))).toBeUndefined();
});

test("a row that no longer counts gives back what it took", () => {
  const { keep, rows } = debits(limit("day", 100));
  const open = debit(100, { state: "OPEN" });
  expect(keep(open)).toBeUndefined();
  expect(keep(debit(100), open)).toBeUndefined();
  expect(keep(debit(1))).toBe("DAY_LIMIT");
  expect(keep(debit(100, { state: "FAILED" }), debit(100))).toBeUndefined();
  expect(rows.get("limit", "debit/0/m/2026-11-30")).toBeUndefined();
  expect(keep(debit(100))).toBeUndefined();
});

test("a limit without a sum counts rows, and one that is missing limits nothing", () => {
  const counted = debits(limit("day", 2, false));
  expect([1, 2, 3].map(() => counted.keep(debit(1)))).toEqual([undefined, undefined, "DAY_LIMIT"]);
  expect(debits(limit("day", undefined)).keep(debit(1_000_000))).toBeUndefined();
});
