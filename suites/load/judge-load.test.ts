import { describe, expect, test } from "vitest";
import type { EngineResult } from "./engine.ts";
import type { Interval } from "../../core/load/interval.ts";
import { judgeLevels, judgeRules, voidReason } from "./judge-load.ts";
import type { LoadEvidence } from "./judge-load.ts";
import type { Level } from "../../core/load/level.ts";
import { Orders } from "./money.ts";
import { BILL_OF_N1 } from "./testing/bill-of-n1.ts";
import type { Books } from "./settlement.ts";
import { totalsOf } from "../../core/load/totals.ts";

const LEVEL: Level = {
  name: "quick",
  title: { en: "Quick", zh: "快" },
  source: "a test",
  good: { endings: ["success"], withinMs: 100 },
  target: 0.99,
};

const INTERVAL: Interval = {
  index: 0,
  due: 100,
  late: 0,
  dropped: 0,
  unsigned: 0,
  endings: { success: 100, refused: 0, "server-error": 0, malformed: 0, unanswered: 0 },
  levels: [{ total: 100, good: 100 }],
  codes: {},
  latencies: {},
};

const RESULT: EngineResult = { stopped: false, ordersFull: false, ordersFiles: [], problems: [] };

type Seen = Pick<LoadEvidence, "result" | "totals">;

const seen = (interval: Partial<Interval>, result: Partial<EngineResult> = {}): Seen => ({
  result: { ...RESULT, ...result },
  totals: totalsOf([{ ...INTERVAL, ...interval }], [LEVEL], 1),
});

const books = (moved: number, balance: number, number = "N1"): Books => ({
  booked: (_account, named) => (named === number ? { moved, entries: 1 } : { moved: 0, entries: 0 }),
  date: () => "2026-12-01",
  moved: () => moved,
  balance: () => balance,
});

function evidence({ result, totals }: Seen, after: Books | undefined = books(-100, 900)): LoadEvidence {
  const orders = new Orders();
  orders.take({ kind: "intent", number: "N1", resource: "payment", amount: 100, account: "B1" });
  orders.take({ kind: "told", number: "N1", outcome: "succeeded" });
  return {
    result,
    totals,
    orders,
    before: books(0, 1000, ""),
    after,
    accounts: ["B1"],
    bills: { days: [BILL_OF_N1] },
    sideOf: () => "credit",
    mostLate: 0.01,
    retries: false,
  };
}

const reasonOf = ({ result, totals }: Seen) => voidReason(result, totals);

const verdictsOf = (of: LoadEvidence): Readonly<Record<string, string>> =>
  Object.fromEntries(judgeRules(of).map(([{ check }, { verdict }]) => [check, verdict]));

describe("a load is void", () => {
  test("not where its generator kept its times", () => {
    expect(reasonOf(seen({ late: 1 }))).toBeUndefined();
  });

  test.each([
    ["where its generator was late", seen({ late: 2 }), "late with 2 of 100"],
    ["where its generator broke", seen({}, { problems: ["Error: x\n at y"] }), "the generator broke: Error: x"],
    ["where its orders had no room", seen({}, { ordersFull: true }), "the file of orders was full"],
    ["where nothing was due", seen({ due: 0 }), "no arrival"],
    ["where nothing was answered", seen({ endings: { ...INTERVAL.endings, success: 0, unanswered: 100 } }), "no call"],
  ])("%s", (_name, of, reason) => {
    expect(reasonOf(of)?.en).toContain(reason);
    expect(new Set(Object.values(verdictsOf(evidence(of))))).toEqual(new Set(["inconclusive"]));
    expect(judgeLevels([LEVEL], evidence(of), 0)).toEqual([]);
  });

  test("and money that is wrong stays wrong", () => {
    const late = evidence(seen({ late: 50 }), books(-200, 800));
    expect(verdictsOf(late)).toMatchObject({ "load.booked-once": "fail", "load.kept": "inconclusive" });
  });
});

describe("the rules of a load", () => {
  test("hold where books, balance, signatures and answers are right", () => {
    expect(new Set(Object.values(verdictsOf(evidence(seen({})))))).toEqual(new Set(["pass"]));
  });

  test.each([
    ["load.booked-once", evidence(seen({}), books(-200, 800))],
    ["load.kept", evidence(seen({}), books(0, 1000))],
    ["load.balance", evidence(seen({}), books(-100, 899))],
    ["load.signed", evidence(seen({ unsigned: 1 }))],
    ["load.documented", evidence(seen({ endings: { ...INTERVAL.endings, malformed: 1 } }))],
  ])("%s is broken alone", (check, broken) => {
    const verdicts = verdictsOf(broken);
    expect(Object.keys(verdicts).filter((one) => verdicts[one] !== "pass")).toEqual([check]);
    expect(verdicts[check]).toBe("fail");
  });

  test("say nothing of money where the SUT shows no statement", () => {
    const verdicts = verdictsOf({ ...evidence(seen({})), after: undefined });
    expect([verdicts["load.booked-once"], verdicts["load.balance"]]).toEqual(["inconclusive", "inconclusive"]);
  });
});

