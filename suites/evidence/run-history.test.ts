import { expect, test } from "vitest";
import type { Entry, Observation } from "../laws/history.ts";
import { RunHistory } from "./run-history.ts";

const entry = (over: Partial<Entry> = {}): Entry => ({
  id: "E1",
  transfer: "T1",
  type: "payment",
  direction: "debit",
  amount: 100,
  currency: "CNY",
  balanceAfter: 900,
  reference: "R1",
  ...over,
});

const statement = (at: number, entries: readonly Entry[], account = "B1"): Observation => ({
  kind: "statement",
  at,
  party: "P1001",
  account,
  from: "2026-01-01",
  to: "2026-01-01",
  entries,
});

function entriesOf(history: RunHistory): readonly (readonly Entry[])[] {
  return history.observations().map((one) => (one.kind === "statement" ? one.entries : []));
}

test("a run's history is in the order of time", () => {
  const history = new RunHistory();
  for (const at of [3, 1, 2]) history.add(statement(at, []));
  expect(history.observations().map(({ at }) => at)).toEqual([1, 2, 3]);
});

test("an entry that is read again is kept once", () => {
  const history = new RunHistory();
  history.add(statement(1, [entry()]));
  history.add(statement(2, [entry(), entry({ id: "E2" })]));
  const [first, second] = entriesOf(history);
  expect(second).toEqual([entry(), entry({ id: "E2" })]);
  expect(second?.[0]).toBe(first?.[0]);
});

test("an entry that changed, or is of another account, is kept as it was read", () => {
  const history = new RunHistory();
  history.add(statement(1, [entry()]));
  history.add(statement(2, [entry({ amount: 101 })]));
  history.add(statement(3, [entry({ amount: 102 })], "B2"));
  history.add(statement(4, [entry()]));
  expect(entriesOf(history)).toEqual([[entry()], [entry({ amount: 101 })], [entry({ amount: 102 })], [entry()]]);
});
