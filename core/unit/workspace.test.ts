import { expect, test } from "vitest";
import { RowMap } from "./row-map.ts";
import { runUnit } from "./run.ts";
import type { Unit } from "./unit.ts";
import { Workspace } from "./workspace.ts";

function* unit(body: (work: Workspace) => void): Unit<void> {
  const work = new Workspace();
  yield* work.prefetch([
    { collection: "c", key: "there" },
    { collection: "c", key: "absent" },
  ]);
  body(work);
  return work.outcome(undefined);
}

const rows = (): RowMap => {
  const map = new RowMap();
  map.apply([{ collection: "c", key: "there", value: 1 }]);
  return map;
};

test("a unit sees a prefetched or written row as the unit left it", () => {
  runUnit(
    rows(),
    unit((work) => {
      expect([work.seen("c", "there"), work.seen("c", "absent")]).toEqual([1, undefined]);
      work.put("c", "there", undefined);
      work.put("c", "new", 2);
      expect([work.seen("c", "there"), work.seen("c", "new")]).toEqual([undefined, 2]);
    }),
  );
});

test("seeing a row that was never read throws", () => {
  expect(() =>
    runUnit(
      rows(),
      unit((work) => work.seen("c", "other")),
    ),
  ).toThrow(/"other" of c was not read in this unit; prefetch it/);
});

test("the same key in two collections names two rows", () => {
  const written = runUnit(
    rows(),
    (function* (): Unit<unknown> {
      const work = new Workspace();
      const there = yield* work.get("c", "there");
      const other = yield* work.get("d", "there");
      work.put("d", "there", 2);
      return work.outcome([there, other, work.seen("c", "there"), work.seen("d", "there")]);
    })(),
  );
  expect(written).toEqual([1, undefined, 1, 2]);
});

test("going back to a checkpoint drops later writes and what they read", () => {
  const map = rows();
  const reads = runUnit(
    map,
    (function* (): Unit<unknown> {
      const work = new Workspace();
      yield* work.get("c", "there");
      work.put("c", "before", 1);
      const takeBack = work.checkpoint();
      work.put("c", "before", 2);
      work.put("d", "there", 3);
      takeBack();
      expect([work.seen("c", "there"), work.seen("c", "before")]).toEqual([1, 1]);
      expect(() => work.seen("d", "there")).toThrow(/was not read/);
      return work.outcome(yield* work.get("d", "there"));
    })(),
  );
  expect([reads, map.get("c", "before"), map.get("d", "there")]).toEqual([undefined, 1, undefined]);
});