test("orders that name no account leave the rules of money undecided", () => {
  const of = evidence(seen({}));
  of.orders.take({ kind: "intent", number: "N2", resource: "payment", amount: 100 });
  of.orders.take({ kind: "told", number: "N2", outcome: "succeeded" });
  expect(verdictsOf(of)).toMatchObject({ "load.booked-once": "inconclusive", "load.kept": "inconclusive" });
  const wrong = { ...of, after: books(-200, 800) };
  expect(verdictsOf(wrong)["load.booked-once"]).toBe("fail");
});

describe("what was sent again for want of an answer", () => {
  /** The evidence of an order that was sent again so often. */
  function sentAgain(times: number, after: Books): LoadEvidence {
    const one = evidence(seen({}), after);
    for (let again = 0; again < times; again += 1) one.orders.take({ kind: "again", number: "N1" });
    return { ...one, retries: true };
  }

  test.each([
    ["passes where it was booked once", sentAgain(2, books(-100, 900)), "pass"],
    ["fails where it was booked twice", sentAgain(2, books(-200, 800)), "fail"],
    ["is not judged where nothing was sent again", sentAgain(0, books(-200, 800)), "inconclusive"],
  ])("%s", (_what, one, verdict) => {
    expect(verdictsOf(one)["load.sent-again"]).toBe(verdict);
  });

  test("is no rule where callers send nothing again", () => {
    expect(verdictsOf(evidence(seen({})))).not.toHaveProperty("load.sent-again");
  });
});

test("books that are not shown after a load leave its money undecided", () => {
  const noBooks = { en: "the bank is down", zh: "银行已停止" };
  const judged = judgeRules({ ...evidence(seen({})), after: undefined, noBooks });
  const reasons = judged.flatMap(([{ check }, { reason }]) => (reason?.en === noBooks.en ? [check] : []));
  expect(reasons).toEqual(["load.booked-once", "load.kept", "load.nothing-else", "load.balance"]);
});

test("a level says what was asked, where that comes from, and what was seen", () => {
  const [event] = judgeLevels([LEVEL], evidence(seen({ levels: [{ total: 100, good: 98 }] })), 5);
  expect(event).toMatchObject({
    ok: false,
    target: ">= 99 % within 100 ms (a test)",
    seen: "98 %, 200 % of the error budget used",
    samples: 100,
  });
});

describe("a level that says that alerts miss it", () => {
  const strict: Level = { ...LEVEL, target: 0.9, failsOnBurn: true };
  const judged = (good: readonly number[]) => {
    const intervals = good.map((each, index) => ({ ...INTERVAL, index, levels: [{ total: 100, good: each }] }));
    return judgeLevels([strict], evidence({ result: RESULT, totals: totalsOf(intervals, [strict], 1) }), 5)[0];
  };

  test("is met where none would have fired", () => {
    expect(judged(Array.from({ length: 3_600 }, () => 100))).toMatchObject({ ok: true });
  });

  test("is missed where one would have fired, within its target", () => {
    const [event, lenient] = [strict, { ...strict, failsOnBurn: false }].map((level) => {
      const good = Array.from({ length: 3_600 }, (_, index) => (index >= 2_000 && index < 2_200 ? 0 : 100));
      const intervals = good.map((each, index) => ({ ...INTERVAL, index, levels: [{ total: 100, good: each }] }));
      return judgeLevels([level], evidence({ result: RESULT, totals: totalsOf(intervals, [level], 1) }), 5)[0];
    });
    expect(lenient).toMatchObject({ ok: true, burn: { pairs: [{ alertCount: 0 }, { alertCount: 1 }, {}] } });
    expect(event).toMatchObject({ ok: false, target: ">= 90 % within 100 ms, and no alert (a test)" });
    expect(event?.seen).toContain("fast enough for an alert");
  });

  test("is missed where the load was too short to look", () => {
    expect(judged([100])?.seen).toContain("too short to look for alerts");
    expect(judged([100])?.ok).toBe(false);
  });
});
