import { expect, test } from "vitest";
import type { CheckFinished, RunEvent } from "../core/run/event.ts";
import { judgeRun } from "../core/run/judge.ts";
import { AT, done, sampleHead } from "./testing/sample-events.ts";
import { toDo } from "./to-do.ts";

const reason = { en: "left out", zh: "未执行" };
const skip = (check: string, extra: Partial<CheckFinished>): RunEvent =>
  done(check, "skipped", { reason, skipCause: "capability", ...extra });

/** The lines for a run with these ends of checks, in English. */
function lines(events: readonly RunEvent[], end: { readonly partial: boolean; readonly reason?: string }): string[] {
  const judgement = judgeRun([sampleHead({}), ...events, { type: "run.finished", at: AT + 9_000, ...end }]);
  return toDo(judgement).map(({ en }) => en);
}

const WAITING: readonly RunEvent[] = [
  skip("SIG-01", { skipCause: "effort", lacks: { kind: "effort", name: "standard" } }),
  skip("SIG-02", { skipCause: "effort", lacks: { kind: "effort", name: "standard" } }),
  skip("RPL-01", { skipCause: "fixture", lacks: { kind: "fixture", name: "customer.frozen" } }),
  skip("ERR-01", { skipCause: "fixture" }),
  skip("IDM-01", { lacks: { kind: "party" } }),
  skip("REC-01", { lacks: { kind: "hook", name: "clock" } }),
  skip("NOT-01", { lacks: { kind: "counterparty" } }),
];

test("a run without a verdict ends in what to do, one line for each cause", () => {
  const found = lines(WAITING, { partial: false });
  expect(found).toHaveLength(5);
  expect(found[0]).toContain("--effort standard: 2 MUST checks are left out");
  expect(found[1]).toMatch(/customer\.frozen.* 2 MUST checks wait/);
  expect(found[2]).toMatch(/second party .* 1 MUST check waits/);
  expect(found[3]).toContain("docs/hooks.md): clock. 1 MUST check waits");
  expect(found[4]).toContain("/notify");
});

test("an interrupted run is told first to run to its end, and has six lines at most", () => {
  const found = lines([...WAITING, done("SIG-06", "inconclusive", { reason })], {
    partial: true,
    reason: "time budget spent",
  });
  expect(found).toHaveLength(6);
  expect(found[0]).toContain("longer --time-budget: 1 MUST check is undecided");
});

test("a run with a verdict has nothing to do", () => {
  expect(lines([...WAITING, done("SIG-06", "fail")], { partial: false })).toEqual([]);
});
