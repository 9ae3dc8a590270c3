import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededStream, seededStreams, streamOf, xoshiro128 } from "./random.ts";

describe("seeded randomness", () => {
  test("the generator gives the published first outputs for state 1, 2, 3, 4", () => {
    const next = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, next)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test("old seeds keep their meaning", () => {
    expect(Buffer.from(seededStream(1, "nonce").bytes(16)).toString("hex")).toMatchInlineSnapshot(
      `"2569fbbbf8ac8813d674dd7571b74910"`,
    );
    const stream = seededStream(42, "network https://bank.test");
    expect([stream.below(6), stream.below(1_000_000), stream.below(2 ** 48)]).toMatchInlineSnapshot(`
      [
        3,
        213067,
        31451301076285,
      ]
    `);
  });

  test("a stream is independent of what is drawn from others", () => {
    const alone = seededStreams(7)("a").bytes(64);
    const among = seededStreams(7);
    among("b").bytes(1000);
    expect(among("a").bytes(64)).toEqual(alone);
    expect(among("b").bytes(64)).not.toEqual(alone);
    expect(seededStreams(8)("a").bytes(64)).not.toEqual(alone);
  });

  test("asking again for a stream continues it, so that nonces stay unique", () => {
    const streams = seededStreams(7);
    const first = streams("nonce").bytes(16);
    expect(streams("nonce").bytes(16)).not.toEqual(first);
  });

  test("every number stays below its bound, and every value of a small bound comes", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 48 }), (seed, below) => {
        const value = seededStream(seed, "s").below(below);
        return Number.isSafeInteger(value) && value >= 0 && value < below;
      }),
    );
    const stream = seededStream(3, "dice");
    const seen = Array.from({ length: 6 }, () => 0);
    for (let roll = 0; roll < 6_000; roll++) seen[stream.below(6)]!++;
    for (const count of seen) expect(count).toBeGreaterThan(850);
  });

  test("values past the last whole multiple of the bound are drawn again", () => {
    const words = [0xffff, 0xffffffff, 0, 5];
    expect(streamOf(() => words.shift() ?? 0).below(3 * 2 ** 46)).toBe(5);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 48 + 1])("refuses the bound %d", (below) => {
    expect(() => seededStream(1, "s").below(below)).toThrow(RangeError);
  });
});
