import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RowCache } from "./row-cache.ts";

describe("the row cache", () => {
  test("the row cache keeps to its bound and returns the last value set", () => {
    fc.assert(
      fc.property(
        fc.nat(9),
        fc.array(
          fc.tuple(
            fc.constantFrom("get", "set", "delete"),
            fc.constantFrom(..."a b c d e f g h i j k l".split(" ")),
            fc.nat(9),
          ),
        ),
        (bound, steps) => {
          const cache = new RowCache(bound);
          const truth = new Map<string, number>();
          for (const [what, row, value] of steps) {
            if (what === "set") {
              cache.set(row, value);
              truth.set(row, value);
            } else if (what === "delete") {
              cache.delete(row);
              truth.delete(row);
            } else expect([undefined, truth.get(row)]).toContain(cache.get(row));
            expect(cache.size).toBeLessThanOrEqual(bound);
          }
        },
      ),
    );
  });

  test("the row cache keeps a row in constant use while others come and go", () => {
    const cache = new RowCache(10);
    cache.set("settlement", 1);
    for (let other = 0; other < 1_000; other++) {
      cache.set(`payment ${other}`, other);
      expect(cache.get("settlement")).toBe(1);
    }
    expect(cache.get("payment 0")).toBeUndefined();
  });
});
