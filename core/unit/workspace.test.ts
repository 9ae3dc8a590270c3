import { expect, test } from "vitest";
import { RowMap } from "./row-map.ts";
import { runUnit } from "./run.ts";
import type { Unit } from "./unit.ts";
import { Workspace } from "./workspace.ts";

function* unit(body: (work: Workspace) => void): Unit<void> {
  const work = new Workspace();
  yield* work.prefetch([{ collection: "c", key: "there" }, { collection: "c", key: "absent" }]);
  body(work);
  return work.outcome(undefined);
}

const rows = (): RowMap => {
  const map = new RowMap();
  map.apply([{ collection: "c", key: "there", value: 1 }]);
  return map;
};

test("a row that was prefetched or put is seen as it now is in the unit", () => {
  runUnit(rows(), unit((work) => {
    expect([work.seen("c", "there"), work.seen("c", "absent")]).toEqual([1, undefined]);
    work.put("c", "there", undefined);
    work.put("c", "new", 2);
    expect([work.seen("c", "there"), work.seen("c", "new")]).toEqual([undefined, 2]);
  }));
});

test("a row that was never read is no absent row: seeing it throws", () => {
  expect(() => runUnit(rows(), unit((work) => work.seen("c", "other")))).toThrow(/"other" of c was not read in this unit; prefetch it/);
});
