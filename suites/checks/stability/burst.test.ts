import { expect, test } from "vitest";
import type { CheckFinished } from "../../../core/run/event.ts";
import { runPlanned } from "../../run/runner.ts";
import { fakeRun } from "../../testing/fake-scope.ts";
import { burst } from "./burst.ts";

const echo = {
  status: 200,
  json: { party_id: "P1001", message: "tea", received_at: "2026-11-22T21:00:00+08:00" },
} as const;

/** A burst of four against a bank that loses a call, or does not, by how many there were before it. */
async function judged(loses: (call: number) => boolean): Promise<CheckFinished["verdict"]> {
  let calls = 0;
  const { scope } = fakeRun(() => (loses(calls++) ? "reset" : echo), { maxConcurrency: 4, checkTimeoutSeconds: 30 });
  const runtime = { ...scope.runtime, sleep: () => Promise.resolve() };
  const instance = { id: "echo", interface: "echo" };
  return (
    await runPlanned(
      { id: burst.id, check: burst, instance, requirement: "STB-02", level: "MUST", title: burst.title },
      { scope: { ...scope, runtime }, stop: new AbortController().signal, deadline: undefined },
    )
  ).verdict;
}

// One call ahead of it, then the burst, then one after it and as many one by one.
test.each<readonly [string, (call: number) => boolean, CheckFinished["verdict"]]>([
  ["that loses nothing passes", () => false, "pass"],
  ["that loses calls in the burst only fails", (call) => call >= 1 && call <= 2, "fail"],
  ["that loses calls one by one too cannot be judged", (call) => call === 2 || call === 8, "inconclusive"],
  ["that has died cannot be judged", (call) => call >= 2, "inconclusive"],
])("a bank %s", async (_what, loses, verdict) => {
  expect(await judged(loses)).toBe(verdict);
});
