import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalBytes, canonicalJson } from "./canonical.ts";

/** The same value with the members of every object in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

const json = fc.jsonValue({ maxDepth: 4, stringUnit: "grapheme" });

describe("canonical JSON", () => {
  it("canonical JSON sorts keys by UTF-16 code units and leaves out spaces (RFC 8785)", () => {
    const value = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 };
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}');
  });

  it("canonical JSON sorts many members as it sorts few", () => {
    const names = Array.from({ length: 40 }, (_, at) => `m${at}`);
    expect(canonicalJson(Object.fromEntries(names.map((name) => [name, 0])))).toBe(
      `{${names
        .toSorted()
        .map((name) => `"${name}":0`)
        .join(",")}}`,
    );
  });

  it("canonical JSON writes texts as ECMAScript does (RFC 8785, section 3.2.2.2)", () => {
    for (let code = 0; code < 0xd8_00; code += code < 0x100 ? 1 : 0x61) {
      const text = `a${String.fromCharCode(code)}b`;
      expect(canonicalJson({ [text]: text })).toBe(JSON.stringify({ [text]: text }));
    }
  });

  it("canonical JSON writes numbers as ECMAScript does (RFC 8785, section 3.2.2)", () => {
    expect(
      canonicalJson([Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000_000_000_000_000_000_000_000_001, -0]),
    ).toBe("[333333333.3333333,1e+30,4.5,0.002,1e-27,0]");
  });

  it("depends on the order of elements only, and reads back equal", () => {
    fc.assert(
      fc.property(json, (value) => {
        const written = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(written);
        expect(canonicalJson(JSON.parse(written))).toBe(written);
      }),
    );
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });

  it("gives unequal values unequal texts", () => {
    const texts = [null, false, 0, "", "0", [], {}, [null], { a: null }, { a: "1" }, { a: 1 }, { a: [1] }].map(
      canonicalJson,
    );
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("encodes canonical JSON as UTF-8", () => {
    expect([...canonicalBytes("金")]).toEqual([0x22, 0xe9, 0x87, 0x91, 0x22]);
  });

  const cycle: { inner?: unknown } = {};
  cycle.inner = [cycle];
  const holes: unknown[] = [];
  holes[1] = 2;
  it.each<[string, unknown, RegExp]>([
    ["undefined", undefined, /the value is undefined/],
    ["an undefined member", { a: { "b/~": undefined } }, /\/a\/b~1~0 is undefined/],
    ["a hole", holes, /\/0 is undefined/],
    ["NaN", [1, Number.NaN], /\/1 is NaN/],
    ["Infinity", Number.POSITIVE_INFINITY, /is Infinity/],
    ["a bigint", { amount: 1n }, /\/amount is bigint/],
    ["a date", { at: new Date(0) }, /\/at is an object of class Date/],
    ["a map", new Map(), /class Map/],
    ["bytes", Uint8Array.of(1), /class Uint8Array/],
    ["a lone surrogate", ["\ud800"], /\/0 is a string with a lone surrogate/],
    ["a lone surrogate in a key", { "\ud800": 1 }, /lone surrogate/],
    ["a cycle", cycle, /\/inner\/0 is a reference/],
    ["a function", canonicalJson, /is function/],
  ])("canonical JSON refuses %s and says where", (_name, value, message) => {
    expect(() => canonicalJson(value)).toThrow(message);
  });

  it("takes the same object in two places, which makes a tree and a cycle is refused", () => {
    const shared = { a: 1 };
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });
});
