import { describe, expect, test } from "vitest";
import type { EngineResult } from "./engine.ts";
import { judgeLevels, judgeRules, voidReason } from "./judge-load.ts";
import type { LoadEvidence } from "./judge-load.ts";
import type { Level } from "./level.ts";
import { Orders } from "./money.ts";
import type { Books } from "./settlement.ts";

const SECOND: EngineResult["seconds"][number] = {
  second: 0,
  due: 100,
  late: 0,
  dropped: 0,
  unsigned: 0,
  endings: { success: 100, refused: 0, "server-error": 0, malformed: 0, unanswered: 0 },
  levels: [{ total: 100, good: 100 }],
  codes: {},
};

const resultOf = (second: Partial<typeof SECOND>, rest: Partial<EngineResult> = {}): EngineResult => ({
  seconds: [{ ...SECOND, ...second }],
  stopped: false,
  ordersFull: false,
  ordersFiles: [],
  problems: [],
  ...rest,
});

const books = (moved: number, balance: number, number = "N1"): Books => ({
  booked: (_account, named) => (named === number ? { moved, entries: 1 } : { moved: 0, entries: 0 }),
  moved: () => moved,
  balance: () => balance,
});

function evidence(result: EngineResult, after: Books | undefined = books(-100, 900)): LoadEvidence {
  const orders = new Orders();
  orders.take({ kind: "intent", number: "N1", resource: "payment", amount: 100, account: "B1" });
  orders.take({ kind: "told", number: "N1", outcome: "succeeded" });
  return { result, orders, before: books(0, 1000, ""), after, accounts: ["B1"], mostLate: 0.01 };
}

const verdictsOf = (of: LoadEvidence): Readonly<Record<string, string>> =>
  Object.fromEntries(judgeRules(of).map(([{ check }, { verdict }]) => [check, verdict]));

describe("a load is void", () => {
  test("not where its generator kept its times", () => {
    expect(voidReason(resultOf({ late: 1 }))).toBeUndefined();
  });

  test.each([
    ["where its generator was late", resultOf({ late: 2 }), "late with 2 of 100"],
    ["where its generator broke", resultOf({}, { problems: ["Error: x\n at y"] }), "the generator broke: Error: x"],
    ["where its orders had no room", resultOf({}, { ordersFull: true }), "the file of orders was full"],
    ["where nothing was due", resultOf({ due: 0 }), "no arrival"],
    [
      "where nothing was answered",
      resultOf({ endings: { ...SECOND.endings, success: 0, unanswered: 100 } }),
      "no call",
    ],
  ])("%s", (_name, result, reason) => {
    expect(voidReason(result)?.en).toContain(reason);
    expect(new Set(Object.values(verdictsOf(evidence(result))))).toEqual(new Set(["inconclusive"]));
    expect(judgeLevels([LEVEL], evidence(result), 0)).toEqual([]);
  });

  test("and money that is wrong stays wrong", () => {
    const late = evidence(resultOf({ late: 50 }), books(-200, 800));
    expect(verdictsOf(late)).toMatchObject({ "load.booked-once": "fail", "load.kept": "inconclusive" });
  });
});

describe("the rules of a load", () => {
  test("hold where books, balance, signatures and answers are right", () => {
    expect(new Set(Object.values(verdictsOf(evidence(resultOf({})))))).toEqual(new Set(["pass"]));
  });

  test.each([
    ["load.booked-once", evidence(resultOf({}), books(-200, 800))],
    ["load.kept", evidence(resultOf({}), books(0, 1000))],
    ["load.balance", evidence(resultOf({}), books(-100, 899))],
    ["load.signed", evidence(resultOf({ unsigned: 1 }))],
    ["load.documented", evidence(resultOf({ endings: { ...SECOND.endings, malformed: 1 } }))],
  ])("%s is broken alone", (check, broken) => {
    const verdicts = verdictsOf(broken);
    expect(Object.keys(verdicts).filter((one) => verdicts[one] !== "pass")).toEqual([check]);
    expect(verdicts[check]).toBe("fail");
  });

  test("say nothing of money where the SUT shows no statement", () => {
    const verdicts = verdictsOf({ ...evidence(resultOf({})), after: undefined });
    expect([verdicts["load.booked-once"], verdicts["load.balance"]]).toEqual(["inconclusive", "inconclusive"]);
  });
});

const LEVEL: Level = {
  name: "quick",
  title: { en: "Quick", zh: "快" },
  source: "a test",
  good: { endings: ["success"], withinMs: 100 },
  target: 0.99,
};

test("a level says what was asked, where that comes from, and what was seen", () => {
  const [event] = judgeLevels([LEVEL], evidence(resultOf({ levels: [{ total: 100, good: 98 }] })), 5);
  expect(event).toMatchObject({
    ok: false,
    target: ">= 99 % within 100 ms (a test)",
    seen: "98 %, 200 % of the error budget used",
    samples: 100,
  });
});
