import { describe, expect, test } from "vitest";
import type { Check } from "./check.ts";
import { CHECKS } from "./checks/index.ts";
import { plan, PlanError } from "./plan.ts";
import type { PlanRequest } from "./plan.ts";
import { fakeRun } from "./testing/fake-scope.ts";

const { scope } = fakeRun(() => "timeout");
const request: PlanRequest = {
  checks: CHECKS,
  pack: scope.pack,
  statement: scope.statement,
  effort: "smoke",
  hasCounterparty: false,
};
const check: Check = {
  id: "test.one",
  requirement: "SIG-01",
  title: { en: "t", zh: "t" },
  effort: "smoke",
  run: async () => {},
};

describe("plan", () => {
  test("every check names a requirement of the reference pack, for either role", () => {
    for (const role of ["bank", "platform"] as const)
      expect(plan({ ...request, statement: { ...scope.statement, role } }).length).toBeGreaterThan(5);
  });

  test("plans what the pack demands, and tells an empty pack how to demand", () => {
    const other = { ...check, id: "test.other", requirement: "SIG-99" };
    expect(plan({ ...request, checks: [check, other] }).map(({ id }) => id)).toEqual(["test.one"]);
    expect(() => plan({ ...request, checks: [other] })).toThrow(
      /demands nothing.*requirements.*docs\/recipes\/pack\.md/s,
    );
  });

  test("a plan of skipped lines only is an error", () => {
    expect(() => plan({ ...request, only: "nothing.*" })).toThrow(PlanError);
    expect(() => plan({ ...request, checks: [{ ...check, needs: { hooks: ["clock"] } }] })).toThrow(PlanError);
    expect(() => plan({ ...request, checks: [] })).toThrow(PlanError);
  });

  test("two checks of one name are an error", () => {
    expect(() => plan({ ...request, checks: [check, check] })).toThrow(/unique/);
  });

  test("what is missing is skipped with its cause", () => {
    const needing = (needs: Check["needs"], id: string, effort: Check["effort"] = "smoke"): Check => ({
      ...check,
      id,
      effort,
      ...(needs === undefined ? {} : { needs }),
    });
    const lines = plan({
      ...request,
      checks: [
        check,
        needing({ parties: 2 }, "test.parties"),
        needing({ fixtures: ["customer.frozen"] }, "test.fixture"),
        needing({ notify: true }, "test.notify"),
        needing(undefined, "test.effort", "exhaustive"),
      ],
    });
    expect(lines.map((one) => one.skip?.cause)).toEqual([undefined, "capability", "fixture", "capability", "effort"]);
  });

  test("what is not claimed is not demanded, whatever else its checks lack", () => {
    const profile = { interfaces: ["payment.*"], except: [], requirementsExcept: [] };
    const lacking: Check = {
      ...check,
      id: "test.lacking",
      needs: { hooks: ["clock"] },
      each: () => ["payout", "payment"].map((resource) => ({ id: resource, data: { resource } })),
    };
    const statement = { ...scope.statement, profile };
    expect(plan({ ...request, statement, checks: [check, lacking] }).map(({ skip }) => skip?.cause)).toEqual([
      undefined,
      "not-demanded",
      "capability",
    ]);
  });

  test("--only takes ids, checks and requirements, and judges at the end come last", () => {
    expect(plan({ ...request, only: "SIG-01" }).every((one) => one.requirement === "SIG-01")).toBe(true);
    expect(
      plan({ ...request, only: "*/payment.create" }).every((one) => one.instance.interface === "payment.create"),
    ).toBe(true);
    expect(plan(request).at(-1)?.check.when).toBe("end");
  });
});
