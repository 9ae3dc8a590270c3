/**
 * A process of its own for the tests of the SQLite store, to be killed or watched from outside:
 * `node sqlite.child.ts FILE LANES WRITES_PER_LANE [small] [flood] [off]`: small folds and checkpoints, writes that wait for no
 * other, no syncs. Each lane writes one row after another and prints
 * `ack LANE NUMBER` when the store says so; at the end it prints `groups N` and ends without closing the store.
 */
import { writeSync } from "node:fs";
import type { Unit } from "../../core/unit/unit.ts";
import { openSqliteStore } from "./sqlite.ts";

const [file = "", lanes = "1", writes = "1", ...modes] = process.argv.slice(2);
let groups = 0;
const store = openSqliteStore(file, {
  defer: (task) => void setImmediate(task),
  onGroup: ({ outcome }) => void (outcome === "committed" && groups++),
  ...(modes.includes("small") ? { foldRows: 20 } : {}),
  testing: {
    ...(modes.includes("small") ? { checkpointLength: 1_000 } : {}),
    ...(modes.includes("off") ? { sync: false } : {}),
  },
});

function* put(lane: number, number: number): Unit<void> {
  return { result: undefined, writes: [{ collection: "acks", key: `${lane}/${number}`, value: { lane, number } }] };
}

await Promise.all(
  Array.from({ length: Number(lanes) }, async (_, lane) => {
    for (let number = 0; number < Number(writes); number++) {
      const done = store.transact(() => put(lane, number)).then(() => writeSync(1, `ack ${lane} ${number}\n`));
      await (modes.includes("flood") ? new Promise(setImmediate) : done);
    }
  }),
);
writeSync(1, `groups ${groups}\n`);
