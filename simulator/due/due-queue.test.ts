import { describe, expect, test } from "vitest";
import { timeKey } from "../../core/lifecycle/rows.ts";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import type { Json, Read, ReadResult, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import { SettableClock } from "../clock/settable-clock.ts";
import { memoryStore } from "../store/memory.ts";
import type { Store } from "../store/store.ts";
import { START } from "../testing/world.ts";
import { DueQueue } from "./due-queue.ts";

interface Queued {
  readonly queue: DueQueue;
  readonly started: string[];
  readonly errors: unknown[];
  /** Rows that each look has read. */
  readonly read: number[];
  /** The next look fails so. */
  failNext(error: Error): void;
  /** Of a `receiver` where the queue knows receivers. */
  put(dueMs: number, id: string, receiver?: string): Promise<void>;
  remove(key: string): Promise<void>;
  readonly world: ReturnType<typeof simulatedRuntime>;
  readonly clock: SettableClock;
}

type Handle = (id: string, key: string, queued: Queued) => Promise<void>;

/** Counts the rows that a unit reads by scans. */
function* counted<T>(unit: Unit<T>, add: (rows: number) => void): Unit<T> {
  for (let step = unit.next(); ;) {
    if (step.done === true) return step.value;
    const asked: Read = step.value;
    const found: ReadResult = yield asked;
    if ("scan" in asked) add(found.keys.length);
    step = unit.next(found);
  }
}

/** `lookMs`: how long the store takes to tell what it has read, as one over a network does. */
function queued(
  handle: Handle,
  { lookMs = 0, receivers = false }: { readonly lookMs?: number; readonly receivers?: boolean } = {},
): Queued {
  const world = simulatedRuntime({ seed: 1, startAt: START });
  const clock = new SettableClock(world);
  const store = memoryStore({ flush: () => world.sleep(1) });
  const read: number[] = [];
  let failure: Error | undefined;
  const looks: Store = {
    close: () => store.close(),
    transact: async (unit) => {
      const at = read.push(0) - 1;
      const error = failure;
      failure = undefined;
      if (error !== undefined) throw error;
      const result = await store.transact(() => counted(unit(), (rows) => (read[at] = (read[at] ?? 0) + rows)));
      if (lookMs > 0) await world.sleep(lookMs);
      return result;
    },
  };
  const write = (key: string, value: Json | undefined): Promise<void> =>
    store.transact(function* (): Unit<void> {
      const work = new Workspace();
      work.put("due", key, value);
      return work.outcome(undefined);
    });
  const [started, errors]: [string[], unknown[]] = [[], []];
  const self: Queued = {
    world,
    clock,
    started,
    errors,
    read,
    failNext: (error) => void (failure = error),
    queue: new DueQueue({
      runtime: clock.runtime,
      store: looks,
      collection: "due",
      onError: (error) => errors.push(error),
      handle: (key, id) => {
        started.push(`${world.now() - START} ${String(id)}`);
        return handle(String(id), key, self);
      },
      ...(receivers ? { receiverOf: (key: string): string => key.slice(0, key.indexOf("/") + 1) } : {}),
    }),
    put: (dueMs, id, receiver) =>
      write(`${receiver === undefined ? "" : `${receiver}/`}${timeKey(START + dueMs)}/${id}`, id),
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

test("a hanging handler keeps only its own row, which runs once", async () => {
  const { world, queue, put, started } = queued((id, key, self) =>
    id === "hangs" ? new Promise(() => {}) : self.remove(key),
  );
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

test("a row that ended during a look is left out of what the look saw", async () => {
  const { world, queue, put, started, errors } = queued(
    async (_id, key, self) => {
      await self.world.sleep(5);
      await self.remove(key);
    },
    { lookMs: 10 },
  );
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
  await world.runUntil(
    Promise.all(Array.from({ length: 200 }, (_, index) => put(0, `row-${String(index).padStart(3, "0")}`))),
  );
  queue.wake(START);
  await world.run(START + 3_900);
  expect(most).toBe(64);
  await world.run(START + 10_000);
  expect(started).toHaveLength(200);
  expect(new Set(started.map((line) => line.split(" ")[1])).size).toBe(200);
});

test("a failing row is reported and tried again a second later, others going first", async () => {
  const { world, queue, put, started, errors } = queued((id, key, self) =>
    id.startsWith("bad") ? Promise.reject(new Error(id)) : self.remove(key),
  );
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

test("a failed look is reported and tried again a second later", async () => {
  const { world, queue, put, started, errors, failNext } = queued(DONE);
  await world.runUntil(put(50, "a"));
  failNext(new Error("the disk is full"));
  queue.wake(START);
  await world.run(START + 900);
  expect([started, errors]).toEqual([[], [new Error("the disk is full")]]);
  await world.run(START + 5_000);
  expect(started).toEqual(["1001 a"]);
});

test("moving the clock on runs what became due, and moving it back keeps the rest", async () => {
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

test("a closed queue stays idle", async () => {
  const { world, queue, put, started } = queued(DONE);
  await world.runUntil(put(50, "a"));
  queue.wake(START);
  queue.close();
  queue.wake(START);
  await world.run(START + 1_000_000);
  expect(started).toEqual([]);
});

describe("receivers are independent of one another", () => {
  const numbers = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => String(index).padStart(4, "0"));
  const of = (started: readonly string[], receiver: string): string[] =>
    started.filter((line) => line.split(" ")[1]?.startsWith(receiver) === true);

  /** Rows of a receiver called dead hold their places for five seconds, as an attempt without an answer does. */
  const DEAD_SLEEPS: Handle = async (id, key, self) => {
    if (id.startsWith("dead")) await self.world.sleep(5_000);
    await self.remove(key);
  };

  test("thousands of rows for a hanging receiver leave others prompt and reads short", async () => {
    const { world, queue, put, started, read } = queued(DEAD_SLEEPS, { receivers: true });
    await world.runUntil(Promise.all(numbers(5_000).map((number) => put(0, `dead-${number}`, "dead"))));
    queue.wake(START);
    await world.run(START + 100);
    expect(started).toHaveLength(64);
    const [looks, paidAt]: [number, number[]] = [read.length, []];
    for (const [index, number] of numbers(50).entries()) {
      const receiver = index % 2 === 0 ? "alive" : "living";
      await world.runUntil(put(100 + index, `${receiver}-${number}`, receiver));
      paidAt.push(world.now() - START);
      queue.wake(world.now());
      await world.run(world.now() + 9);
    }
    const healthy = started.slice(64);
    expect(healthy).toHaveLength(50);
    for (const [index, line] of healthy.entries()) expect(Number(line.split(" ")[0])).toBe(paidAt[index]);
    // Each look read the one new row and none of the 4,936 that wait.
    expect(Math.max(...read.slice(looks))).toBe(1);
    expect(Math.max(...read)).toBeLessThanOrEqual(16 * 65);
  });

  test("a live receiver is served at once beside hundreds of dead ones", async () => {
    let [inFlight, most] = [0, 0];
    const { world, queue, put, started } = queued(
      async (id, key, self) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await DEAD_SLEEPS(id, key, self);
        inFlight -= 1;
      },
      { receivers: true },
    );
    await world.runUntil(
      Promise.all(
        numbers(300).flatMap((receiver) =>
          numbers(10).map((number) => put(0, `dead${receiver}-${number}`, `dead${receiver}`)),
        ),
      ),
    );
    queue.wake(START);
    await world.run(START + 100);
    expect(new Set(started.map((line) => line.split(/[ -]/)[1])).size).toBe(300);
    await world.runUntil(put(100, "zeal-1", "zeal"));
    queue.wake(START + 100);
    await world.run(START + 200);
    expect(of(started, "zeal")).toHaveLength(1);
    await world.run(START + 600_000);
    expect(started).toHaveLength(3_001);
    expect(new Set(started.map((line) => line.split(" ")[1])).size).toBe(3_001);
    expect(most).toBeLessThanOrEqual(128 + 301);
  });

  test("each of more rows than a look reads runs once, in order within its receiver", async () => {
    const { world, queue, put, started, read } = queued(
      async (_id, key, self) => {
        await self.world.sleep(1 + Number(key.slice(-1)));
        await self.remove(key);
      },
      { receivers: true },
    );
    const receivers = numbers(40).map((number) => `shop${number}`);
    await world.runUntil(
      Promise.all(
        receivers.flatMap((receiver) =>
          numbers(100).map((number, index) => put(index % 7, `${receiver}-${number}`, receiver)),
        ),
      ),
    );
    queue.wake(START);
    await world.run(START + 60_000);
    expect(started).toHaveLength(4_000);
    expect(new Set(started.map((line) => line.split(" ")[1])).size).toBe(4_000);
    for (const receiver of receivers) {
      const keys = of(started, receiver)
        .map((line) => Number(line.slice(-4)))
        .map((number) => (number % 7) * 10_000 + number);
      expect(keys).toEqual([...keys].sort((a, b) => a - b));
    }
    expect(Math.max(...read)).toBeLessThanOrEqual(16 * 65);
  });

  test("the next row of each receiver runs when due, however busy the others are", async () => {
    const { world, queue, put, started } = queued(DEAD_SLEEPS, { receivers: true });
    await world.runUntil(
      Promise.all([
        ...numbers(200).map((number) => put(0, `dead-${number}`, "dead")),
        put(2_000, "alive-1", "alive"),
        put(3_000, "zeal-1", "zeal"),
        put(90_000, "zeal-2", "zeal"),
      ]),
    );
    queue.wake(START);
    await world.run(START + 200_000);
    expect([...of(started, "alive"), ...of(started, "zeal")]).toEqual(["2000 alive-1", "3000 zeal-1", "90000 zeal-2"]);
    expect(of(started, "dead")).toHaveLength(200);
  });

  test("the queue waits for the first due row among more receivers than a look reads", async () => {
    const { world, queue, put, started, read } = queued(DONE, { receivers: true });
    const receivers = numbers(40).map((number) => `shop${number}`);
    await world.runUntil(
      Promise.all(
        receivers.flatMap((receiver, position) =>
          numbers(70).map((number) => put(position === 0 ? 10_000 : 1_000_000, `${receiver}-${number}`, receiver)),
        ),
      ),
    );
    queue.wake(START);
    await world.run(START + 5_000);
    expect(started).toEqual([]);
    // Of a receiver that has nothing due a few rows are read, however many it has.
    expect(read.length).toBeGreaterThan(1);
    expect(Math.max(...read)).toBeLessThan(200);
    await world.run(START + 11_000);
    expect(started).toHaveLength(70);
    expect(started[0]).toMatch(/^10000 shop0000-0000$/);
    queue.close();
  });

  test("a hundred failing rows of one receiver leave places to others", async () => {
    const { world, queue, put, started, errors } = queued(
      (id, key, self) => (id.startsWith("bad") ? Promise.reject(new Error(id)) : self.remove(key)),
      { receivers: true },
    );
    await world.runUntil(Promise.all(numbers(100).map((number) => put(0, `bad-${number}`, "bad"))));
    await world.runUntil(put(500, "good", "good"));
    queue.wake(START);
    await world.run(START + 900);
    expect(of(started, "good")).toEqual(["500 good"]);
    expect(errors).toHaveLength(100);
    queue.close();
  });
});
