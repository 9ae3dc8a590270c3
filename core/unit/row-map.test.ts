import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RowMap } from "./row-map.ts";
import { decideUnit, readRow, readRows, runUnit, scanRows } from "./run.ts";
import type { Json, Unit, Write } from "./unit.ts";

describe("rows in memory", () => {
  test("rows in memory are scanned in the order of their keys after any writes", () => {
    const key = fc.string({ unit: fc.constantFrom("a", "b", "/", "~"), maxLength: 3 });
    const write: fc.Arbitrary<Write> = fc.record({
      collection: fc.constantFrom("c", "d"),
      key,
      value: fc.option(fc.integer(), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(write), key, key, fc.nat(5), fc.boolean(), (writes, from, below, limit, reverse) => {
        const rows = new RowMap();
        rows.apply(writes);
        const plain = new Map(
          writes.filter(({ collection }) => collection === "c").map(({ key, value }) => [key, value]),
        );
        const sorted = [...plain]
          .filter(([key, value]) => value !== undefined && key >= from && key < below)
          .sort(([one], [other]) => (one < other ? -1 : 1));
        const expected = (reverse ? sorted.toReversed() : sorted).slice(0, limit);
        const { keys, values } = rows.scan({ collection: "c", from, below, limit, reverse });
        expect(keys.map((key, at) => [key, values[at]])).toEqual(expected);
      }),
    );
  });

  test("a copy of the rows changes independently", () => {
    const rows = new RowMap();
    rows.apply([{ collection: "c", key: "a", value: 1 }]);
    const copy = rows.copy();
    rows.apply([
      { collection: "c", key: "b", value: 2 },
      { collection: "c", key: "a", value: undefined },
    ]);
    expect([copy.get("c", "a"), copy.get("c", "b"), rows.get("c", "a")]).toEqual([1, undefined, undefined]);
  });

  test("a write that may not be stored keeps its companions unwritten", () => {
    const rows = new RowMap();
    expect(() =>
      rows.apply([
        { collection: "c", key: "a", value: 1 },
        { collection: "c", key: "b", value: Number.NaN },
      ]),
    ).toThrow(/"b" in "c"/);
    expect(rows.get("c", "a")).toBeUndefined();
  });

  test("a document of unlimited depth is refused", () => {
    const ring: { [name: string]: Json } = {};
    ring["ring"] = ring;
    expect(() => new RowMap().apply([{ collection: "c", key: "a", value: ring }])).toThrow(/deeper than 100 levels/);
  });
});

describe("a unit run in line", () => {
  function* transfer(amount: number): Unit<string> {
    const [from, to] = yield* readRows([
      { collection: "account", key: "a" },
      { collection: "account", key: "b" },
    ]);
    if (Number(from ?? 0) < amount) throw new Error("insufficient");
    return {
      result: "done",
      writes: [
        { collection: "account", key: "a", value: Number(from) - amount },
        { collection: "account", key: "b", value: Number(to ?? 0) + amount },
      ],
    };
  }
  const funded = (): RowMap => {
    const rows = new RowMap();
    rows.apply([{ collection: "account", key: "a", value: 5 }]);
    return rows;
  };

  test("a unit run in line applies its writes and returns its result", () => {
    const rows = funded();
    expect(runUnit(rows, transfer(2))).toBe("done");
    expect([rows.get("account", "a"), rows.get("account", "b")]).toEqual([3, 2]);
  });

  test("a unit that throws or is only decided writes nothing", () => {
    const rows = funded();
    expect(() => runUnit(rows, transfer(6))).toThrow("insufficient");
    expect(decideUnit(rows, transfer(1)).writes).toHaveLength(2);
    expect(rows.get("account", "a")).toBe(5);
  });

  test("a unit run in line reads rows one by one and by scan", () => {
    function* both(): Unit<unknown> {
      return {
        result: [
          yield* readRow("account", "a"),
          yield* scanRows({ collection: "account", from: "", below: "\x7f", limit: 9 }),
        ],
        writes: [],
      };
    }
    expect(runUnit(funded(), both())).toEqual([5, [["a", 5]]]);
  });
});
