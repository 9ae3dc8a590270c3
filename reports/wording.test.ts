import { describe, expect, test } from "vitest";
import { judgeRun } from "../core/run/judge.ts";
import { done, sampleHead } from "./testing/sample-events.ts";
import { limitsOfVerdict } from "./wording.ts";

/** What a verdict does not prove, of a run in which SIG-01 passed, and RPL-01 was skipped. */
function limits(more: Parameters<typeof sampleHead>[0] = {}): string {
  const line = (requirement: string) => ({
    check: `${requirement}.check`,
    requirement,
    title: { en: requirement, zh: requirement },
  });
  const events = [
    sampleHead({ plan: [line("SIG-01"), line("RPL-01")], waivers: [], ...more }),
    done("SIG-01.check", "pass"),
    done("RPL-01.check", "skipped", { skipCause: "capability", reason: { en: "no hook", zh: "无钩子" } }),
    { type: "run.finished", at: Date.parse("2026-03-10T08:20:00Z"), partial: false } as const,
  ];
  return limitsOfVerdict(judgeRun(events))
    .map(({ en }) => en)
    .join("\n");
}

describe("the limits of a verdict", () => {
  test("name the MUSTs of which a whole run judged nothing, skipped ones too", () => {
    const text = limits();
    expect(text).toMatch(/Nothing was judged of \d+ MUST requirements: .*SIG-02 Every part of a request is covered/);
    expect(text).toContain("RPL-01 A replayed request has no second effect");
    expect(text).not.toContain("SIG-01");
  });

  test("only count what a run was not asked for", () => {
    const text = limits({ only: "SIG-01" });
    expect(text).not.toContain("Nothing was judged of");
    expect(text).toMatch(/\d+ MUST requirements were not tested by any check/);
  });

  test("begin with what the statement excludes, and its reasons", () => {
    const text = limits({ exclusions: [{ requirement: "RPL-01", reason: "no hook to restart it" }] });
    expect(text).toMatch(
      /^The statement excludes RPL-01 A replayed request has no second effect: no hook to restart it\n/,
    );
    expect(text).not.toMatch(/Nothing was judged of .*RPL-01/);
  });

  test("tell what cannot be observed, in the words of the pack, and what is not demanded", () => {
    const requirements = sampleHead({}).requirements.map((row) => {
      if (row.id === "SIG-02") return { ...row, unobservable: { en: "no answer shows it", zh: "应答不体现" } };
      if (row.id === "IDM-01") return { ...row, judgedBy: "load" as const };
      return row.id === "SIG-06" ? { ...row, unclaimed: true as const } : row;
    });
    const text = limits({ exclusions: [], requirements });
    expect(text).toMatch(/^SIG-02 .* cannot be observed: no answer shows it$/m);
    expect(text).toMatch(/^Only a load judges 1 MUST requirement \(`liantiao load`\): IDM-01 /m);
    expect(text).toMatch(/^Not demanded, .*: 1 MUST requirement, SIG-06/m);
    expect(text).not.toMatch(/Nothing was judged of .*(?:SIG-0[26]|IDM-01)/);
  });
});
