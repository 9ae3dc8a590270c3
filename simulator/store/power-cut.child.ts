/**
 * A process of its own for the test of power cuts: `node power-cut.child.ts FILE UNITS`. It writes units of three rows in
 * three collections, several lanes at once, folds and checkpoints often, deletes some rows again, scans now and then, and
 * prints `ack NUMBER` when the store says that a unit is there. Half way it closes the store and opens it again.
 */
import { writeSync } from "node:fs";
import { scanRows } from "../../core/unit/run.ts";
import type { Unit } from "../../core/unit/unit.ts";
import { openSqliteStore } from "./sqlite.ts";

const [file = "", units = "1"] = process.argv.slice(2);
const opened = () =>
  openSqliteStore(file, {
    defer: (task) => void setImmediate(task),
    foldRows: 12,
    testing: { checkpointLength: 1_500, logHalfBytes: 4_000 },
  });

const keyOf = (number: number): string => String((number * 7919) % 10_007).padStart(6, "0");

/** A row in each of three collections, one that all units write, and the end of what an earlier unit wrote. */
function* unit(number: number): Unit<void> {
  const filling = "x".repeat((number * 37) % 150);
  if (number % 17 === 0) yield* scanRows({ collection: "b", from: "", below: "~", limit: 3 });
  return {
    result: undefined,
    writes: [
      { collection: "a", key: keyOf(number), value: { number, filling } },
      { collection: "b", key: keyOf(number), value: number },
      { collection: "last", key: `lane ${number % 4}`, value: number },
      ...(number >= 40 && number % 5 === 0
        ? ["a", "b"].map((collection) => ({ collection, key: keyOf(number - 40), value: undefined }))
        : []),
    ],
  };
}

let store = opened();
for (const [from, below] of [
  [0, Number(units) / 2],
  [Number(units) / 2, Number(units)],
] as const) {
  await Promise.all(
    Array.from({ length: 4 }, async (_, lane) => {
      for (let number = from + lane; number < below; number += 4) {
        await store.transact(() => unit(number));
        writeSync(1, `ack ${number}\n`);
      }
    }),
  );
  if (from > 0) continue;
  await store.close();
  store = opened();
}
