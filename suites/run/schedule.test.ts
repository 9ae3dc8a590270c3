import { describe, expect, test } from "vitest";
import type { Check } from "../check.ts";
import { CHECKS } from "../checks/index.ts";
import type { Planned } from "../plan.ts";
import { stageOf, STAGES } from "../stage.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { Lane } from "./lane.ts";
import { begin, lanesFor } from "./schedule.ts";

const { statement } = fakeRun(() => "timeout").scope;
const LANES: readonly [Lane, ...Lane[]] = [
  { statement },
  { statement: { ...statement, name: "second" } },
  { statement: { ...statement, name: "third" } },
];

function line(id: string, says: Partial<Check> = {}): Planned {
  const title = { en: "t", zh: "t" };
  const check: Check = { id, requirement: "SIG-01", title, effort: "smoke", run: async () => {}, ...says };
  return { id, check, instance: { id: "" }, requirement: "SIG-01", level: "MUST", title };
}

const PLAN = [
  line("opening", { when: "start" }),
  ...["a", "b", "c", "d", "e"].map((id) => line(id, { isolated: true })),
  line("late", { ahead: async () => {} }),
  line("one"),
  line("two"),
  line("laws", { when: "end" }),
];

/** What a schedule does, in the order in which it does it. */
async function played(
  plan: readonly Planned[],
  lanes = LANES,
): Promise<{
  readonly log: readonly string[];
  readonly atOnce: ReadonlyMap<string, number>;
  readonly lanesOf: ReadonlyMap<string, Lane>;
}> {
  const log: string[] = [];
  const busy = new Set<Lane>();
  const atOnce = new Map<string, number>();
  const lanesOf = new Map<string, Lane>();
  const work = async (name: string, lane: Lane): Promise<void> => {
    expect(busy.has(lane), `${name} meets another in its lane`).toBe(false);
    busy.add(lane);
    log.push(name);
    lanesOf.set(name, lane);
    for (let turn = 0; turn < 5; turn += 1) {
      await Promise.resolve();
      atOnce.set(name, Math.max(atOnce.get(name) ?? 0, busy.size));
    }
    busy.delete(lane);
  };
  const outcomes = begin(plan, lanes, {
    run: ({ id }, lane) => work(id, lane),
    prepare: ({ id }, lane) => work(`ahead of ${id}`, lane),
  });
  for (const { id } of plan) await outcomes.get(id);
  return { log, atOnce, lanesOf };
}

describe("the schedule of a run", () => {
  test("isolated lines run beside each other, and every other line alone", async () => {
    const { log, atOnce, lanesOf } = await played(PLAN);
    expect([...log].sort()).toEqual([...PLAN.map(({ id }) => id), "ahead of late"].sort());
    expect(log[0]).toBe("opening");
    expect(log[1]).toBe("ahead of late");
    expect(log.slice(-4)).toEqual(["late", "one", "two", "laws"]);
    expect(Math.max(...["a", "b", "c", "d", "e"].map((id) => atOnce.get(id) ?? 0))).toBe(LANES.length);
    for (const id of ["opening", "late", "one", "two", "laws"]) {
      expect(atOnce.get(id), id).toBe(1);
      expect(lanesOf.get(id), id).toBe(LANES[0]);
    }
  });

  test("lengthy lines begin first, and those of one use run in turn beside lanes", async () => {
    const plan = [
      ...["a", "b", "c", "d"].map((id) => line(id, { isolated: true })),
      line("call 1", { isolated: true, uses: "calls" }),
      line("call 2", { isolated: true, uses: "calls" }),
      line("long", { isolated: true, lengthy: true }),
    ];
    const under = new Set<string>();
    const began: string[] = [];
    const beside = new Map<string, readonly string[]>();
    const outcomes = begin(plan, LANES, {
      run: async ({ id }) => {
        began.push(id);
        under.add(id);
        beside.set(id, [...under]);
        await new Promise<void>((resolve) => void setImmediate(resolve));
        under.delete(id);
      },
      prepare: async () => {},
    });
    await Promise.all(outcomes.values());
    expect(began.filter((id) => !id.startsWith("call"))).toEqual(["long", "a", "b", "c", "d"]);
    expect(began.filter((id) => id.startsWith("call"))).toEqual(["call 1", "call 2"]);
    expect(beside.get("call 2")).not.toContain("call 1");
    expect(beside.get("b")).toEqual(["call 1", "long", "a", "b"]);
    expect(lanesFor(plan)).toBe(5);
  });

  test("the schedule of one lane is the plan's order", async () => {
    const plan = [
      ...PLAN.slice(0, 3),
      line("call", { isolated: true, uses: "calls" }),
      line("long", { isolated: true, lengthy: true }),
      ...PLAN.slice(3),
    ];
    const { log } = await played(plan, [LANES[0]]);
    expect(log.filter((name) => !name.startsWith("ahead"))).toEqual(plan.map(({ id }) => id));
  });

  test("the schedule goes on when the harness breaks at a line, and reports it there", async () => {
    const run = async ({ id }: Planned): Promise<string> =>
      id === "b" || id === "one" ? Promise.reject(new Error(`broke at ${id}`)) : id;
    const outcomes = begin(PLAN, LANES, { run, prepare: async () => {} });
    const settled = await Promise.allSettled(outcomes.values());
    expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(2);
    await expect(outcomes.get("one")).rejects.toThrow("broke at one");
  });

  test("the schedule asks for as many lanes as it has lines, and for one at least", () => {
    expect([lanesFor([line("a", { isolated: true }), line("b")]), lanesFor([line("b")])]).toEqual([1, 1]);
    expect(lanesFor(PLAN)).toBe(5);
  });
});

describe("the checks", () => {
  test("only isolated checks are lengthy, or use what checks share", () => {
    const said = CHECKS.filter(({ lengthy, uses }) => lengthy !== undefined || uses !== undefined);
    expect(said.length).toBeGreaterThan(2);
    for (const check of said) expect(stageOf(check), check.id).toBe("isolated");
    // In one lane all are in turn by themselves; the SUT is told to call by no other isolated check.
    for (const check of CHECKS.filter(({ isolated, needs }) => isolated === true && needs?.hooks?.includes("call")))
      expect(check.uses, check.id).toBe("calls");
  });

  test("each check has one stage, and isolated ones leave clock and process alone", () => {
    expect(new Set(CHECKS.map(stageOf))).toEqual(new Set(STAGES));
    for (const check of CHECKS.filter((one) => one.isolated === true)) {
      expect({ id: check.id, when: check.when, ahead: check.ahead }).toEqual({
        id: check.id,
        when: undefined,
        ahead: undefined,
      });
      for (const hook of ["clock", "restart"] as const) expect(check.needs?.hooks ?? [], check.id).not.toContain(hook);
      expect(check.needs?.interfaces ?? [], check.id).not.toContain("settlement.balance");
    }
  });
});
