import { describe, expect, test } from "vitest";
import type { CheckFinished } from "../../core/run/event.ts";
import { CHECKS } from "../checks/index.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import { runPlanned } from "./runner.ts";

/** How checks of the echo interface end, and those of the whole run, when each answer has this text for a body. */
async function judged(text: string, only?: readonly string[]): Promise<readonly CheckFinished[]> {
  const { scope, events } = fakeRun(() => ({ status: 200, text }), { checkTimeoutSeconds: 60 });
  const { pack } = scope;
  for (const check of CHECKS) {
    if (only?.includes(check.id) === false) continue;
    if (check.effort === "exhaustive" || check.needs !== undefined || check.id === "parsing.cut-short") continue;
    const provided = [pack.interface("echo")];
    const instances =
      check.when === "end" ? [{ id: "" }] : (check.each?.({ pack, role: "bank", provided, effort: "smoke" }) ?? []);
    for (const instance of instances.filter((one) => check.when === "end" || one.interface === "echo").slice(0, 1))
      await runPlanned(
        { id: `${check.id}/x`, check, instance, requirement: check.requirement, level: "MUST", title: check.title },
        { scope, stop: new AbortController().signal, deadline: undefined },
      );
  }
  return events.filter((event) => event.type === "check.finished");
}

describe("an answer that is made to break who reads it", () => {
  test("is the SUT's fault where it is nested too deeply, and breaks no check", async () => {
    for (const text of [`{"message":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, `{"a":`.repeat(60_000)]) {
      const finished = await judged(text);
      expect(finished.length).toBeGreaterThan(10);
      expect(finished.filter(({ verdict }) => verdict === "error").map(({ check, error }) => [check, error])).toEqual(
        [],
      );
      expect(finished.find(({ check }) => check === "contract.valid-request/x")).toMatchObject({ verdict: "fail" });
    }
  });

  test("is quoted to a bound, with its true length, where it is long", async () => {
    const members = Array.from({ length: 20_000 }, (_one, at) => `"k${at}":${at}`).join(",");
    const text = `{"party_id":"P1001","message":"${"m".repeat(50_000)}",${members}}`;
    const [finished] = await judged(text, ["contract.valid-request"]);
    expect(finished).toMatchObject({ verdict: "fail" });
    const { evidence = [], ...said } = finished?.finding ?? {};
    expect(JSON.stringify([said, finished?.reason]).length).toBeLessThan(10_000);
    expect(evidence.map(({ response }) => [response?.body.length, response?.bodyBytes])).toEqual([
      [128 * 1024, text.length],
    ]);
  });
});

test("what a check says is told at bounded length, with its true length", () => {
  const { scope, events } = fakeRun(() => "timeout");
  const long = "x".repeat(3_180_000);
  const both = { en: long, zh: long };
  const told = { requirement: "CON-01", level: "MUST", check: "test.long" } as const;
  scope.emit({
    ...told,
    type: "check.finished",
    at: 0,
    verdict: "fail",
    durationMs: 1,
    reason: both,
    error: long,
    finding: {
      ...told,
      summary: both,
      expected: long,
      seen: long,
      likelyCause: both,
      minimal: { description: long, value: { long } },
      evidence: [],
      seed: 1,
      replay: "",
    },
  });
  const text = JSON.stringify(events);
  expect(text.length).toBeLessThan(40_000);
  expect(text.match(/\(3180000 characters in all\)/gu)).toHaveLength(10);
});
