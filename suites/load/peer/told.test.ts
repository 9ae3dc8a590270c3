import { describe, expect, test } from "vitest";
import { judgeNews } from "./told.ts";
import type { Told } from "./told.ts";

const DUE = [{ number: "A" }, { number: "B" }];
const ALL: Told = {
  numbers: new Set(["A", "B"]),
  acknowledged: new Set(["n1", "n2"]),
  again: new Set(),
  unsound: [],
  arrived: 2,
};

const verdicts = (told: Partial<Told>, missed = 0): readonly string[] =>
  judgeNews(DUE, { ...ALL, ...told }, missed).map(([, { verdict }]) => verdict);

describe("news of a load's orders", () => {
  test("all of it told once by sound messages passes", () => {
    expect(verdicts({})).toEqual(["pass", "pass", "pass"]);
  });

  test("an order that was not told of is a fail, with its number", () => {
    const [[, told] = []] = judgeNews(DUE, { ...ALL, numbers: new Set(["A"]) }, 0);
    expect(told).toMatchObject({ verdict: "fail", finding: { seen: { en: "B" } } });
  });

  test("news sent again, and unsound news, fail each by its own rule", () => {
    expect(verdicts({ again: new Set(["n1"]) })).toEqual(["pass", "fail", "pass"]);
    expect(verdicts({ unsound: ["x: SIGN_ERROR"] })).toEqual(["pass", "pass", "fail"]);
  });

  test("what our counterparty did not see is undecided", () => {
    expect(verdicts({ numbers: new Set() }, 3)).toEqual(["inconclusive", "inconclusive", "inconclusive"]);
    expect(judgeNews([], ALL, 0).map(([, { verdict }]) => verdict)).not.toContain("pass");
  });
});
