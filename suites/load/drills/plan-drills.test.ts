import { describe, expect, test } from "vitest";
import { loadPack } from "../../../core/pack/load.ts";
import { packView } from "../../pack-view.ts";
import type { HookName, Statement } from "../../statement/statement.ts";
import { LoadError } from "../plan.ts";
import type { PlannedDrill } from "./drill.ts";
import { pausesOf } from "./drill.ts";
import { expectDrillable } from "./plan-drills.ts";
import { drillFile, readDrill } from "./read-drill.ts";

const pack = packView(loadPack(new URL("../../../specs/cooperation", import.meta.url).pathname), []);

function planned(name: string, at: number): PlannedDrill {
  const reading = readDrill(drillFile(name) ?? "");
  if (!reading.ok) throw new Error(`the drill ${name} is wrong`);
  return { name, drill: reading.drill, at };
}

/** What is said of drills in a load of so many seconds; undefined where they may begin. */
function refusal(
  drills: readonly PlannedDrill[],
  seconds: number,
  supports: readonly HookName[] = ["network", "restart"],
): Pick<LoadError, "where" | "allowed"> | undefined {
  // No more of a statement is looked at.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const statement = { hooks: { url: "http://hooks.invalid", supports } } as unknown as Statement;
  try {
    expectDrillable(drills, pack, statement, seconds);
    return undefined;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    return { where: error.where, allowed: error.allowed };
  }
}

const CUT = planned("network-cut", 10);
const CUT_ENDS = 10 + pausesOf(CUT.drill) + CUT.drill.recoverySeconds + 5;

describe("drills are taken", () => {
  test("where their hooks are offered and the load is long enough", () => {
    expect(refusal([CUT], CUT_ENDS)).toBeUndefined();
  });

  test("one after another, in whatever order they are named", () => {
    expect(refusal([planned("kill-and-restart", CUT_ENDS), CUT], 200)).toBeUndefined();
  });
});

describe("drills are refused", () => {
  test("where a hook is missing, by the place in the statement", () => {
    expect(refusal([CUT], 100, ["restart"])).toEqual({ where: "/hooks/supports", allowed: [] });
  });

  test("where the load is too short, with the least length", () => {
    expect(refusal([CUT], CUT_ENDS - 1)).toEqual({ where: "--for", allowed: [String(CUT_ENDS)] });
  });

  test("where one begins before another is judged, with the next free second", () => {
    expect(refusal([CUT, planned("kill-and-restart", CUT_ENDS - 1)], 200)).toEqual({
      where: "--drill",
      allowed: [`kill-and-restart@${CUT_ENDS}`],
    });
  });

  test("where no steady state can show before", () => {
    expect(refusal([planned("network-cut", 2)], 100)).toEqual({ where: "--drill", allowed: ["network-cut@3"] });
  });

  test("where the pack lacks the requirement", () => {
    const drill = { ...CUT.drill, requirement: "OWN-99" };
    expect(refusal([{ ...CUT, drill }], 100)).toEqual({ where: "/requirement", allowed: [] });
  });
});
