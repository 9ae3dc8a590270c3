import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knownValues } from "./known-values.ts";
import type { Kind } from "./mask.ts";

const KINDS: readonly Kind[] = ["name", "mobile", "account", "identity", "secret"];

/** Values that begin alike, end alike and hold each other. */
const value = fc.oneof(
  fc.string({ unit: fc.constantFrom("王", "小", "明"), minLength: 3, maxLength: 6 }),
  fc.string({ unit: fc.constantFrom("1", "2", "-"), minLength: 6, maxLength: 14 }),
);
const values = fc
  .array(fc.tuple(value, fc.constantFrom(...KINDS)), { maxLength: 6 })
  .map((pairs) => new Map<string, Kind>(pairs));

describe("known values", () => {
  test("further values are masked as if all had been known from the beginning", () => {
    fc.assert(
      fc.property(values, values, fc.array(value, { maxLength: 4 }), (known, more, others) => {
        const text = [...known.keys(), ...others, ...more.keys()].join(" | ");
        expect(knownValues(known).and(more).hide(text)).toBe(knownValues(new Map([...known, ...more])).hide(text));
      }),
      { seed: 20_261_130, numRuns: 150 },
    );
  });

  test("a known value is masked whole where a further one is a part of it", () => {
    const both = knownValues(new Map([["王小明明", "name"]])).and(new Map([["王小明", "name"]]));
    expect(both.hide("王小明明, 王小明")).toBe("王***, 王**");
  });

  test("further values on top of further values are masked as well", () => {
    const all = knownValues(new Map([["13800138000", "mobile"]]))
      .and(new Map([["王小明", "name"]]))
      .and(new Map([["李四光", "name"]]));
    expect(all.hide("王小明 李四光 13800138000")).toBe("王** 李** 138****8000");
    expect([...all.values.keys()]).toEqual(["13800138000", "王小明", "李四光"]);
  });

  test("a known value is masked in each of its spellings, where it stands alone", () => {
    const { hide } = knownValues(
      new Map([
        ["6222021234567890", "account"],
        ["王小明", "name"],
      ]),
    );
    for (const [text, shown] of [
      ["n=6222021234567890.", "n=622202******7890."],
      ["6222 0212-3456 7890", "*******************"],
      ["6222021234567890x, x6222021234567890", "6222021234567890x, x6222021234567890"],
      ['"\\u738b小\\u660E"', '"王**"'],
      ['{\\"a\\":\\"\\\\u738b\\\\u5c0f\\\\u660e\\"}', '{\\"a\\":\\"王**\\"}'],
      ["\\n\\\\u738b小明", "\\n\\王**"],
      ["to=%E7%8E%8B%E5%B0%8F%E6%98%8E&", "to=***&"],
      ["\\u0036222021234567890\\u", "622202******7890\\u"],
    ] as const)
      expect(hide(text), text).toBe(shown);
  });
});
