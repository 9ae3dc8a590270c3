import { expect, test } from "vitest";
import { timeKey } from "../../core/lifecycle/rows.ts";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import { SettableClock } from "../clock/settable-clock.ts";
import { memoryStore } from "../store/memory.ts";
import type { Store } from "../store/store.ts";
import { START } from "../testing/world.ts";
import { DueQueue } from "./due-queue.ts";

type Queued = { readonly queue: DueQueue; readonly started: string[]; readonly errors: unknown[]; put(dueMs: number, id: string): Promise<void>; remove(key: string): Promise<void>; readonly world: ReturnType<typeof simulatedRuntime>; readonly clock: SettableClock };

/** `lookMs`: how long the store takes to tell what it has read, as one over a network does. */
function queued(handle: (id: string, key: string, queued: Queued) => Promise<void>, lookMs = 0): Queued {
  const world = simulatedRuntime({ seed: 1, startAt: START });
  const clock = new SettableClock(world);
  const store = memoryStore({ flush: () => world.sleep(1) });
  const late: Store = {
    close: () => store.close(),
    transact: async (unit) => {
      const result = await store.transact(unit);
      if (lookMs > 0) await world.sleep(lookMs);
      return result;
    },
  };
  const write = (key: string, value: Json | undefined): Promise<void> => store.transact(function* (): Unit<void> {
    const work = new Workspace();
    work.put("due", key, value);
    return work.outcome(undefined);
  });
  const [started, errors]: [string[], unknown[]] = [[], []];
  const self: Queued = {
    world, clock, started, errors,
    queue: new DueQueue({ runtime: clock.runtime, store: late, collection: "due", onError: (error) => errors.push(error), handle: (key, id) => {
      started.push(`${world.now() - START} ${String(id)}`);
      return handle(String(id), key, self);
    } }),
    put: (dueMs, id) => write(`${timeKey(START + dueMs)}/${id}`, id),
    remove: (key) => write(key, undefined),
  };
  clock.onMove(() => self.queue.clockMoved());
  return self;
}

const DONE = (_id: string, key: string, { remove }: Queued): Promise<void> => remove(key);

test("rows are taken up when they are due, once each, in order", async () => {
  const { world, queue, put, started } = queued(DONE);
  await world.runUntil(Promise.all([put(100, "b"), put(50, "a"), put(200_000, "c")]));
  queue.wake(START);
  await world.run(START + 1_000_000);
  expect(started).toEqual(["50 a", "100 b", "200000 c"]);
});

test("a handler that hangs holds up no other row, and its own row is not taken up twice", async () => {
  const { world, queue, put, started } = queued((id, key, self) => (id === "hangs" ? new Promise(() => {}) : self.remove(key)));
  await world.runUntil(put(10, "hangs"));
  queue.wake(START + 10);
  await world.run(START + 20);
  for (let at = 30; at < 60; at += 10) {
    await world.runUntil(put(at, `row-${at}`));
    queue.wake(START + at);
    await world.run(START + at + 5);
  }
  await world.run(START + 600_000);
  expect(started).toEqual(["10 hangs", "30 row-30", "40 row-40", "50 row-50"]);
});

test("a row that was done with while a look was under way is not taken up again by what that look had seen", async () => {
  const { world, queue, put, started, errors } = queued(async (_id, key, self) => {
    await self.world.sleep(5);
    await self.remove(key);
  }, 10);
  await world.runUntil(put(0, "a"));
  queue.wake(START);
  // The first look ends after ten milliseconds; the second begins while the row is being handled and ends after it.
  await world.run(START + 13);
  expect(started).toHaveLength(1);
  queue.wake(START);
  await world.run(START + 10_000);
  expect(started).toHaveLength(1);
  expect(errors).toEqual([]);
});

test("at most 64 are in flight, and a place that gets free is taken", async () => {
  let [inFlight, most] = [0, 0];
  const { world, queue, put, started } = queued(async (_id, key, self) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await self.world.sleep(1_000);
    inFlight -= 1;
    await self.remove(key);
  });
  await world.runUntil(Promise.all(Array.from({ length: 200 }, (_, index) => put(0, `row-${String(index).padStart(3, "0")}`))));
  queue.wake(START);
  await world.run(START + 3_900);
  expect(most).toBe(64);
  await world.run(START + 10_000);
  expect(started).toHaveLength(200);
  expect(new Set(started.map((line) => line.split(" ")[1])).size).toBe(200);
});

test("a row that cannot be handled is told of and tried again a second later; a hundred of them let others pass", async () => {
  const { world, queue, put, started, errors } = queued((id, key, self) => (id.startsWith("bad") ? Promise.reject(new Error(id)) : self.remove(key)));
  await world.runUntil(Promise.all(Array.from({ length: 100 }, (_, index) => put(0, `bad-${index}`))));
  await world.runUntil(put(500, "good"));
  queue.wake(START);
  await world.run(START + 900);
  expect(started.filter((line) => line.endsWith(" good"))).toEqual(["500 good"]);
  expect(errors).toHaveLength(100);
  await world.run(START + 1_900);
  expect(errors).toHaveLength(200);
  queue.close();
});

test("a clock that is moved on lets what became due happen at once, and one moved back does not forget the rest", async () => {
  const { world, queue, clock, put, started } = queued(DONE);
  await world.runUntil(Promise.all([put(5_000, "soon"), put(3_600_000, "hour"), put(86_400_000, "day")]));
  queue.wake(START + 5_000);
  await world.run(START + 10);
  clock.advance(3_600_000);
  await world.run(START + 100);
  expect(started).toEqual(["10 soon", "10 hour"]);
  clock.reset();
  await world.run(START + 2 * 86_400_000);
  expect(started.at(-1)).toBe("86400000 day");
});

test("a closed queue takes up nothing more", async () => {
  const { world, queue, put, started } = queued(DONE);
  await world.runUntil(put(50, "a"));
  queue.wake(START);
  queue.close();
  queue.wake(START);
  await world.run(START + 1_000_000);
  expect(started).toEqual([]);
});
