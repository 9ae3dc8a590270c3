import { describe, expect, test } from "vitest";
import type { HttpRequest } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { FakeAnswer } from "../testing/fake-scope.ts";
import { openLanes } from "./lanes.ts";
import type { RunScope } from "./scope.ts";

const FIXTURES = {
  "customer.funded": { values: { binding_id: "b1" } },
  "customer.applies": {
    values: {
      holder_name: "Zhang",
      account_no: "6222029900000000001",
      id_no: "999999199001010101",
      mobile: "10000000101",
    },
  },
  "customer.frozen": { none: "accounts are never frozen" },
  "customer.other-party": { values: { binding_id: "theirs" } },
  "settlement.funded": { values: { balance: { value: 1_000, currency: "CNY" } } },
} as const;

interface Asked {
  readonly scenario: string;
  readonly copy: number;
}

/** A run against a SUT whose hook `fixtures` answers so, and that is asked for what the hook gave. */
function run(
  answer: (asked: Asked) => FakeAnswer,
  supports: readonly "fixtures"[] = ["fixtures"],
  maxConcurrency = 20,
  query: FakeAnswer = { status: 200, json: {} },
): { readonly scope: RunScope; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const { scope } = fakeRun((request: HttpRequest) => {
    if (request.method === "GET") return query;
    const wanted = JSON.parse(new TextDecoder().decode(request.body)) as Asked;
    asked.push(wanted);
    return answer(wanted);
  });
  const statement = {
    ...scope.statement,
    fixtures: FIXTURES,
    hooks: { url: "http://hooks.invalid", supports },
    limits: { ...scope.statement.limits, maxConcurrency },
  };
  return { scope: { ...scope, statement, lanes: [{ statement }] }, asked };
}

const copied = ({ scenario, copy }: Asked): FakeAnswer => {
  const json: Readonly<Record<string, Json>> =
    scenario === "customer.applies"
      ? {
          holder_name: "Zhang",
          account_no: `622202990000000000${copy + 1}`,
          id_no: `99999919900101010${copy + 1}`,
          mobile: `1000000010${copy + 1}`,
        }
      : { binding_id: `b${copy + 1}` };
  return { status: 200, json };
};

describe("lanes", () => {
  test("lanes have customers of their own, and share what belongs to no customer", async () => {
    const { scope, asked } = run(copied);
    await openLanes(scope, 3);
    expect(scope.lanes.map(({ statement }) => statement.fixtures["customer.funded"])).toEqual(
      ["b1", "b2", "b3"].map((binding_id) => ({ values: { binding_id } })),
    );
    for (const { statement } of scope.lanes)
      for (const id of ["customer.frozen", "customer.other-party", "settlement.funded"] as const)
        expect(statement.fixtures[id]).toBe(FIXTURES[id]);
    expect(new Set(asked.map((one) => one.scenario))).toEqual(new Set(["customer.funded", "customer.applies"]));
  });

  test("lanes remember their customers' sensitive values, which answers must hide", async () => {
    const { scope } = run(copied);
    await openLanes(scope, 2);
    expect([...scope.canaries]).toContain("6222029900000000002");
  });

  test("lanes are as many as the lines and the statement's limit allow", async () => {
    for (const [wanted, maxConcurrency, lanes] of [
      [1, 20, 1],
      [2, 20, 2],
      [100, 20, 4],
      [100, 10, 2],
      [100, 9, 1],
      [100, 2, 1],
    ] as const) {
      const { scope, asked } = run(copied, ["fixtures"], maxConcurrency);
      await openLanes(scope, wanted);
      expect(scope.lanes).toHaveLength(lanes);
      expect(asked).toHaveLength(2 * (lanes - 1));
    }
  });

  test.each<readonly [string, (asked: Asked) => FakeAnswer]>([
    [
      "gives the statement's customers again",
      () => ({
        status: 200,
        json: {
          binding_id: "b1",
          holder_name: "Zhang",
          account_no: "6222029900000000001",
          id_no: "999999199001010101",
          mobile: "10000000101",
        },
      }),
    ],
    [
      "gives one number again",
      (asked) =>
        asked.scenario === "customer.applies"
          ? {
              status: 200,
              json: {
                holder_name: "Li",
                account_no: "6222029900000000001",
                id_no: "999999199001010102",
                mobile: "10000000102",
              },
            }
          : copied(asked),
    ],
    [
      "leaves a value out",
      (asked) =>
        asked.scenario === "customer.applies"
          ? { status: 200, json: { account_no: "6222029900000000009" } }
          : copied(asked),
    ],
    ["knows no copies", () => ({ status: 404, json: { error: "no copy" } })],
    ["answers nothing", () => "timeout"],
  ])("a run keeps to one lane where the hook %s", async (_what, answer) => {
    const { scope } = run(answer);
    await openLanes(scope, 4);
    expect(scope.lanes).toHaveLength(1);
  });

  test("a run keeps to one lane where the SUT denies what its hook gives", async () => {
    const { scope } = run(copied, ["fixtures"], 20, {
      status: 404,
      json: { code: "BINDING_NOT_FOUND", message: "none" },
    });
    await openLanes(scope, 4);
    expect(scope.lanes).toHaveLength(1);
  });

  test("lanes are as many as the hook has copies for", async () => {
    const { scope } = run((asked) => (asked.copy < 2 ? copied(asked) : { status: 404 }));
    await openLanes(scope, 4);
    expect(scope.lanes).toHaveLength(2);
  });

  test("a run keeps to one lane where the hook is missing", async () => {
    const { scope, asked } = run(copied, []);
    await openLanes(scope, 4);
    expect([scope.lanes.length, asked.length]).toEqual([1, 0]);
  });
});
