import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkPack } from "./check.ts";
import { loadPack } from "./load.ts";
import { smallPack } from "./testing/small-pack.ts";
import { writtenPack } from "./testing/written-pack.ts";
import type { Expression, Interface, PackSource } from "./types.ts";

const PAY: Expression = { out_no: "$pay.out_no", amount: "$pay.amount", state: "$pay.state" };

/** The small pack as read from a folder, with these views and these answers of `pay.create` and `pay.query`. */
function read(views: unknown, answer: Expression, queried?: Expression): PackSource {
  const source = smallPack();
  const folder = writtenPack({
    ...source,
    interfaces: source.interfaces.map((one) =>
      one.id === "pay.create"
        ? { ...one, response: { ...one.response, answer } }
        : one.id === "pay.query" && queried !== undefined
          ? { ...one, read: { ...one.read, answer: queried } }
          : one,
    ),
  });
  writeFileSync(`${folder}/views.json`, JSON.stringify({ $schema: "../meta/views.schema.json", views }));
  return loadPack(folder);
}

const answerOf = ({ interfaces }: PackSource): Interface["response"]["answer"] =>
  interfaces.find(({ id }) => id === "pay.create")?.response.answer;

const problemsOf = (source: PackSource): readonly string[] =>
  checkPack(source).map(({ rule, file, pointer }) => `${rule} ${file}#${pointer}`);

describe("views", () => {
  it("a view stands where it is used once the pack is read, also within another view", () => {
    const source = read({ pay: { ...(PAY as object), amount: { view: "sum" } }, sum: "$pay.amount" }, { view: "pay" });
    expect(answerOf(source)).toEqual(PAY);
    expect(source.views?.uses).toEqual([
      { view: "pay", file: "interfaces/pay.create.json", pointer: "/response/answer" },
      { view: "sum", file: "interfaces/pay.create.json", pointer: "/response/answer/amount" },
    ]);
    expect(problemsOf(source)).toEqual([]);
  });

  it("a literal that looks like a view stays as it is", () => {
    expect(answerOf(read({ pay: PAY }, { out_no: { literal: { view: "pay" } } }))).toEqual({
      out_no: { literal: { view: "pay" } },
    });
  });

  it("pack check suggests the view that was meant", () => {
    const found = checkPack(read({ pay: PAY }, { view: "pya" }));
    expect(found[0]).toMatchObject({
      rule: "view.unknown",
      file: "interfaces/pay.create.json",
      pointer: "/response/answer",
      remedy: { en: 'Did you mean "pay"? Use one of: pay.' },
    });
  });

  it("pack check finds a view that a view names and the pack does not have", () => {
    expect(problemsOf(read({ pay: { ...(PAY as object), amount: { view: "smu" } } }, { view: "pay" }))).toEqual([
      "view.unknown views.json#/views/pay",
    ]);
  });

  it("pack check tells the way of a view that leads back to itself", () => {
    const found = checkPack(read({ pay: { view: "paid" }, paid: { view: "pay" } }, { view: "pay" }));
    expect(found.map(({ rule, pointer }) => `${rule} ${pointer}`)).toEqual([
      "view.cycle /views/pay",
      "view.cycle /views/paid",
    ]);
    expect(found[0]?.message.en).toBe("The view leads back to itself: pay -> paid -> pay.");
  });

  it("pack check finds a view that no expression uses", () => {
    expect(problemsOf(read({ pay: PAY, other: "$pay.amout" }, { view: "pay" }))).toEqual([
      "view.unused views.json#/views/other",
    ]);
  });

  it("pack check tells a mistake of a view where the view stands, and once", () => {
    const wrong = { ...(PAY as object), amount: "$pay.amout" };
    const [found, ...others] = checkPack(read({ pay: wrong }, { view: "pay" }, { view: "pay" }));
    expect(others).toEqual([]);
    expect(`${found?.rule} ${found?.file}#${found?.pointer}`).toBe("expression.path views.json#/views/pay/amount");
    expect(found?.message.en).toContain("(Used in interfaces/pay.create.json#/response/answer.)");
  });
});
