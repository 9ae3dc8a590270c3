import { describe, expect, test } from "vitest";
import type { CheckFinished } from "../../core/run/event.ts";
import type { Check } from "../check.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { FakeAnswer } from "../testing/fake-scope.ts";
import { runPlanned } from "./runner.ts";

const echo: FakeAnswer = {
  status: 200,
  json: { party_id: "P1001", message: "tea", received_at: "2026-11-22T21:00:00+08:00" },
};

/** A run whose time passes while it sleeps and with each call, a second each. `answer` is told how many calls there were before. */
function run(answer: (call: number) => FakeAnswer): {
  readonly calls: () => number;
  readonly judged: (more?: Partial<Check>) => Promise<CheckFinished>;
} {
  let calls = 0;
  let slept = 0;
  const { scope } = fakeRun(() => answer(calls++));
  const runtime = {
    ...scope.runtime,
    now: () => scope.runtime.now() + slept + calls * 1_000,
    sleep: (ms: number) => Promise.resolve(void (slept += ms)),
  };
  const title = { en: "t", zh: "t" };
  const check: Check = {
    id: "test.check",
    requirement: "SIG-01",
    title,
    effort: "smoke",
    run: async (session) => void session.expectSuccess(await session.send(await session.request("echo"))),
  };
  return {
    calls: () => calls,
    judged: (more = {}) =>
      runPlanned(
        {
          id: check.id,
          check: { ...check, ...more },
          instance: { id: "" },
          requirement: "SIG-01",
          level: "MUST",
          title,
        },
        { scope: { ...scope, runtime }, stop: new AbortController().signal, deadline: undefined },
      ),
  };
}

describe("a SUT that goes away in the middle of a run", () => {
  test.each<FakeAnswer>(["reset", "timeout", "gateway"])(
    "a SUT that comes back (%s) costs only the check that it met",
    async (away) => {
      const { judged } = run((call) => (call >= 1 && call < 6 ? away : echo));
      expect([await judged(), await judged(), await judged()].map(({ verdict }) => verdict)).toEqual([
        "pass",
        "inconclusive",
        "pass",
      ]);
    },
  );

  test("a SUT that stays away for a minute is given up, and every reason says since when", async () => {
    const { judged, calls } = run((call) => (call >= 1 ? "reset" : echo));
    await judged();
    await judged();
    expect(await judged()).toMatchObject({
      verdict: "inconclusive",
      reason: {
        en: expect.stringMatching(/has not answered since \d{4}-.*waited for 60 s/) as string,
        zh: expect.stringContaining("无应答") as string,
      },
    });
    const before = calls();
    expect(before).toBeLessThan(70);
    expect(await judged()).toMatchObject({ verdict: "inconclusive" });
    expect(calls()).toBe(before);
  });

  test("checks that judge the run at its end run although the SUT is away", async () => {
    const { judged } = run((call) => (call >= 1 ? "reset" : echo));
    for (let turn = 0; turn < 3; turn += 1) await judged();
    expect(await judged({ when: "end", run: (session) => Promise.resolve(session.judged()) })).toMatchObject({
      verdict: "pass",
    });
  });

  test("a SUT that answers is sent only the checks' own calls", async () => {
    const { judged, calls } = run(() => echo);
    await judged();
    await judged();
    expect(calls()).toBe(2);
  });
});
