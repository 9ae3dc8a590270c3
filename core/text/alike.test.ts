import { describe, expect, test } from "vitest";
import { alike, asJson, named, oneOf, orNone, sayings, series } from "./alike.ts";

const STATUS: number = 409;

describe("what both languages say alike", () => {
  test.each([
    [alike(12), "12"],
    [alike("HTTP 409 CONFLICT"), "HTTP 409 CONFLICT"],
    [alike(`HTTP ${STATUS} CONFLICT`), "HTTP 409 CONFLICT"],
    [asJson({ amount: 1 }), '{"amount":1}'],
    [orNone("S1"), "S1"],
  ])("%j stands in both", (said, text) => {
    expect(said).toEqual({ en: text, zh: text });
  });

  test("a literal with a word of prose in it does not compile", () => {
    // @ts-expect-error: it is English
    alike("one attempt");
    // @ts-expect-error: it is English
    alike(`HTTP ${STATUS} without a code`);
    // @ts-expect-error: it is English
    alike("nothing");
    expect(alike("CONFLICT").zh).toBe("CONFLICT");
  });
});

test.each([
  [asJson(undefined), { en: "absent", zh: "无" }],
  [orNone(undefined), { en: "none", zh: "无" }],
  [oneOf([200, 201]), { en: "200 or 201", zh: "200 或 201" }],
  [series(["A", "B"]), { en: "A, B", zh: "A、B" }],
  [named("amount", 1), { en: "amount: 1", zh: "amount：1" }],
  [named("amount", asJson(undefined)), { en: "amount: absent", zh: "amount：无" }],
  [sayings([alike("A"), orNone(undefined)]), { en: "A; none", zh: "A；无" }],
])("%j has the words and signs of each language", (said, both) => {
  expect(said).toEqual(both);
});
